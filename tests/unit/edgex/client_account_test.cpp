#include "client_support.hpp"

using namespace edgex_client;

namespace {

constexpr auto asset_path = "/api/v2/private/account/getAccountAsset";

struct live_account : account_session {
  explicit live_account(std::vector<std::string> tickers = {"BTC", "ETH"})
      : account_session{settings_for(std::move(tickers))} {
    connect();
  }
};

} // namespace

TEST_CASE("account: the way to live") {
  account_session s{settings_for({"BTC", "ETH"})};
  s.start();
  REQUIRE(s.sink.calls.size() == 1);
  CHECK(s.sink.calls[0].target == "/api/v2/public/meta/getServerTime");
  CHECK(s.sink.calls[0].headers.empty());
  CHECK(s.sink.calls[0].kind == request_class::session);
  s.elapsed += 20ms;
  // The documentation's answer, 20 ms after the question.
  s.answer("/api/v2/public/meta/getServerTime", 200, success(R"({"timeMillis":"1773302050079"})"));
  REQUIRE(s.sink.offsets.size() == 1);
  CHECK(s.sink.offsets[0] == 3s - 20ms + 10ms + 500us);
  s.answer("/api/v2/public/meta/getMetaData", 200, success(metadata()));
  CHECK(s.sink.instruments.empty()); // the account's fees are not known yet
  const auto ask = s.take(asset_path);
  check_signed(ask);
  CHECK(ask.target == std::string{asset_path} + "?accountId=" + account_id);
  CHECK(ask.headers.at("X-edgeX-Timestamp") == "1773302050089"); // the venue's clock
  s.answer(ask, 200, account_asset());
  REQUIRE(s.sink.instruments.size() == 2);
  CHECK(s.sink.instruments[0].maker_fee == "0.00018"_d); // the account's default
  CHECK(s.sink.instruments[0].taker_fee == "0.0005"_d);
  CHECK(s.sink.instruments[1].maker_fee == "-0.0001"_d); // its setting for the contract
  CHECK(s.sink.instruments[1].taker_fee == "0.0012"_d);
  REQUIRE(s.sink.opened.size() == 1);
  CHECK(s.sink.opened[0]
        == "/api/v1/private/ws?accountId=" + account_id + "&timestamp=1773302050089");
  sent_call handshake;
  handshake.target = s.sink.opened[0];
  handshake.headers = s.sink.streams[0].headers;
  check_signed(handshake);
  s.stream_open();
  s.frame(
      R"({"sid":"b146cb1d-528f-cc8f-2733-5cab080a98e9","type":"connected","time":"1775699229526"})");
  CHECK(s.sink.lives == 0); // what happens before the snapshot would be missed
  s.frame(account_session::snapshot);
  CHECK(s.sink.lives == 1);
  CHECK(s.sink.timers.count(0) == 0);
  CHECK(s.sink.sent.empty()); // nothing is subscribed
  CHECK(s.sink.fails.empty());
}

TEST_CASE("what is missing or malformed in the settings is said without showing any of it") {
  for (const char* name : {"account_id", "api_key", "api_secret", "api_passphrase", "signer_key"}) {
    CAPTURE(name);
    auto settings = settings_for({"BTC"});
    settings.parameters.set(name, std::string{});
    account_session s{settings};
    s.start();
    REQUIRE(s.sink.fails.size() == 1);
    CHECK(s.sink.fails[0].reason == session_end::authentication);
    CHECK(s.sink.fails[0].text.find(name) != std::string::npos);
    CHECK(s.sink.calls.empty());
  }
  for (const auto& [name, value] :
       std::map<std::string, std::string>{{"account_id", "12x"},
                                          {"account_id", "0"},
                                          {"signer_key", "0x1234secret"},
                                          {"api_key", "key\r\nX-Evil: 1"},
                                          {"api_passphrase", "two words"}}) {
    auto settings = settings_for({"BTC"});
    settings.parameters.set(name, value);
    account_session s{settings};
    s.start();
    REQUIRE(s.sink.fails.size() == 1);
    CHECK(s.sink.fails[0].text.find(value) == std::string::npos);
  }
}

