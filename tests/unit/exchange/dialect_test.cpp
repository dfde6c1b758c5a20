#include "venues/dialect.hpp"

#include "venues/exchange/rate_limiter.hpp"
#include "venues/wire/http_text.hpp"

#include "rig.hpp"

#include <doctest/doctest.h>

using namespace actorbot;
using namespace actorbot::venues;

namespace {

/// The smallest venue: "PUT /buy" rests an order, and streams hear of trades.
class tiny_dialect final : public dialect {
 public:
  tiny_dialect(exchange::core& core, const dialect_settings& settings, dialect_sink& sink)
      : core_{core}, sink_{sink} {
    for (const auto& a : settings.accounts)
      core_.add_account(settings.now, {a.name, a.balance, a.maker_fee, a.taker_fee});
    core_.add_listener(*this);
  }
  ~tiny_dialect() override { core_.remove_listener(*this); }
  void on(const dialect_request& e) override {
    const auto account = core_.find_account(find_header(e.headers, "x-account"));
    if (!account)
      return sink_.respond(e.token, 401, {}, "who?");
    exchange::new_order o;
    o.account = *account;
    o.order_side = e.target == "/buy" ? side::buy : side::sell;
    o.limit_price = "100"_price;
    o.size = "1"_qty;
    const auto result = core_.submit(e.now, o);
    sink_.respond(e.token, result ? 200 : 400, {}, exchange::to_string(result.code));
  }
  void on(const dialect_stream_request& e) override {
    sink_.accept(e.stream, {});
    stream_ = e.stream;
  }
  void on(const dialect_frame&) override {}
  void on(const dialect_stream_closed&) override {}
  void on(const dialect_timer&) override {}
  void on_trade(const exchange::public_trade& t) override {
    sink_.send(stream_, frame_kind::text, to_string(t.at));
  }

 private:
  exchange::core& core_;
  dialect_sink& sink_;
  stream_token stream_{};
};

struct script : dialect_sink {
  std::vector<std::string> log;
  void respond(request_token, unsigned status, std::span<const header_view>,
               std::string_view body) override {
    log.push_back(std::to_string(status) + " " + std::string{body});
  }
  void drop(request_token) override {}
  void accept(stream_token, std::span<const header_view>) override { log.push_back("accept"); }
  void refuse(stream_token, unsigned, std::string_view) override {}
  void send(stream_token, frame_kind, std::string_view data) override {
    log.push_back("frame " + std::string{data});
  }
  void ping(stream_token, std::string_view) override {}
  void close(stream_token, std::uint16_t, std::string_view) override {}
  void set_timer(timer_id, timestamp) override {}
  void cancel_timer(timer_id) override {}
  std::uint64_t random() override { return 4; }
  void note(std::string_view) override {}
};

} // namespace

TEST_CASE("a dialect serves requests over a core and tells its streams what the core says") {
  const auto now = exchange::test::at_ms(0);
  exchange::core_settings s;
  s.start = now;
  exchange::core core{s};
  core.add_market(exchange::test::plain_rules());
  dialect_settings settings;
  settings.now = now;
  settings.accounts = {{"ann", {}, 1000, {}, {}}, {"ben", {}, 1000, {}, {}}};
  script sink;
  {
    tiny_dialect d{core, settings, sink};
    d.on(dialect_stream_request{now, stream_token{1}, {}, "/ws", {}});
    const header_view ann{"X-Account", "ann"};
    const header_view ben{"x-account", "ben"};
    d.on(dialect_request{now, request_token{1}, {}, http_method::put, "/buy", {&ann, 1}, ""});
    d.on(dialect_request{now, request_token{2}, {}, http_method::put, "/sell", {&ben, 1}, ""});
    d.on(dialect_request{now, request_token{3}, {}, http_method::put, "/sell", {}, ""});
  }
  // Exchange events are heard before submit() returns, so the frame is out before the answer.
  CHECK(sink.log
        == std::vector<std::string>{"accept", "200 none", "frame 100", "200 none", "401 who?"});
}

TEST_CASE("a window limiter counts by key and begins anew at each window of the epoch") {
  exchange::window_limiter l{10, std::chrono::minutes{1}};
  const auto t = from_ms(1'700'000'040'000); // a whole minute
  CHECK(l.take(t, "a", 6));
  CHECK_FALSE(l.take(t + std::chrono::seconds{59}, "a", 5));
  CHECK(l.used(t + std::chrono::seconds{59}, "a") == 11);
  CHECK(l.take(t, "b", 10));
  CHECK(l.take(t + std::chrono::seconds{60}, "a", 10));
  CHECK(l.window_end(t + std::chrono::seconds{1}) == t + std::chrono::seconds{60});
  exchange::window_limiter open{0, std::chrono::minutes{1}};
  CHECK(open.take(t, "a", 1'000'000));
}
