#include "client_support.hpp"

#include "venues/backpack/descriptor.hpp"

using namespace backpack_client;

TEST_CASE("the way to live, request by request") {
  account_session s{settings_for({"ETH", "BTC"})};
  s.start();
  const auto time = s.take("/api/v1/time");
  CHECK(time.method == http_method::get);
  CHECK(time.headers.empty()); // public
  CHECK(time.kind == request_class::session);
  // 40 ms there and back; the venue is 2 s ahead.
  s.elapsed = 40ms;
  s.answer(time, 200, std::to_string(start_ms + 2020));
  REQUIRE(s.sink.offsets.size() == 1);
  CHECK(s.sink.offsets[0] == 2s + 500us);

  s.answer("/api/v1/markets", 200, markets());
  CHECK(s.sink.instruments.empty()); // the account's fees are not known yet
  const auto account = s.take("/api/v1/account");
  CHECK(account.method == http_method::get);
  CHECK(checked(account, "accountQuery").empty());
  CHECK(account.headers.at("X-Timestamp") == std::to_string(start_ms + 2040)); // the venue's clock
  s.answer(account, 200, s.account_settings);
  REQUIRE(s.sink.instruments.size() == 2);
  CHECK(s.sink.instruments[0].maker_fee == "0.0002"_d);
  CHECK(s.sink.instruments[0].taker_fee == "0.0005"_d);
  CHECK(s.sink.instruments[1].max_leverage == 20); // 75 of the market, 20 of the account
  CHECK(s.sink.opened == std::vector<std::string>{"/"});
  CHECK(s.sink.streams[0].endpoint == endpoint_id{1});
  CHECK(s.sink.sent.empty());

  s.stream_open();
  REQUIRE(s.sink.sent.size() == 1);
  CHECK(s.sink.lives == 0); // a refusal may be on its way
  CHECK(s.sink.timers.at(1) == 250ms);
  s.timer(1);
  CHECK(s.sink.lives == 1);
  s.timer(1);
  CHECK(s.sink.lives == 1);
}

TEST_CASE("the private subscription is the published vector, byte for byte") {
  account_session s{settings_for({"ETH"})};
  s.start();
  // The vector's time, on the venue's clock.
  s.answer("/api/v1/time", 200, "1614550000000");
  s.answer("/api/v1/markets", 200, markets());
  s.answer("/api/v1/account", 200, s.account_settings);
  s.stream_open();
  CHECK(
      s.sink.sent.at(0).second
      == R"({"method":"SUBSCRIBE","params":["account.orderUpdate","account.positionUpdate"],"signature":["11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",)"
         R"("nnH9lOoIF3v72vbmeopqLLUggbPuhAuXgYbQc6qJnYSsFW0ZM3hUVK4feOAmIHQA02vH16oz+C3+6HQmPkggDA==","1614550000000","5000"]})");
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
  CHECK(run(none).find("api_secret") != std::string::npos);
  for (const std::string bad :
       {"nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A", "nWGxne/9WmC6hEr0", "hello world",
        // 64 bytes whose second half is another key's.
        "nWGxne/"
        "9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A9QBfD6EOJWpK3CqdNG368nJgszy7ElozAzVXxKvRmDA=="}) {
    auto s = settings_for({"BTC"});
    s.parameters.set("api_secret", bad);
    const auto text = run(s);
    CHECK(text.find("base64 of an Ed25519 seed") != std::string::npos);
    CHECK(text.find(bad.substr(0, 8)) == std::string::npos);
  }
  auto other = settings_for({"BTC"});
  other.parameters.set("api_key", std::string{"PUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Zgw="});
  CHECK(run(other) == "api_key does not belong to api_secret");
}

TEST_CASE("both forms of the secret, with or without the key, sign alike") {
  for (const auto& secret : {api_secret, long_secret}) {
    auto settings = settings_for({"ETH"});
    settings.parameters.set("api_secret", secret);
    settings.parameters.set("api_key", api_key);
    account_session s{settings};
    s.connect();
    s.protocol.query_balances(s.at(), s.sink);
    checked(s.take("/api/v1/capital/collateral"), "collateralQuery");
  }
}

