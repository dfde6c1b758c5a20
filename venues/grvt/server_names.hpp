#pragma once

#include <nlohmann/json.hpp>

#include <span>
#include <string>
#include <string_view>

/// Long and short member names. The server thinks in long names; the lite variant is translated at
/// its edge. Source: the schema tables of gravity-technologies/api-spec.
namespace actorbot::venues::grvt::server {

struct name_table;

struct name_entry {
  std::string_view full;
  std::string_view lite;
  const name_table* inside = nullptr; ///< of the object, or of the objects in the list
};

struct name_table {
  std::span<const name_entry> entries;
};

/// Members without a long name stay as they are.
nlohmann::json to_full(const nlohmann::json& lite, const name_table& names);
/// Members without a short name are left out.
std::string to_lite(std::string_view full, const name_table& names);

namespace names {

// Requests.
extern const name_table plain; ///< of all calls without a table of their own
extern const name_table order_request;
extern const name_table bulk_request;
extern const name_table kline_request;
extern const name_table leverage_request;
extern const name_table position_config_request;
// Answers.
extern const name_table ack;
extern const name_table ack_plain;
extern const name_table one_order;
extern const name_table bulk_answer;
extern const name_table fills;
extern const name_table positions_list;
extern const name_table summary;
extern const name_table payments;
extern const name_table leverages;
extern const name_table sub_accounts;
extern const name_table instruments;
extern const name_table tickers;
extern const name_table book_answer;
extern const name_table trades;
extern const name_table candles;
extern const name_table funding_points;
// Feeds.
extern const name_table order;
extern const name_table state_feed;
extern const name_table fill;
extern const name_table position;
extern const name_table cancel_feed;
extern const name_table ticker;
extern const name_table book;
extern const name_table trade;
extern const name_table candle;

} // namespace names

} // namespace actorbot::venues::grvt::server
