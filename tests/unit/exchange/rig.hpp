#pragma once

#include "venues/exchange/core.hpp"

#include <string>
#include <vector>

/// A core with one market (tick 0.1, lot 0.001) and accounts, and a log of what it said.
namespace actorbot::exchange::test {

inline timestamp at_ms(std::int64_t ms) { return from_ms(1'700'000'000'000 + ms); }

inline market_rules plain_rules() {
  market_rules r;
  r.symbol = "BTCUSDT";
  r.base = "BTC";
  r.quote = "USDT";
  r.tick = "0.1"_d;
  r.lot = "0.001"_d;
  r.min_quantity = "0.001"_qty;
  r.maker_fee = "0.0001"_d;
  r.taker_fee = "0.0004"_d;
  return r;
}

class ear : public exchange_listener {
 public:
  void on_order(const order_event& e) override {
    orders.push_back(e);
    say("order " + std::to_string(e.value.id) + " " + std::string{to_string(e.cause)} + " "
        + std::string{to_string(e.value.state)} + " " + to_string(e.value.filled) + "/"
        + to_string(e.value.size) + " " + std::string{to_string(e.value.reason)});
  }
  void on_execution(const execution& e) override {
    executions.push_back(e);
    say("fill " + std::to_string(e.order) + " " + to_string(e.size) + "@" + to_string(e.at)
        + (e.maker ? " maker" : " taker"));
  }
  void on_position(const position_event& e) override {
    say("position " + std::to_string(index_of(e.account)) + " " + to_string(e.value.size));
  }
  void on_balance(const balance_event& e) override {
    say("balance " + std::to_string(index_of(e.account)) + " " + std::string{to_string(e.kind)}
        + " " + to_string(e.change) + " " + to_string(e.wallet));
  }
  void on_funding(const funding_record& e) override { say("funding " + to_string(e.amount)); }
  void on_trade(const public_trade& e) override {
    trades.push_back(e);
    say("trade " + to_string(e.size) + "@" + to_string(e.at) + " "
        + std::string{to_string(e.aggressor)});
  }
  void on_prices(const market_prices& e) override {
    say("prices " + to_string(e.mark) + " " + to_string(e.index) + " " + to_string(e.funding_rate));
  }
  void on_delta(const book_delta& e) override {
    deltas.push_back(e);
    std::string text = "delta " + std::to_string(e.previous) + " " + std::to_string(e.last);
    for (const auto& l : e.bids)
      text += " b" + to_string(l.at) + "x" + to_string(l.size);
    for (const auto& l : e.asks)
      text += " a" + to_string(l.at) + "x" + to_string(l.size);
    say(text);
  }
  void on_top(const book_top& e) override {
    tops.push_back(e);
    say("top");
  }

  void clear() {
    log.clear();
    orders.clear();
    executions.clear();
    trades.clear();
    deltas.clear();
    tops.clear();
  }

  std::vector<std::string> log;
  std::uint64_t hash = 14695981039346656037ULL; ///< FNV-1a of all lines
  bool keep = true;
  std::vector<order_event> orders;
  std::vector<execution> executions;
  std::vector<public_trade> trades;
  std::vector<book_delta> deltas;
  std::vector<book_top> tops;

 private:
  void say(const std::string& line) {
    for (const char c : line)
      hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    if (keep)
      log.push_back(line);
  }
};

struct rig {
  explicit rig(market_rules rules = plain_rules(), core_settings settings = {})
      : exchange{with_start(std::move(settings))}, market{exchange.add_market(std::move(rules))} {
    exchange.add_listener(heard);
    for (const auto* name : {"alice", "bob", "carol"})
      exchange.add_account(exchange.now(), {name, 1'000'000, {}, {}});
    heard.clear();
  }

  static core_settings with_start(core_settings s) {
    s.start = at_ms(0);
    return s;
  }

  timestamp now() const { return exchange.now(); }

  new_order limit(account_id a, side s, const char* p, const char* q) const {
    new_order r;
    r.account = a;
    r.market = market;
    r.order_side = s;
    r.limit_price = price{*decimal::parse(p)};
    r.size = quantity{*decimal::parse(q)};
    return r;
  }
  new_order market_order(account_id a, side s, const char* q) const {
    auto r = limit(a, s, "0", q);
    r.type = order_type::market;
    return r;
  }
  order_result put(const new_order& r) { return exchange.submit(now(), r); }
  const order& rest(account_id a, side s, const char* p, const char* q) {
    return *put(limit(a, s, p, q)).value;
  }
  void external(side s, const char* p, const char* q) {
    feed_event e;
    (s == side::buy ? e.bids : e.asks)
        .push_back({price{*decimal::parse(p)}, quantity{*decimal::parse(q)}});
    exchange.apply(now(), market, e);
  }
  void external_trade(side aggressor, const char* p, const char* q) {
    feed_event e;
    e.what = feed_event::kind::trade;
    e.at = price{*decimal::parse(p)};
    e.size = quantity{*decimal::parse(q)};
    e.aggressor = aggressor;
    exchange.apply(now(), market, e);
  }
  void mark(const char* p) {
    feed_event e;
    e.what = feed_event::kind::prices;
    e.mark = price{*decimal::parse(p)};
    exchange.apply(now(), market, e);
  }
  void rate(const char* r) {
    feed_event e;
    e.what = feed_event::kind::funding;
    e.rate = *decimal::parse(r);
    exchange.apply(now(), market, e);
  }
  decimal wallet(account_id a) const { return exchange.summary(a).wallet; }
  const exchange::position& held(account_id a) const { return exchange.position(a, market); }

  core exchange;
  market_id market;
  ear heard;
};

inline constexpr account_id alice{0};
inline constexpr account_id bob{1};
inline constexpr account_id carol{2};

} // namespace actorbot::exchange::test