TEST_CASE("what ends an account session, and why it says so") {
  account_session s{settings_for({"SOL"})};
  const auto ended = [&](session_end reason, const std::string& words) {
    REQUIRE(s.sink.fails.size() == 1);
    CHECK(s.sink.fails[0].reason == reason);
    CAPTURE(s.sink.fails[0].text);
    CHECK(s.sink.fails[0].text.find(words) != std::string::npos);
  };
  const auto account_answer = [&](unsigned status, const std::string& body) {
    s.start();
    s.give_time();
    s.answer("/api/v1/markets", 200, markets());
    s.answer("/api/v1/account", status, body);
  };
  SUBCASE("unknown ticker") {
    account_session other{settings_for({"NOPE"})};
    other.start();
    other.give_time();
    other.answer("/api/v1/markets", 200, markets());
    REQUIRE(other.sink.fails.size() == 1);
    CHECK(other.sink.fails[0].reason == session_end::configuration);
  }
  SUBCASE("wrong signature") {
    account_answer(400, R"({"code":"INVALID_CLIENT_REQUEST","message":"Invalid signature"})");
    ended(session_end::authentication, "Invalid signature");
  }
  SUBCASE("unauthorised, as a page") {
    account_answer(401, "<html>");
    ended(session_end::authentication, "HTTP 401");
  }
  SUBCASE("maintenance") {
    account_answer(503, "<html>");
    ended(session_end::maintenance, "503");
  }
  SUBCASE("rate") {
    account_answer(429, "");
    ended(session_end::rate_limited, "429");
  }
  SUBCASE("not the object that is documented") {
    account_answer(200, "[]");
    ended(session_end::garbage, "cannot be read");
  }
  SUBCASE("no time") {
    s.start();
    s.answer("/api/v1/time", 200, "soon");
    ended(session_end::garbage, "cannot be read");
  }
  SUBCASE("no answer") {
    s.start();
    s.lose("/api/v1/time", false);
    ended(session_end::closed, "refused");
  }
  SUBCASE("clock refused, synchronised, refused again") {
    account_answer(400, R"({"code":"INVALID_CLIENT_REQUEST","message":"Request has expired"})");
    CHECK(s.sink.fails.empty());
    s.give_time();
    s.answer("/api/v1/account", 400,
             R"({"code":"INVALID_CLIENT_REQUEST","message":"Request has expired"})");
    ended(session_end::closed, "Request has expired");
  }
  SUBCASE("subscription refused for its signature") {
    account_answer(200, s.account_settings);
    s.stream_open();
    s.frame(R"({"id":null,"error":{"code":4001,"message":"Invalid signature"}})");
    ended(session_end::authentication, "4001 Invalid signature");
    CHECK(s.sink.lives == 0);
  }
  SUBCASE("subscription refused otherwise") {
    account_answer(200, s.account_settings);
    s.stream_open();
    s.frame(R"({"id":null,"error":{"code":4006,"message":"Invalid stream"}})");
    ended(session_end::garbage, "4006 Invalid stream");
  }
  SUBCASE("not live in time") {
    account_answer(200, s.account_settings);
    s.elapsed = 31s;
    s.timer(0);
    ended(session_end::silent, "not live");
  }
  SUBCASE("closed") {
    s.connect();
    s.protocol.on(stream_closed{s.at(), stream_id{0}, "1001"}, s.sink);
    ended(session_end::closed, "1001");
  }
  SUBCASE("garbage") {
    s.connect();
    s.frame("{");
    ended(session_end::garbage, "not JSON");
  }
}

TEST_CASE("the clock is measured again every ten minutes") {
  account_session s{settings_for({"ETH"})};
  s.connect();
  s.sink.offsets.clear();
  CHECK(s.sink.timers.at(2) == 10min);
  s.timer(2);
  s.timer(2); // one question at a time
  CHECK(s.sink.calls.size() == 1);
  s.answer("/api/v1/time", 200, std::to_string(start_ms - 3000) + "\n");
  CHECK(s.sink.offsets == std::vector<duration>{-3s + 500us});
  s.protocol.query_balances(s.at(), s.sink);
  CHECK(s.take("/api/v1/capital/collateral").headers.at("X-Timestamp")
        == std::to_string(start_ms - 3000));
}

TEST_CASE("the descriptor says what the venue can do") {
  const auto& d = backpack::describe();
  CHECK(d.name == "backpack");
  CHECK(d.can.cancel_all);
  CHECK(d.can.dead_man == dead_man_scope::none);
  CHECK_FALSE(d.can.amend);
  CHECK(d.can.validity_window >= 6s);
  REQUIRE(d.can.id_numbers.has_value());
  CHECK(d.can.id_numbers->first == 1);
  CHECK(d.can.id_numbers->last == 0xffff'ffff);
  CHECK(d.can.weight_per_minute == 2000);
  CHECK(d.can.orders_per_10s == 0);
  REQUIRE(d.environments.size() == 2);
  CHECK(d.environments[0].endpoints.at(0).host == "api.backpack.exchange");
  CHECK(d.environments[0].endpoints.at(1).host == "ws.backpack.exchange");
  CHECK(d.environments[1].endpoints.empty());
  for (const auto& p : d.parameters)
    CHECK(p.kind == parameter_kind::secret);
  const auto settings = settings_for({"BTC"});
  CHECK(d.make_market_data(settings) != nullptr);
  CHECK(d.make_account(settings) != nullptr);
}
