#pragma once

#include "venues/dialect.hpp"
#include "venues/wire/json_writer.hpp"

#include <deque>
#include <span>
#include <string>

/// What the parts of the server share.
namespace actorbot::venues::grvt::server {

struct currency {
  std::string_view symbol;
  std::uint8_t id = 0;
  int balance_decimals = 6;
};
/// Those of the venue's documentation.
std::span<const currency> currencies();

/// What an instrument's name stands for beyond the core's rules.
struct instrument_info {
  exchange::market_id market{};
  std::string symbol;
  std::uint64_t asset = 0; ///< instrument_hash as a number
  std::string asset_text;
  int base_decimals = 6;
  decimal funding_cap; ///< percent per interval
  std::int64_t funding_hours = 8;
};

/// Core, sink and what is derived from them once.
class server_state {
 public:
  server_state(exchange::core& core, dialect_sink& sink) : core_{core}, sink_{sink} {}

  exchange::core& core() const { return core_; }
  dialect_sink& sink() const { return sink_; }
  const instrument_info& instrument(exchange::market_id market) const;
  const exchange::market_rules& rules(exchange::market_id market) const {
    return core_.rules(market);
  }

 private:
  exchange::core& core_;
  dialect_sink& sink_;
  mutable std::deque<instrument_info> instruments_;
};

/// As the venue writes decimals: in a text, with one to nine digits after the point.
void put(json_writer& to, std::string_view name, decimal value);
void put_item(json_writer& to, decimal value);
/// Nanoseconds since 1970 in a text.
void put(json_writer& to, std::string_view name, timestamp value);

} // namespace actorbot::venues::grvt::server
