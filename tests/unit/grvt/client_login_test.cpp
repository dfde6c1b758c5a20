#include "client_support.hpp"

#include "venues/grvt/descriptor.hpp"

using namespace grvt_client;

TEST_CASE("the way to live, request by request") {
  account_session s{settings_for({"BTC", "AAVE"})};
  s.start();
  const auto time = s.take("/time");
  CHECK(time.endpoint == endpoint_id{1});
  CHECK(time.method == http_method::get);
  CHECK(time.headers.empty());
  CHECK(time.content_type.empty());
  // 40 ms there and back; the venue is 2 s ahead.
  s.elapsed = 40ms;
  s.answer(time, 200, "{\"server_time\":" + std::to_string(start_ms + 2020) + "}");
  REQUIRE(s.sink.offsets.size() == 1);
  CHECK(s.sink.offsets[0] == 2s + 500us);

  const auto login = s.take("/auth/api_key/login");
  CHECK(login.endpoint == endpoint_id{0});
  CHECK(login.method == http_method::post);
  CHECK(login.kind == request_class::session);
  CHECK(login.headers == std::map<std::string, std::string>{{"Cookie", "rm=true;"}});
  CHECK(login.body == R"({"api_key":"2tTESTAPIKEYexample"})");
  s.sink.calls.push_back(login);
  s.give_login();

  const auto list = s.take("/full/v1/instruments");
  CHECK(list.endpoint == endpoint_id{1});
  CHECK(list.headers.empty());
  s.answer(list, 200, instruments());
  CHECK(s.sink.instruments.size() == 2);

  REQUIRE(s.sink.opened == std::vector<std::string>{"/ws/full"});
  CHECK(s.sink.streams[0].endpoint == endpoint_id{2});
  CHECK(s.sink.streams[0].headers == session_headers);
  s.stream_open();
  REQUIRE(s.sink.sent.size() == 3);
  const auto rpc = [](const std::string& stream, int id) {
    return R"({"jsonrpc":"2.0","method":"subscribe","params":{"stream":")" + stream
           + R"(","selectors":["2147050003876484"]},"id":)" + std::to_string(id) + "}";
  };
  CHECK(s.sink.sent[0].second == rpc("v1.order", 1));
  CHECK(s.sink.sent[1].second == rpc("v1.fill", 2));
  CHECK(s.sink.sent[2].second == rpc("v1.position", 3));
  s.frame(ack(1, "v1.order", {sub_account}, "16"));
  s.frame(ack(3, "v1.position", {sub_account}));
  CHECK(s.sink.lives == 0);
  s.frame(ack(2, "v1.fill", {sub_account}));
  CHECK(s.sink.lives == 1);
  CHECK(s.sink.calls.empty());
}

TEST_CASE("the configured sub-account wins over the key's own") {
  auto settings = settings_for({"BTC"});
  settings.parameters.set("sub_account_id", std::string{"4724219064482495"});
  account_session s{settings};
  s.connect();
  s.protocol.query_balances(s.at(), s.sink);
  CHECK(s.take("/full/v1/account_summary").body == R"({"sub_account_id":"4724219064482495"})");
}

TEST_CASE("a key of a funding account is an error of the configuration") {
  account_session s{settings_for({"BTC"})};
  s.start();
  s.give_time();
  s.give_login(cookie_value, "Thu, 01 Jan 2026 16:00:00 GMT",
               R"({"status":"success","location":"","funding_account_address":"0x0c1f"})");
  REQUIRE(s.sink.fails.size() == 1);
  CHECK(s.sink.fails[0].reason == session_end::configuration);
}

TEST_CASE("missing or malformed credentials end the session at once and are not shown") {
  const auto run = [](session_settings settings) {
    account_session s{settings};
    s.start();
    CHECK(s.sink.calls.empty());
    REQUIRE(s.sink.fails.size() == 1);
    CHECK(s.sink.fails[0].reason == session_end::authentication);
    return s.sink.fails[0].text;
  };
  auto none = settings_for({"BTC"});
  none.parameters = {};
  CHECK(run(none).find("signer_key") != std::string::npos);
  auto bad = settings_for({"BTC"});
  bad.parameters.set("signer_key", std::string{"0x4fd0a42218f3eae43a6ce26d22544e98"});
  CHECK(run(bad).find("4fd0a422") == std::string::npos);
  auto id = settings_for({"BTC"});
  id.parameters.set("sub_account_id", std::string{"main"});
  CHECK(run(id) == "sub_account_id is not a number");
}

