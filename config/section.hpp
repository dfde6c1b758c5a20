#pragma once

#include "config/document.hpp"
#include "config/error.hpp"
#include "config/tables.hpp"
#include "messages/parameters.hpp"

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

/// Reads one table of the document against the rows that it may have.
namespace actorbot::config {

class error_list {
 public:
  void add(error_code code, const origin& where, std::string key, std::string text) {
    errors_.push_back({code, where, std::move(key), std::move(text)});
  }
  std::size_t size() const { return errors_.size(); }
  std::vector<config_error> take() { return std::move(errors_); }

 private:
  std::vector<config_error> errors_;
};

/// Which defaults are filled in.
enum class default_policy : std::uint8_t {
  all,           ///< every row that has one
  optional_rows, ///< a required row has to be given, whatever its default
  none,          ///< overrides: nothing is filled in and nothing is missing
};

struct section_values {
  parameter_values values;
  std::set<std::string> given; ///< rows that the source has, with or without a valid value
};

struct section_request {
  const node* table = nullptr; ///< null: the section is not there, all of it is default
  origin where;                ///< of errors about what is missing
  std::string path;            ///< "strategies.grid"
  const parameter_table* rows = nullptr;
  std::vector<std::string> other_keys{}; ///< read by somebody else
  default_policy defaults = default_policy::all;
};

section_values read_section(const section_request& request, error_list& errors);

/// The same, into a struct.
template <class S>
S read_struct(section_request request, const fields<S>& rows, error_list& errors, S out = {}) {
  const auto table = table_of(rows);
  request.rows = &table;
  const auto read = read_section(request, errors);
  apply_values(rows, read.values, out);
  return out;
}

template <class S>
void apply_values(const fields<S>& rows, const parameter_values& values, S& out) {
  for (const auto& row : rows)
    if (const auto it = values.all().find(row.spec.name); it != values.all().end())
      row.set(out, it->second);
}

/// The text of a value, or an error that says what `spec` expects instead.
std::optional<std::string> text_of(const node& value, const parameter& spec,
                                   const std::string& path, error_list& errors);

/// The member when it is a table; an error otherwise. Null when absent.
const node* table_member(const node& parent, std::string_view key, const std::string& path,
                         error_list& errors);

/// 1..32 letters, digits, '-' and '_'.
bool is_name(std::string_view text);

} // namespace actorbot::config
