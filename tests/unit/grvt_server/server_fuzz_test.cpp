#include "rig.hpp"

#include <doctest/doctest.h>

#include <random>

using namespace actorbot;
using namespace actorbot::venues;
using namespace actorbot::venues::grvt::test;

/// Whatever a client sends is answered once, with JSON, and nothing throws.
namespace {

using engine = std::mt19937_64;

std::size_t below(engine& chance, std::size_t n) { return static_cast<std::size_t>(chance() % n); }

template <class T>
const T& pick(engine& chance, const std::vector<T>& from) {
  return from[below(chance, from.size())];
}

std::string mutated(engine& chance, std::string text) {
  for (auto n = 1 + below(chance, 4); n > 0; --n) {
    const auto at = below(chance, text.size() + 1);
    switch (below(chance, 4)) {
    case 0:
      text.insert(at, 1, static_cast<char>(below(chance, 256)));
      break;
    case 1:
      if (!text.empty())
        text.erase(below(chance, text.size()), 1 + below(chance, 8));
      break;
    case 2:
      if (!text.empty())
        text[below(chance, text.size())] = static_cast<char>(below(chance, 256));
      break;
    default:
      text.insert(at,
                  pick<std::string>(chance, {"\"", "[", "{", "null", "-1", "1e999", "\\u0000"}));
      break;
    }
  }
  return text;
}

const std::vector<std::string> calls{"v1/instrument",
                                     "v1/instruments",
                                     "v1/all_instruments",
                                     "v1/margin_rules",
                                     "v1/mini",
                                     "v1/ticker",
                                     "v1/book",
                                     "v1/trade",
                                     "v1/trade_history",
                                     "v1/kline",
                                     "v1/funding",
                                     "v1/create_order",
                                     "v2/bulk_orders",
                                     "v1/cancel_order",
                                     "v1/cancel_all_orders",
                                     "v1/order",
                                     "v1/open_orders",
                                     "v1/order_history",
                                     "v1/fill_history",
                                     "v1/positions",
                                     "v1/account_summary",
                                     "v1/get_sub_accounts",
                                     "v1/authorize_builder",
                                     "v1/set_position_config",
                                     "v1/funding_payment_history",
                                     "v1/set_initial_leverage",
                                     "v1/get_all_initial_leverage",
                                     "v1/cancel_on_disconnect"};

const std::vector<std::string> names{"sub_account_id",
                                     "instrument",
                                     "order",
                                     "orders",
                                     "order_id",
                                     "client_order_id",
                                     "limit",
                                     "cursor",
                                     "start_time",
                                     "end_time",
                                     "kind",
                                     "base",
                                     "quote",
                                     "depth",
                                     "interval",
                                     "type",
                                     "leverage",
                                     "margin_type",
                                     "signature",
                                     "countdown_time",
                                     "time_to_live_ms",
                                     "order_i_ds",
                                     "client_order_i_ds",
                                     "is_active",
                                     "main_account_id"};

json some_value(engine& chance, int depth) {
  static const std::vector<json> plain{json{},
                                       true,
                                       0,
                                       -1,
                                       18'446'744'073'709'551'615ULL,
                                       1.5,
                                       "",
                                       "BTC_USDT_Perp",
                                       "2147050003876484",
                                       "99999999999999999999",
                                       "1e-7",
                                       "170000000000000000000",
                                       "0x01",
                                       "c18446744073709551615",
                                       "9223372036854775807",
                                       "CI_1_M",
                                       "TRADE",
                                       "CROSS",
                                       "5",
                                       10};
  if (depth > 2 || below(chance, 3) != 0)
    return pick(chance, plain);
  json out = below(chance, 2) == 0 ? json::array() : json::object();
  for (auto n = below(chance, 4); n > 0; --n) {
    if (out.is_array())
      out.push_back(some_value(chance, depth + 1));
    else
      out[pick(chance, names)] = some_value(chance, depth + 1);
  }
  return out;
}

json some_body(engine& chance) {
  json out{{"sub_account_id", "2147050003876484"}, {"instrument", "BTC_USDT_Perp"}};
  for (auto n = below(chance, 6); n > 0; --n)
    out[pick(chance, names)] = some_value(chance, 0);
  return out;
}

} // namespace

