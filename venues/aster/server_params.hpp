#pragma once

#include "messages/decimal.hpp"
#include "messages/time.hpp"
#include "venues/aster/server_errors.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The parameters of a call, from its query string and form body.
namespace actorbot::venues::aster::server {

/// Names and values percent-decoded. In the query string and in the body a name may stand once
/// each; the query string wins. Unknown names are kept and ignored, as the venue does.
class parameters {
 public:
  /// The reason why the text cannot be read, if so.
  std::optional<failure> add(std::string_view form);
  void set(std::string name, std::string value);

  /// Null when absent or empty: the venue makes no difference.
  const std::string* find(std::string_view name) const;
  bool has(std::string_view name) const { return find(name) != nullptr; }

  struct entry {
    std::string name;
    std::string value;
  };
  const std::vector<entry>& entries() const { return entries_; }

 private:
  std::vector<entry> entries_;
};

/// Reads typed values and remembers the first thing that was wrong, so that a call reads all it
/// needs and then asks once.
class parameter_reader {
 public:
  explicit parameter_reader(const parameters& values) : values_{values} {}

  std::string_view text(std::string_view name);
  std::string_view text_or(std::string_view name, std::string_view otherwise);
  /// Digits with an optional point and minus sign: no exponent.
  decimal number(std::string_view name);
  std::optional<decimal> optional_number(std::string_view name);
  std::uint64_t integer(std::string_view name);
  std::optional<std::uint64_t> optional_integer(std::string_view name);
  /// "true" or "false" in any case.
  bool flag(std::string_view name);
  bool flag_or(std::string_view name, bool otherwise);
  /// `limit`, from 1 to `most`.
  std::size_t limit(std::size_t otherwise, std::size_t most);
  /// `startTime` and `endTime` in ms.
  std::optional<timestamp> time(std::string_view name);

  void fail(failure refused);
  const std::optional<failure>& failed() const { return failed_; }

 private:
  const parameters& values_;
  std::optional<failure> failed_;
};

} // namespace actorbot::venues::aster::server
