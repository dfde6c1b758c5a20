#pragma once

#include "config/error.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace actorbot::config {

enum class node_kind : std::uint8_t {
  table,
  array,
  text,
  integer,
  floating,
  boolean,
  date,
  untyped, ///< from the command line: the key decides what it is
};

/// "the text", "the integer", for errors.
std::string_view to_string(node_kind kind);

struct member;

/// A configuration before it means anything: TOML without its library, or the tree that the short
/// form builds. Numbers keep the exact characters of the source ("0.00273"), never a double.
struct node {
  node_kind kind = node_kind::table;
  std::string text; ///< content of a text; source characters of a number, boolean or date
  origin where;     ///< of the value; of a table its header
  std::vector<member> members; ///< of a table, in the order of the source
  std::vector<node> items;     ///< of an array

  const member* find(std::string_view key) const;
  /// The table of that name, made when absent.
  node& table_at(const std::string& key, const origin& at);
};

struct member {
  std::string key;
  origin where; ///< of the key
  node value;
};

struct parsed_document {
  std::optional<node> root; ///< absent when the text could not be read to its end
  std::vector<config_error> errors;
};

/// Reads TOML 1.0. After a wrong line or a duplicate key reading goes on behind it, so that one run
/// reports what can be reported; what was skipped is missing from `root` then.
parsed_document parse_document(std::string_view text, const std::string& source);

} // namespace actorbot::config
