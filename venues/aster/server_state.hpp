#pragma once

#include "venues/aster/server_params.hpp"
#include "venues/dialect.hpp"

#include <deque>
#include <string>
#include <vector>

/// What the parts of the server share.
namespace actorbot::venues::aster::server {

/// How the numbers of a market are written.
struct market_format {
  std::string symbol;
  std::string lower;       ///< as stream names spell it
  int price_precision = 0; ///< the most decimals a price may have; the tick may be coarser
  int size_precision = 0;
  int price_places = 0; ///< decimals of the tick
  int average_places = 5;
};

/// What the venue keeps of an account beyond what the core knows.
struct account_state {
  std::string alias;
  exchange::self_trade_mode self_trade = exchange::self_trade_mode::expire_taker;
};

/// Core, sink and what is derived from them once.
class server_state {
 public:
  server_state(exchange::core& core, dialect_sink& sink) : core_{core}, sink_{sink} {}

  exchange::core& core() const { return core_; }
  dialect_sink& sink() const { return sink_; }
  const market_format& format(exchange::market_id market) const;
  account_state& account(exchange::account_id id);
  /// Letters and digits from the driver's generator.
  std::string random_text(std::size_t length);

 private:
  exchange::core& core_;
  dialect_sink& sink_;
  mutable std::deque<market_format> formats_;
  std::deque<account_state> accounts_;
};

/// One call that has been let in.
struct call {
  timestamp now;
  const parameters& values;
  exchange::account_id account{}; ///< of no meaning in an open call
  bool v3 = false;
};

/// Brackets as the venue prints them; a market without a table has one.
std::vector<exchange::leverage_bracket> brackets_of(const exchange::market_rules& rules);
/// The largest notional that the leverage allows.
decimal max_notional(const exchange::market_rules& rules, std::uint16_t leverage);

/// Reads `symbol`; a failure of the reader when it is missing or unknown.
exchange::market_id read_market(parameter_reader& read, const exchange::core& core);
/// The same where it may be absent.
std::optional<exchange::market_id> read_optional_market(parameter_reader& read,
                                                        const exchange::core& core);

} // namespace actorbot::venues::aster::server
