#pragma once

#include "venues/grvt/server_candles.hpp"
#include "venues/grvt/server_errors.hpp"
#include "venues/grvt/server_read.hpp"
#include "venues/grvt/server_state.hpp"

#include <algorithm>
#include <array>

/// Public market data: instruments, books, trades, candles, funding.
namespace actorbot::venues::grvt::server {

enum class candle_type : std::uint8_t { trade, mark, index, mid };
std::optional<candle_type> parse_candle_type(std::string_view text);

/// One page of a list that is kept oldest first and shown newest first.
struct page_request {
  std::optional<timestamp> from;
  std::optional<timestamp> to;
  std::size_t limit = 500;
  std::optional<std::size_t> before; ///< index in the list, from the cursor

  /// Codes 1003, 3011.
  static std::optional<failure> read(reader& from, page_request& out);
};

/// Writes {"result":[...],"next":"..."}; `time_of` and `write` take an index of the list, `keep`
/// says whether it belongs there at all.
template <class TimeOf, class Keep, class Write>
std::string write_page(const page_request& page, std::size_t size, TimeOf time_of, Keep keep,
                       Write write) {
  std::string out;
  json_writer json{out};
  json.open_object().open_array("result");
  std::string next;
  std::size_t written = 0;
  for (auto i = std::min(size, page.before.value_or(size)); i-- > 0;) {
    const auto time = time_of(i);
    if ((page.to && time > *page.to) || (page.from && time < *page.from) || !keep(i))
      continue;
    if (written == page.limit) {
      next = "c" + std::to_string(i + 1);
      break;
    }
    write(json, i);
    ++written;
  }
  json.close_array().text("next", next).close_object();
  return out;
}

class market_desk {
 public:
  explicit market_desk(server_state& state) : state_{state} {}

  // -- calls --
  reply time(timestamp now) const;
  reply instrument(const json_value& body) const;
  reply instruments(const json_value& body) const;
  reply currencies() const;
  reply margin_rules(const json_value& body) const;
  reply mini(timestamp now, const json_value& body) const;
  reply ticker(timestamp now, const json_value& body) const;
  reply book(const json_value& body) const;
  reply trades(const json_value& body) const;
  reply trade_history(const json_value& body) const;
  reply klines(const json_value& body) const;
  reply funding(const json_value& body) const;

  // -- what happens --
  void on_trade(const exchange::public_trade& e);
  void on_prices(const exchange::market_prices& e);
  void on_top(const exchange::book_top& e);

  // -- pieces for streams --
  using member = std::pair<std::string_view, std::string>;
  /// Names and JSON values after event_time and instrument.
  std::vector<member> mini_members(exchange::market_id m) const;
  std::vector<member> ticker_members(timestamp now, exchange::market_id m) const;
  std::string book_text(exchange::market_id m, std::size_t depth) const;
  std::string trade_text(const exchange::public_trade& t) const;
  std::vector<candle> candles(exchange::market_id m, candle_type type, duration length) const;
  std::string candle_text(exchange::market_id m, const candle& c, duration length) const;
  const std::deque<exchange::public_trade>& recent(exchange::market_id m) const;
  std::optional<exchange::market_id> find(std::string_view symbol) const {
    return state_.core().find_market(symbol);
  }

 private:
  struct history {
    std::deque<exchange::public_trade> trades;
    std::array<candle_series, 4> candles;
  };
  history& of(exchange::market_id m) const;
  void write_instrument(json_writer& to, exchange::market_id m) const;
  std::optional<failure> read_market(const json_value& body, exchange::market_id& out) const;

  server_state& state_;
  mutable std::deque<history> histories_;
};

/// An object of event_time, instrument and the members.
std::string object_text(timestamp time, std::string_view instrument,
                        const std::vector<market_desk::member>& members);

} // namespace actorbot::venues::grvt::server
