#include "config/tables.hpp"

namespace actorbot::config {

namespace {

/// A vertical bar would end the cell.
std::string cell(std::string text) {
  std::string out;
  for (char c : text)
    out += c == '|' ? std::string("\\|") : std::string(1, c);
  return out;
}

std::string default_cell(const parameter& spec) {
  if (!spec.required)
    return spec.default_text.empty() ? "-" : '`' + spec.default_text + '`';
  return spec.default_text.empty() ? "required"
                                   : "required (paper only: `" + spec.default_text + "`)";
}

std::string range_cell(const parameter& spec) {
  if (spec.minimum.empty() && spec.maximum.empty())
    return {};
  if (spec.maximum.empty())
    return ", from " + spec.minimum;
  return ", " + spec.minimum + " to " + spec.maximum;
}

} // namespace

std::string tables_as_markdown() {
  std::string out;
  for (const auto& table : documented_tables()) {
    out += (out.empty() ? "### `" : "\n### `") + table.section + "`: " + table.help + "\n\n";
    out += "| key | value | default | meaning |\n|---|---|---|---|\n";
    for (const auto& spec : table.rows)
      out += "| `" + spec.name + "` | " + cell(describe_kind(spec) + range_cell(spec)) + " | "
             + cell(default_cell(spec)) + " | " + cell(spec.help) + " |\n";
  }
  return out;
}

} // namespace actorbot::config
