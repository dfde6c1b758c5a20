#pragma once

#include "venues/backpack/server_params.hpp"
#include "venues/dialect.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

/// What the parts of the server share.
namespace actorbot::venues::backpack::server {

constexpr std::uint16_t default_leverage_limit = 20;
inline const decimal mean_mark_band_up = decimal::from_parts(11, -1);
inline const decimal mean_mark_band_down = decimal::from_parts(9, -1);
/// How far a limit price may be from the last active price.
inline const decimal last_price_band_up = decimal::from_parts(125, -2);
inline const decimal last_price_band_down = decimal::from_parts(75, -2);
/// How far a market order may go above the best ask or below the best bid.
inline const decimal impact_up = decimal::from_parts(103, -2);
inline const decimal impact_down = decimal::from_parts(97, -2);

/// A market's margin fraction of a notional: {type: "sqrt", base, factor}.
struct margin_function {
  std::string base;
  std::string factor;
};

/// How the numbers of a market are written.
struct market_format {
  std::string symbol;
  int price_places = 0; ///< decimals of the tick
  int size_places = 0;  ///< decimals of the lot
  margin_function initial;
  margin_function maintenance;
};

/// A position since it was last opened; the core counts from the account's beginning.
struct position_view {
  std::uint64_t id = 0;
  quantity size;
  decimal cost;
  decimal entry;
  decimal break_even; ///< with the fees and funding paid since it was opened
  decimal mark;
  decimal unrealised;
  decimal realised;
  decimal funding;
  quantity exposure; ///< the most that the position could become by its open orders, unsigned
};

enum class position_change : std::uint8_t { opened, adjusted, closed };

class server_state {
 public:
  server_state(exchange::core& core, dialect_sink& sink) : core_{core}, sink_{sink} {}

  exchange::core& core() const { return core_; }
  dialect_sink& sink() const { return sink_; }
  const market_format& format(exchange::market_id market) const;

  /// Keeps track of where a position began; call once for each event of the core.
  position_change note_position(const exchange::position_event& e);
  position_view view(exchange::account_id account, exchange::market_id market,
                     const exchange::position& p) const;
  /// Of the whole market, in base units: longs of the accounts and of the outside.
  quantity open_interest(exchange::market_id market) const;

  /// Order ids of a public trade (buyer, seller). Who is no account gets an id that is nobody's.
  void note_execution(const exchange::execution& e);
  std::pair<exchange::order_id, exchange::order_id>
  parties(const exchange::public_trade& trade) const;

 private:
  struct tracked {
    quantity size;
    decimal fees, funding, realised; ///< as last heard
    std::uint64_t id = 0;
    decimal fees_before, funding_before, realised_before; ///< it was opened
  };
  exchange::core& core_;
  dialect_sink& sink_;
  mutable std::deque<market_format> formats_;
  std::map<std::pair<exchange::account_id, exchange::market_id>, tracked> positions_;
  std::uint64_t next_position_ = 4'238'420'454;
  exchange::trade_id last_trade_ = 0;
  exchange::order_id last_buyer_ = 0;
  exchange::order_id last_seller_ = 0;
};

/// One call that has been let in.
struct call {
  timestamp now;
  const parameters& values;           ///< of the query, or of the body's object
  const std::vector<parameters>& all; ///< of a body that is a list
  exchange::account_id account{};     ///< of no meaning in an open call
};

/// "Bid" and "Ask".
std::string_view side_text(side s);
/// UTC without a zone: "2025-07-27T18:05:40.897"; without a fraction when `millis` is false.
std::string zoneless(timestamp t, bool millis = true);

/// "BTC_USDC_PERP": letters and digits, two or three parts.
bool is_symbol(std::string_view text);
/// Reads `symbol` of a query or body; a failure when missing, malformed or unknown.
exchange::market_id read_market(parameter_reader& read, const exchange::core& core,
                                std::string_view payload = {});
/// The same where it may be absent.
std::optional<exchange::market_id> read_optional_market(parameter_reader& read,
                                                        const exchange::core& core);
/// Whether the query's `marketType` values (none: all) include perpetuals; fails for unknown words.
bool wants_perps(parameter_reader& read, const parameters& values);

} // namespace actorbot::venues::backpack::server
