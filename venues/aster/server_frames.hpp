#pragma once

#include "venues/aster/server_streams.hpp"
#include "venues/wire/json_writer.hpp"

#include <string>

/// Payloads of public streams, appended to a buffer that is used again: the best bid and offer of a
/// busy market passes here thousands of times a second.
namespace actorbot::venues::aster::server {

/// Levels as pairs of texts, `name`: [["price","size"], ...]; in streams and in REST answers.
void append_levels(json_writer& json, std::string_view name, const std::vector<level>& levels,
                   const market_format& f);

void append_book_ticker(std::string& out, const market_format& f, const exchange::book_top& top,
                        timestamp now);
void append_trade(std::string& out, const market_format& f, const exchange::public_trade& t,
                  timestamp now);
void append_aggregate_trade(std::string& out, const market_format& f, const aggregate_trade& t,
                            timestamp now);
void append_mark_price(std::string& out, const market_format& f,
                       const exchange::market_prices& prices, timestamp now);
void append_depth_diff(std::string& out, const market_format& f, const channel& c, timestamp now);
void append_depth_top(std::string& out, const market_format& f, const exchange::book_snapshot& book,
                      std::uint64_t previous, timestamp now);
void append_ticker(std::string& out, const market_format& f, const day_ticker& t, timestamp now);
void append_mini_ticker(std::string& out, const market_format& f, const day_ticker& t,
                        timestamp now);
void append_kline(std::string& out, const market_format& f, const candle& k, duration length,
                  std::string_view interval, timestamp now);
void append_forced_order(std::string& out, const market_format& f, const exchange::order& o,
                         timestamp now);

} // namespace actorbot::venues::aster::server
