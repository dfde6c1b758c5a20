#pragma once

#include "tools/fuzz/session_fuzzer.hpp"

#include <map>
#include <string>

namespace actorbot::fuzz {

/// What holds of all that an account session says: orders are ours, amounts make sense, and every
/// command is answered.
class account_check final : public checked_session<venues::account_sink> {
 public:
  account_check(const venues::session_settings& settings, std::string_view input)
      : checked_session{settings, input}, bot_{settings.bot} {}
  using checked_session::emit;

  /// How often an order was spoken of, and lists failed.
  std::map<client_order_id, int> spoken;
  int lists = 0;

  void emit(const order_update& x) override {
    heard(x.instrument);
    require(x.id.bot == bot_, "an update of another's order");
    order(x);
    ++spoken[x.id];
  }
  void emit(const fill& x) override {
    heard(x.instrument);
    require(x.id.bot == bot_, "a fill of another's order");
    execution(x);
  }
  void emit(const position& x) override {
    heard(x.instrument);
    require(!x.entry.is_negative(), "an entry below zero");
  }
  void emit(const balance& x) override {
    heard();
    require(!x.asset.empty(), "money without a name");
  }
  void emit(const funding_payment& x) override { heard(x.instrument); }
  void emit(const open_orders_snapshot& x) override {
    heard();
    for (const auto& seen : x.orders)
      listed(seen);
    ++lists;
  }
  void emit(const positions_snapshot& x) override {
    heard();
    for (const auto& p : x.positions)
      require(!p.entry.is_negative(), "an entry below zero");
    ++lists;
  }
  void emit(const fills_page& x) override {
    heard(x.instrument);
    for (const auto& f : x.fills) {
      require(f.id.bot == bot_, "a fill of another's order in a page");
      execution(f);
    }
    ++lists;
  }
  void emit_foreign(const seen_order& x) override {
    heard();
    listed(x);
  }
  void cancel_failed(const client_order_id& id, reject_reason, std::string text) override {
    heard();
    require_words(text);
    ++spoken[id];
  }
  void query_failed(const client_order_id& id, reject_reason, std::string text) override {
    heard();
    require_words(text);
    ++spoken[id];
  }
  void request_failed(std::string_view, std::string text) override {
    heard();
    require_words(text);
    ++lists;
  }
  void clock_offset(duration, duration uncertainty) override {
    heard();
    require(uncertainty >= duration{}, "less than no uncertainty");
  }

 private:
  void order(const order_update& x) const {
    require_words(x.text);
    require(!x.size.is_negative() && !x.filled.is_negative(), "a size below zero");
    require(!x.limit_price.is_negative() && !x.average_price.is_negative(), "a price below zero");
  }
  void listed(const seen_order& x) const {
    require(x.ours == (x.order.id.bot == bot_), "an order that is ours and is not");
    order(x.order);
  }
  static void execution(const fill& x) {
    require(x.at.is_positive() && x.size.is_positive(), "a fill of nothing");
    require(!x.trade_id.empty(), "a fill without a number");
  }

  std::uint16_t bot_;
};

/// The commands of the gateway, allowed once the session is live. N is a digit.
///   pFLAGS SIZE PRICE   place; flags: s(ell) m(arket) i(oc) f(ok) p(ost-only) r(educe-only)
///                       v (valid for a second) and an instrument's digit
///   kN qN               cancel or query the N-th order placed; wN: by the venue's number
///   K O P B             cancel all, open orders, positions, balances
///   FMS DMS             fills of the last MS, dead-man's switch in MS
class account_player final : public session_player<venues::account_protocol, account_check> {
 public:
  account_player(venues::account_protocol& protocol, account_check& sink,
                 const venues::session_settings& settings)
      : session_player{protocol, sink}, settings_{settings} {}

