#pragma once

#include "messages/decimal.hpp"
#include "messages/time.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// How requests are read: numbers as numbers or as texts, as the venue takes them.
namespace actorbot::venues::grvt::server {

using json_value = nlohmann::json;

/// The members of one object. A member that is absent, null or an empty text is nothing; one of
/// another form makes the reader bad.
class reader {
 public:
  explicit reader(const json_value& from);

  bool bad() const { return bad_; }
  const json_value* find(std::string_view name) const;
  std::optional<std::uint64_t> unsigned64(std::string_view name);
  std::optional<std::int64_t> signed64(std::string_view name);
  /// A decimal in a text, with or without exponent, or an integer. A JSON number with a fraction is
  /// refused: it has been through floating point on one side or the other.
  std::optional<decimal> amount(std::string_view name);
  std::optional<bool> flag(std::string_view name);
  std::string text(std::string_view name);
  std::vector<std::string> texts(std::string_view name);
  std::optional<timestamp> time(std::string_view name);
  /// Null when absent; bad when it is no object.
  const json_value* object(std::string_view name);
  const json_value* array(std::string_view name);

 private:
  const json_value* present(std::string_view name) const;
  const json_value* from_ = nullptr;
  bool bad_ = false;
};

/// Lower case of ASCII letters.
std::string lower(std::string_view text);

} // namespace actorbot::venues::grvt::server
