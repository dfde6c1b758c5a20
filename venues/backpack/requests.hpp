#pragma once

#include "messages/decimal.hpp"
#include "venues/backpack/signer.hpp"
#include "venues/descriptor.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace actorbot::venues::backpack {

/// Builds and signs requests in buffers that are kept: in steady state it allocates nothing. A
/// request is begun, filled in ascending order of its keys and signed; the view that comes back is
/// good until the next one begins. Parameters go into the query of a GET and into the JSON body of
/// everything else; what is signed is made of the same values (signer.hpp).
class request_writer {
 public:
  /// Takes the credentials over. Returns what is missing or malformed, without showing any of it.
  std::string configure(const session_settings& settings);

  void begin(http_method method, std::string_view path, std::string_view instruction);
  /// `value` needs no escaping: ids, symbols and words of the documentation.
  void add(std::string_view key, std::string_view value);
  /// A text in JSON, as all prices and quantities are.
  void add(std::string_view key, decimal value);
  /// A number in JSON.
  void add(std::string_view key, std::uint64_t value);
  void add_true(std::string_view key);

  /// `now` on the venue's clock.
  http_request_view sign(timestamp now);

  /// A public GET.
  http_request_view plain(std::string_view path);

  /// The frame that subscribes to private streams.
  std::string_view subscription(std::span<const std::string_view> streams, timestamp now);

  /// Removes the API key from words of the venue.
  std::string redact(std::string text) const;

 private:
  void append(std::string_view key, std::string_view value, bool quoted);

  std::optional<request_signer> signer_;
  signing_text text_;
  std::string target_;
  std::string body_;
  std::string signature_;
  std::string timestamp_;
  std::array<header_view, 4> headers_;
  http_method method_ = http_method::get;
};

} // namespace actorbot::venues::backpack