TEST_CASE("a login without cookie or account id is none") {
  struct row {
    std::vector<header_view> headers;
  };
  for (const auto& x :
       {row{{}}, row{{{"set-cookie", "gravity=abc; Path=/"}}}, row{{{"x-grvt-account-id", "A"}}},
        row{{{"set-cookie", "gravity=; Path=/"}, {"x-grvt-account-id", "A"}}},
        row{{{"set-cookie", "other=gravity; Path=/"}, {"x-grvt-account-id", "A"}}},
        row{{{"set-cookie", "gravity=a b; Path=/"}, {"x-grvt-account-id", "A"}}},
        row{{{"set-cookie", "gravity=abc"}, {"x-grvt-account-id", "A\r\nX: y"}}}}) {
    account_session s{settings_for({"BTC"})};
    s.start();
    s.give_time();
    s.answer("/auth/api_key/login", 200, R"({"status":"failure","error":"no"})", x.headers);
    REQUIRE(s.sink.fails.size() == 1);
    CHECK(s.sink.fails[0].reason == session_end::authentication);
  }
}

TEST_CASE("a refused login says why, by status and code") {
  struct row {
    unsigned status;
    const char* body;
    session_end reason;
  };
  for (const auto& x :
       {row{401, R"({"code":1000,"message":"m","status":401})", session_end::authentication},
        row{401, R"({"code":1008,"message":"Your IP has not been whitelisted","status":401})",
            session_end::authentication},
        row{403, R"({"code":1001,"message":"m","status":403})", session_end::authentication},
        row{401, "", session_end::authentication},
        row{429, R"({"code":1006,"message":"m","status":429})", session_end::rate_limited},
        row{503, "<html>", session_end::maintenance}, row{200, "<html>", session_end::garbage},
        row{404, "<html>", session_end::closed}}) {
    CAPTURE(x.body);
    account_session s{settings_for({"BTC"})};
    s.start();
    s.give_time();
    s.answer("/auth/api_key/login", x.status, x.body);
    REQUIRE(s.sink.fails.size() == 1);
    CHECK(s.sink.fails[0].reason == x.reason);
  }
}

TEST_CASE("cookie dates") {
  using grvt::parse_http_date;
  CHECK(parse_http_date("Sat, 01 Jan 2028 00:00:00 GMT") == from_ms(1'830'297'600'000));
  CHECK(parse_http_date("sat, 01-jan-2028 00:00:00 gmt") == from_ms(1'830'297'600'000));
  CHECK(parse_http_date("Thu, 29 Feb 2024 23:59:59 GMT") == from_ms(1'709'251'199'000));
  for (const auto* text : {"", "Sat", "Sat, 30 Feb 2028 00:00:00 GMT", "Sat, 01 Jan 2028 GMT",
                           "Sat, 01 Jan 2028 00:00:00 CET", "Sat, 01 Foo 2028 00:00:00 GMT",
                           "Sat, 01 Jan 2028 24:00:00 GMT", "1830297600",
                           "Sat, 01 Jan 99999999999999999999 00:00:00 GMT"})
    CHECK_FALSE(parse_http_date(text).has_value());
}

TEST_CASE("the descriptor says what the venue can do") {
  const auto& d = grvt::describe();
  CHECK(d.name == "grvt");
  CHECK(d.can.cancel_all);
  CHECK(d.can.dead_man == dead_man_scope::account);
  CHECK_FALSE(d.can.amend);
  REQUIRE(d.can.id_numbers.has_value());
  CHECK(d.can.id_numbers->first == 9223372036854775808u);
  CHECK(d.can.id_numbers->last == 18446744073709551615u);
  CHECK(d.can.validity_window > 60s); // what takes is signed for that long
  REQUIRE(d.environments.size() == 3);
  CHECK(d.environments[0].endpoints.at(0).host == "edge.grvt.io");
  CHECK(d.environments[0].endpoints.at(1).host == "market-data.grvt.io");
  CHECK(d.environments[0].endpoints.at(2).host == "trades.grvt.io");
  CHECK(d.environments[1].endpoints.at(2).host == "trades.testnet.grvt.io");
  CHECK(d.environments[2].endpoints.empty());
  CHECK(d.roles.size() == 3);
  CHECK(d.make_market_data(settings_for({"BTC"})) != nullptr);
  CHECK(d.make_account(settings_for({"BTC"})) != nullptr);
}
