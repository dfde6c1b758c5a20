#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace actorbot::config {

/// Where a key or value was written: a place in a file, or an option of the command line
/// ("--take-profit"; line 0).
struct origin {
  std::string source;
  std::uint32_t line = 0;   ///< from 1
  std::uint32_t column = 0; ///< from 1, in characters
  friend bool operator==(const origin&, const origin&) = default;
};

/// "bot.toml:12:3", or the option's name.
std::string to_string(const origin& where);

enum class error_code : std::uint8_t {
  unreadable,      ///< a file that cannot be read
  syntax,          ///< not TOML
  duplicate,       ///< a key, section or instrument given twice
  unknown_key,     ///< a key or section that does not exist
  unknown_kind,    ///< a kind of venue or strategy that does not exist
  wrong_type,      ///< a table where a number is expected, and so on
  bad_value,       ///< not readable as what the key wants, out of range, or in conflict
  missing,         ///< a required key or section is not there
  undefined_venue, ///< a strategy names a venue that has no section
  live_required,   ///< mainnet without live = true
  secret_literal,  ///< a secret that is not a reference
  unresolved,      ///< a secret's variable or file is absent or empty
};

/// One thing that is wrong. `text` is a whole statement; it never carries the value of a secret.
struct config_error {
  error_code code = error_code::bad_value;
  origin where;
  std::string key; ///< "strategies.grid.take_profit"; empty when the file as a whole is meant
  std::string text;
  friend bool operator==(const config_error&, const config_error&) = default;
};

/// "bot.toml:12:3: unknown key `take_proft` in [strategies.grid], did you mean `take_profit`?"
std::string to_string(const config_error& error);

/// By place; errors of the command line stay in their order, in front.
void sort_by_place(std::vector<config_error>& errors);

/// The candidate with the smallest edit distance (a swap of neighbours counts one; case, '-' and
/// '_' do not count), when it is near enough to be a slip.
std::optional<std::string> nearest(std::string_view word,
                                   const std::vector<std::string>& candidates);

/// ", did you mean `x`?" or, when nothing is near, "; <what>: `a`, `b`, `c`".
std::string suggest(std::string_view word, const std::vector<std::string>& candidates,
                    std::string_view what);

/// The text between backticks, shortened and with control characters made visible.
std::string quoted(std::string_view text);

} // namespace actorbot::config