TEST_CASE("random bodies of all calls are answered, in both variants") {
  engine chance{20251218};
  rig r;
  for (int i = 0; i < 6'000; ++i) {
    const auto variant = below(chance, 2) == 0 ? "/full/" : "/lite/";
    const auto a = r.as(r.ann, variant + pick(chance, calls), some_body(chance));
    REQUIRE_MESSAGE(!a.parsed().is_discarded(), a.body);
    CHECK(a.status != 500);
    r.now += std::chrono::milliseconds{1};
  }
}

TEST_CASE("broken bytes of a good order are answered, and hardly ever executed") {
  engine chance{7};
  rig r;
  const auto good = r.signed_order(r.ann, {}).dump();
  for (int i = 0; i < 6'000; ++i) {
    const auto body = mutated(chance, good);
    const auto a = r.send(http_method::post, "/full/v1/create_order", body,
                          {{"Content-Type", "application/json"}});
    REQUIRE_MESSAGE(!a.parsed().is_discarded(), a.body);
    CHECK((a.status == 401 || a.status == 400));
  }
  // With a session: what is signed is checked, what is not (the client id) may change.
  auto in = r.login(r.ann);
  const auto set = in.headers["Set-Cookie"];
  const auto cookie = set.substr(0, set.find(';'));
  int taken = 0;
  for (int i = 0; i < 3'000; ++i) {
    const auto a = r.send(http_method::post, "/full/v1/create_order", mutated(chance, good),
                          {{"Content-Type", "application/json"},
                           {"Cookie", cookie},
                           {"X-Grvt-Account-Id", in.headers["X-Grvt-Account-Id"]}});
    REQUIRE_MESSAGE(!a.parsed().is_discarded(), a.body);
    taken += a.status == 200 ? 1 : 0;
  }
  CHECK(taken <= 1); // the same signature counts once
}

TEST_CASE("random frames are answered and nothing throws") {
  engine chance{99};
  rig r;
  const std::vector<std::string> good{
      R"({"jsonrpc":"2.0","method":"subscribe","params":{"stream":"v1.book.d","selectors":["BTC_USDT_Perp@500"]},"id":1})",
      R"({"jsonrpc":"2.0","method":"unsubscribe","params":{"stream":"v1.book.d","selectors":["BTC_USDT_Perp@500"]},"id":1})",
      R"({"jsonrpc":"2.0","method":"v1/positions","params":{"sub_account_id":"2147050003876484"},"id":1})",
      R"({"j":"2.0","m":"subscribe","p":{"s":"v1.trade","s1":["BTC_USDT_Perp@50"]},"i":1})",
      R"({"request_id":1,"stream":"v1.candle","feed":["BTC_USDT_Perp@CI_1_M-MID"],"method":"subscribe","is_full":false})"};
  for (const auto* target : {"/ws/full", "/ws/lite", "/ws"}) {
    const auto s = r.open(target, &r.ann);
    for (int i = 0; i < 2'000; ++i) {
      const auto before = r.sink.streams[s].frames.size();
      r.say(s, mutated(chance, pick(chance, good)));
      CHECK(r.sink.streams[s].frames.size() > before);
      r.frames(s);
      if (i % 100 == 0)
        r.run_for(std::chrono::milliseconds{20});
      r.frames(s);
    }
    r.close(s);
  }
}

TEST_CASE("random targets are answered or refused") {
  engine chance{3};
  rig r;
  for (int i = 0; i < 2'000; ++i) {
    const auto target = mutated(chance, pick<std::string>(chance, {"/full/v1/book", "/md/ws/full",
                                                                   "/auth/wallet/login", "/time"}));
    const auto a = r.send(below(chance, 2) == 0 ? http_method::post : http_method::get, target,
                          "{}", {{"Content-Type", "application/json"}});
    CHECK(!a.parsed().is_discarded());
    const auto s = r.open(target);
    CHECK((r.sink.streams[s].accepted || r.sink.streams[s].refused));
  }
}