TEST_CASE("ways in which the account session does not become live") {
  struct bad {
    const char* path;
    unsigned status;
    std::string body;
    session_end reason;
  };
  auto no_domain = json::parse(metadata());
  no_domain["global"].erase("contractAddress");
  auto disabled = json::parse(account_asset());
  disabled["data"]["account"]["status"] = "DISABLED";
  const auto clock = "/api/v2/public/meta/getServerTime";
  const auto meta = "/api/v2/public/meta/getMetaData";
  for (const auto& x : {
           bad{clock, 200, success("{}"), session_end::garbage},
           bad{clock, 200, "<html>", session_end::garbage},
           bad{clock, 503, "<html>", session_end::maintenance},
           bad{clock, 429, "", session_end::rate_limited},
           bad{meta, 200, success(no_domain.dump()), session_end::garbage},
           bad{meta, 200, success("{}"), session_end::garbage},
           bad{asset_path, 401, refusal("INVALID_API_KEY"), session_end::authentication},
           bad{asset_path, 200, refusal("INVALID_ACCOUNT_ID"), session_end::authentication},
           bad{asset_path, 401, refusal("SIGNATURE_ERROR"), session_end::authentication},
           bad{asset_path, 400, refusal("GATEWAY_HEADER_REQUIRED"), session_end::authentication},
           bad{asset_path, 200, refusal("GATEWAY_PARAM_INVALID"), session_end::garbage},
           bad{asset_path, 200, success("{}"), session_end::garbage},
           bad{asset_path, 200, success("null"), session_end::garbage},
           bad{asset_path, 401, "<html>", session_end::authentication},
           bad{asset_path, 200, disabled.dump(), session_end::configuration},
       }) {
    CAPTURE(x.path);
    CAPTURE(x.body);
    account_session s{settings_for({"BTC"})};
    s.start();
    if (x.path != std::string{clock})
      s.give_time();
    if (x.path == std::string{asset_path})
      s.answer(meta, 200, success(metadata()));
    s.answer(x.path, x.status, x.body);
    REQUIRE(s.sink.fails.size() == 1);
    CHECK(s.sink.fails[0].reason == x.reason);
    CHECK(s.sink.opened.empty());
  }
  SUBCASE("an unknown ticker") {
    account_session s{settings_for({"NOPE"})};
    s.start();
    s.give_time();
    s.answer(meta, 200, success(metadata()));
    REQUIRE(s.sink.fails.size() == 1);
    CHECK(s.sink.fails[0].reason == session_end::configuration);
  }
  SUBCASE("no answer") {
    account_session s{settings_for({"BTC"})};
    s.start();
    s.give_time();
    s.lose(meta, true);
    REQUIRE(s.sink.fails.size() == 1);
    CHECK(s.sink.fails[0].reason == session_end::closed);
  }
  SUBCASE("too slow") {
    account_session s{settings_for({"BTC"})};
    s.log_in();
    s.stream_open();
    s.frame(R"({"type":"connected"})");
    s.timer(0);
    REQUIRE(s.sink.fails.size() == 1);
    CHECK(s.sink.fails[0].reason == session_end::silent);
  }
  SUBCASE("the clock is off at first: set, signed again") {
    account_session s{settings_for({"BTC"})};
    s.start();
    s.give_time();
    s.answer(meta, 200, success(metadata()));
    s.answer(asset_path, 400, refusal("INVALID_TIMESTAMP"));
    s.give_time();
    s.answer(asset_path, 200, account_asset());
    CHECK(s.sink.opened.size() == 1);
    CHECK(s.sink.fails.empty());
  }
}

TEST_CASE("the clock is asked for each ten minutes") {
  live_account s;
  s.sink.offsets.clear();
  CHECK(s.sink.timers.at(1) == duration{10min});
  s.timer(1);
  s.timer(1); // one question at a time
  REQUIRE(s.sink.calls.size() == 1);
  s.answer("/api/v2/public/meta/getServerTime", 200,
           success(R"({"timeMillis":")" + std::to_string(start_ms + 5000) + R"("})"));
  CHECK(s.sink.offsets.size() == 1);
  CHECK(s.sink.calls.empty()); // no second way to live
  s.protocol.query_balances(s.at(), s.sink);
  CHECK(s.take(asset_path).headers.at("X-edgeX-Timestamp") == std::to_string(start_ms + 5000));
  s.timer(1);
  s.lose("/api/v2/public/meta/getServerTime", true);
  CHECK(s.sink.fails.empty());
}

TEST_CASE("there is no dead-man's switch") {
  live_account s;
  s.protocol.arm_dead_man(s.at(), number(0), 60s, s.sink);
  REQUIRE(s.sink.requests_failed.size() == 1);
  CHECK(s.sink.requests_failed[0].first == "arm_dead_man");
}
