#pragma once

#include "messages/account.hpp"
#include "messages/instrument.hpp"
#include "messages/market_data.hpp"
#include "messages/order.hpp"

#include <string>

/// Small makers of facts, so that a test reads as a story.
namespace actorbot::test {

using namespace std::chrono_literals;

inline constexpr venue_id venue_a{1};
inline constexpr instrument_id btc{venue_a, 0};
inline constexpr instrument_id eth{venue_a, 1};
inline constexpr strategy_id first_strategy{1};
inline constexpr strategy_id second_strategy{2};

inline client_order_id order_id(std::uint64_t sequence, strategy_id strategy = first_strategy,
                                std::uint32_t run = 7) {
  return {1, strategy, run, sequence};
}

inline order_request limit_order(const client_order_id& id, side s, quantity size, price at) {
  order_request order;
  order.id = id;
  order.instrument = btc;
  order.order_side = s;
  order.size = size;
  order.limit_price = at;
  return order;
}

inline order_request reducing(order_request order) {
  order.reduce_only = true;
  return order;
}

/// What the venue says about an order.
inline order_update word_of(const order_request& order, order_state state, evidence source,
                            quantity filled = {}) {
  order_update x;
  x.id = order.id;
  x.instrument = order.instrument;
  x.venue_order_id = "v" + std::to_string(order.id.sequence);
  x.state = state;
  x.order_side = order.order_side;
  x.reduce_only = order.reduce_only;
  x.size = order.size;
  x.filled = filled;
  x.limit_price = order.limit_price;
  x.source = source;
  return x;
}

inline fill fill_of(const order_request& order, const std::string& trade, quantity size, price at,
                    timestamp time = {}) {
  fill x;
  x.id = order.id;
  x.instrument = order.instrument;
  x.venue_order_id = "v" + std::to_string(order.id.sequence);
  x.trade_id = trade;
  x.order_side = order.order_side;
  x.at = at;
  x.size = size;
  x.time = time;
  return x;
}

inline instrument rules_of(instrument_id id) {
  instrument x;
  x.id = id;
  x.ticker = id == btc ? "BTC" : "ETH";
  x.symbol = x.ticker + "USDT";
  x.quote = "USDT";
  x.tick = "0.1"_d;
  x.lot = "0.001"_d;
  x.min_quantity = "0.001"_qty;
  x.max_quantity = "1000"_qty;
  x.min_notional = 5;
  x.trading = true;
  return x;
}

inline top_of_book book_of(instrument_id id, price bid, price ask, timestamp received) {
  top_of_book x;
  x.instrument = id;
  x.bid = level{bid, "1"_qty};
  x.ask = level{ask, "1"_qty};
  x.received = received;
  return x;
}

} // namespace actorbot::test