 private:
  void command(step& line) override {
    if (!sink_.is_live)
      return;
    switch (line.tag) {
    case 'p':
      return place(line);
    case 'k':
    case 'q':
      return about_order(line);
    case 'w':
      return protocol_.query_order(at(), {}, instrument(0), line.rest, sink_);
    case 'K':
      return protocol_.cancel_all(at(), instrument(line.take()), sink_);
    case 'O':
      ++lists_asked_;
      return protocol_.query_open_orders(at(), sink_);
    case 'P':
      ++lists_asked_;
      return protocol_.query_positions(at(), sink_);
    case 'B':
      return protocol_.query_balances(at(), sink_);
    case 'F':
      ++lists_asked_;
      return protocol_.query_fills(at(), instrument(0), at().now - span(line.rest), sink_);
    case 'D':
      return protocol_.arm_dead_man(at(), instrument(0), span(line.rest), sink_);
    default:
      return;
    }
  }

  static duration span(std::string_view text) {
    return std::chrono::milliseconds{number_in(text, 20'000'000'000)};
  }

  instrument_id instrument(char digit) const {
    const auto n = digit >= '0' && digit <= '9' ? static_cast<std::size_t>(digit - '0') : 0;
    return settings_.instruments[n % settings_.instruments.size()].id;
  }

  void place(step& line) {
    order_request o;
    o.id = {settings_.bot, strategy_id{2}, 3, placed_.size() + 1};
    o.instrument = instrument(0);
    o.created = at().now;
    for (const char c : line.word())
      flag(c, o);
    const auto size = decimal::parse(line.word());
    const auto limit = decimal::parse(line.word());
    o.size = quantity{size && size->is_positive() ? *size : decimal{1}};
    o.limit_price = price{limit && limit->is_positive() ? *limit : decimal{100}};
    placed_.push_back(o.id);
    ++asked_[o.id];
    protocol_.place(at(), o, sink_);
  }

  void flag(char c, order_request& o) const {
    if (c == 's')
      o.order_side = side::sell;
    else if (c == 'm')
      o.type = order_type::market;
    else if (c == 'i')
      o.tif = time_in_force::ioc;
    else if (c == 'f')
      o.tif = time_in_force::fok;
    else if (c == 'p')
      o.post_only = true;
    else if (c == 'r')
      o.reduce_only = true;
    else if (c == 'v')
      o.valid_until = at().now + std::chrono::seconds{1};
    else if (c >= '0' && c <= '9')
      o.instrument = instrument(c);
  }

  void about_order(step& line) {
    if (placed_.empty())
      return;
    const auto n = static_cast<std::size_t>(number_in(line.rest, 1000));
    const auto id = placed_[n % placed_.size()];
    ++asked_[id];
    if (line.tag == 'k')
      protocol_.cancel(at(), {id, instrument(0)}, {}, sink_);
    else
      protocol_.query_order(at(), id, instrument(0), {}, sink_);
  }

  /// Nothing more is heard: what was asked must have been answered then.
  void end() override {
    for (int i = 0; i < 10'000 && !sink_.calls.empty() && !sink_.over; ++i)
      fail_call(true, i % 2 == 0, "the end");
    if (sink_.over)
      return;
    require(sink_.calls.empty(), "requests without end");
    for (const auto& [id, times] : asked_)
      require(sink_.spoken[id] >= times, "a command was not answered");
    require(sink_.lists >= lists_asked_, "a list was not answered");
  }

  const venues::session_settings& settings_;
  std::vector<client_order_id> placed_;
  std::map<client_order_id, int> asked_;
  int lists_asked_ = 0;
};

/// Plays one input against the venue's account.
inline void fuzz_account(const session_case& under_test, std::string_view input) {
  const auto protocol = under_test.venue->make_account(under_test.settings);
  account_check sink{under_test.settings, input};
  account_player player{*protocol, sink, under_test.settings};
  player.play(input, under_test.way_to_live);
}

} // namespace actorbot::fuzz
