#include "config/section.hpp"

#include <algorithm>
#include <stdexcept>

namespace actorbot::config {

namespace {

bool is_numeric(parameter_kind kind) {
  switch (kind) {
  case parameter_kind::integer:
  case parameter_kind::number:
  case parameter_kind::ratio:
  case parameter_kind::time_span:
  case parameter_kind::size:
  case parameter_kind::money:
  case parameter_kind::quote_price:
    return true;
  default:
    return false;
  }
}

bool fits(node_kind found, parameter_kind wanted) {
  switch (found) {
  case node_kind::untyped:
    return true;
  case node_kind::text:
    return wanted != parameter_kind::boolean;
  case node_kind::integer:
  case node_kind::floating:
    return is_numeric(wanted);
  case node_kind::boolean:
    return wanted == parameter_kind::boolean;
  default:
    return false;
  }
}

std::string found_text(const node& value, const parameter& spec) {
  std::string text(to_string(value.kind));
  const bool echo = spec.kind != parameter_kind::secret && value.kind != node_kind::table
                    && value.kind != node_kind::array;
  if (echo && !value.text.empty())
    text += ' ' + quoted(value.text);
  if (spec.kind != parameter_kind::boolean && echo && value.kind != node_kind::text)
    text += " (text needs quotes)";
  return text;
}

std::string in_section(const std::string& path) {
  return path.empty() ? std::string{} : " in [" + path + ']';
}

std::string joined(const std::string& path, const std::string& key) {
  return path.empty() ? key : path + '.' + key;
}

class section_reader {
 public:
  section_reader(const section_request& request, error_list& errors)
      : request_{request}, errors_{errors} {}

  section_values run() {
    if (request_.table)
      for (const auto& m : request_.table->members)
        read(m);
    for (const auto& spec : *request_.rows)
      if (!out_.given.contains(spec.name))
        fill(spec);
    return std::move(out_);
  }

 private:
  const parameter* find(std::string_view key) const {
    for (const auto& spec : *request_.rows)
      if (spec.name == key
          || std::find(spec.aliases.begin(), spec.aliases.end(), key) != spec.aliases.end())
        return &spec;
    return nullptr;
  }

  void read(const member& m) {
    const auto& other = request_.other_keys;
    if (std::find(other.begin(), other.end(), m.key) != other.end())
      return;
    const auto path = joined(request_.path, m.key);
    const auto* spec = find(m.key);
    if (!spec) {
      errors_.add(error_code::unknown_key, m.where, path,
                  "unknown key " + quoted(m.key) + in_section(request_.path)
                      + suggest(m.key, known_names(), "known keys"));
      return;
    }
    if (!out_.given.insert(spec->name).second) {
      const auto alias
          = m.key == spec->name ? std::string{} : " (another name of " + quoted(spec->name) + ')';
      errors_.add(error_code::duplicate, m.where, path,
                  "key " + quoted(m.key) + alias + " is given twice" + in_section(request_.path));
      return;
    }
    const auto text = text_of(m.value, *spec, path, errors_);
    if (!text)
      return;
    auto parsed = parse_parameter(*spec, *text);
    if (parsed.value)
      out_.values.set(spec->name, std::move(*parsed.value));
    else
      errors_.add(spec->kind == parameter_kind::secret ? error_code::secret_literal
                                                       : error_code::bad_value,
                  m.value.where, path, quoted(m.key) + ": " + parsed.error);
  }

  void fill(const parameter& spec) {
    const auto policy = request_.defaults;
    if (policy == default_policy::none)
      return;
    const bool use = policy == default_policy::all || !spec.required;
    if (use && !spec.default_text.empty()) {
      auto parsed = parse_parameter(spec, spec.default_text);
      if (!parsed.value)
        throw std::logic_error("default of " + spec.name + ": " + parsed.error);
      out_.values.set(spec.name, std::move(*parsed.value));
    } else if (spec.required) {
      errors_.add(error_code::missing, request_.where, joined(request_.path, spec.name),
                  "required key " + quoted(spec.name) + " is missing" + in_section(request_.path)
                      + ": " + spec.help + " (" + describe_kind(spec) + ')');
    }
  }

  std::vector<std::string> known_names() const {
    std::vector<std::string> names;
    for (const auto& spec : *request_.rows)
      names.push_back(spec.name);
    names.insert(names.end(), request_.other_keys.begin(), request_.other_keys.end());
    return names;
  }

  const section_request& request_;
  error_list& errors_;
  section_values out_;
};

} // namespace

section_values read_section(const section_request& request, error_list& errors) {
  return section_reader{request, errors}.run();
}

std::optional<std::string> text_of(const node& value, const parameter& spec,
                                   const std::string& path, error_list& errors) {
  if (fits(value.kind, spec.kind) && !(value.kind == node_kind::floating && value.text.empty()))
    return value.text;
  errors.add(error_code::wrong_type, value.where, path,
             quoted(spec.name) + ": expected " + describe_kind(spec) + ", found "
                 + found_text(value, spec));
  return std::nullopt;
}

const node* table_member(const node& parent, std::string_view key, const std::string& path,
                         error_list& errors) {
  const auto* m = parent.find(key);
  if (!m)
    return nullptr;
  if (m->value.kind == node_kind::table)
    return &m->value;
  errors.add(error_code::wrong_type, m->where, path,
             quoted(key) + ": expected a table [" + path + "], found "
                 + std::string(to_string(m->value.kind)));
  return nullptr;
}

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= 32 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-'
           || c == '_';
  });
}

} // namespace actorbot::config
