#include "rig.hpp"

#include <doctest/doctest.h>

using namespace actorbot;
using namespace actorbot::venues;
using namespace actorbot::venues::grvt::test;
using std::chrono::minutes;
using std::chrono::seconds;

TEST_CASE("a login with a key gives the cookie, its end and the account id") {
  rig r;
  auto a = r.login(r.ann);
  REQUIRE(a.status == 200);
  CHECK(a.parsed()
        == json{{"status", "success"},
                {"location", ""},
                {"funding_account_address", r.ann.main},
                {"sub_account_id", "2147050003876484"}});
  const auto cookie = a.headers["Set-Cookie"];
  CHECK(cookie.starts_with("gravity="));
  CHECK(cookie.find("; Expires=Fri, 19 Dec 2025 16:51:11 GMT") != cookie.npos);
  CHECK_FALSE(a.headers["X-Grvt-Account-Id"].empty());
}

TEST_CASE("a key that nobody has is refused without a cookie") {
  rig r;
  auto a = r.post("/auth/api_key/login", {{"api_key", "somebody else's"}});
  CHECK(a.status == 401);
  CHECK(a.code() == 1000);
  CHECK_FALSE(a.headers.contains("Set-Cookie"));
}

TEST_CASE("a wallet may log in once with a nonce, at most five minutes ahead") {
  rig r;
  CHECK(r.wallet_login(r.ann, 5, minutes{5}).status == 200);
  CHECK(r.wallet_login(r.ann, 5, minutes{4}).code() == 1000);
  CHECK(r.wallet_login(r.ann, 6, minutes{6}).code() == 2008);
  CHECK(r.wallet_login(r.ann, 7, seconds{-1}).code() == 2001);
  auto stranger = r.ann;
  stranger.private_key = key_of("K4");
  CHECK(r.wallet_login(stranger, 8, minutes{1}).code() == 2000);
}

TEST_CASE("a private call needs both the cookie and the account id of one login") {
  rig r;
  auto in = r.login(r.ann);
  const auto set = in.headers["Set-Cookie"];
  const auto cookie = set.substr(0, set.find(';'));
  const auto account = in.headers["X-Grvt-Account-Id"];
  const auto ask = [&](std::vector<header_view> headers) {
    headers.push_back({"content-type", "application/json"});
    return r.send(http_method::post, "/full/v1/get_sub_accounts", "{}", headers);
  };
  const auto none = ask({});
  CHECK(none.status == 401);
  CHECK(none.parsed()
        == json{{"request_id", 1},
                {"code", 1000},
                {"message", "You need to authenticate prior to using this functionality"},
                {"status", 401}});
  CHECK(ask({{"Cookie", cookie}}).code() == 1000);
  CHECK(ask({{"Cookie", cookie}, {"X-Grvt-Account-Id", "ACC:1"}}).code() == 1000);
  CHECK(ask({{"Cookie", cookie + "0"}, {"X-Grvt-Account-Id", account}}).code() == 1000);
  const auto good = ask({{"cookie", "rm=true; " + cookie}, {"x-grvt-account-id", account}});
  CHECK(good.parsed() == json{{"sub_account_ids", {"2147050003876484"}}});
}

TEST_CASE("a session ends when its cookie does") {
  rig_options o;
  o.options["session_seconds"] = "60";
  rig r{o};
  CHECK(r.as(r.ann, "/full/v1/get_sub_accounts", json::object()).status == 200);
  r.now += seconds{60};
  CHECK(r.as(r.ann, "/full/v1/get_sub_accounts", json::object()).code() == 1000);
}

TEST_CASE("another's sub-account is refused, with a code of its own for orders") {
  rig r;
  CHECK(r.as(r.ann, "/full/v1/positions", {{"sub_account_id", r.ben.sub_account}}).code() == 1001);
  CHECK(r.as(r.ann, "/full/v1/create_order", r.signed_order(r.ben, {})).code() == 2003);
}

TEST_CASE("a body that is no JSON object, or does not say that it is JSON, is malformed") {
  rig r;
  for (const auto* body : {"", "[]", "{", "null", "7"}) {
    const auto a = r.send(http_method::post, "/full/v1/all_instruments", body,
                          {{"Content-Type", "application/json"}});
    CHECK(a.status == 400);
    CHECK(a.code() == 1003);
  }
  CHECK(r.send(http_method::post, "/full/v1/all_instruments", "{}", {}).code() == 1003);
  CHECK(r.post("/full/v1/currency", {{"", ""}}).status == 200);
}

TEST_CASE("hosts may be told apart by a prefix, and serve what is theirs") {
  rig r;
  CHECK(r.post("/md/full/v1/all_instruments", json::object()).status == 200);
  CHECK(r.post("/trades/full/v1/all_instruments", json::object()).status == 404);
  CHECK(r.post("/md/full/v1/positions", json::object()).status == 404);
  CHECK(r.post("/trades/full/v1/positions", json::object()).status == 401);
  CHECK(r.post("/edge/auth/api_key/login", {{"api_key", r.ann.api_key}}).status == 200);
  CHECK(r.post("/md/auth/api_key/login", {{"api_key", r.ann.api_key}}).status == 404);
  CHECK(r.send(http_method::get, "/md/time", "", {}).body == R"({"server_time":1766076671000})");
  CHECK(r.send(http_method::get, "/full/v1/mini", "{}", {}).status == 404);
}

TEST_CASE("settings that make no sense stop the start") {
  const auto& kind = grvt::describe_dialect();
  exchange::core core{kind.core};
  for (const auto& rules : kind.markets)
    core.add_market(rules);
  memory_sink sink;
  const auto make = [&](std::map<std::string, std::string> credentials,
                        std::map<std::string, std::string> options = {}) {
    dialect_settings d;
    d.accounts = {{"x", std::move(credentials), 1, {}, {}}};
    d.options = std::move(options);
    return kind.make(core, d, sink);
  };
  const std::string signer = "0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf";
  CHECK_THROWS_AS(make({{"signer", signer}}), std::invalid_argument);
  CHECK_THROWS_AS(make({{"sub_account_id", "1"}}), std::invalid_argument);
  CHECK_THROWS_AS(make({{"sub_account_id", "x"}, {"signer", signer}}), std::invalid_argument);
  CHECK_THROWS_AS(make({{"sub_account_id", "1"}, {"signer", signer}, {"secret", "x"}}),
                  std::invalid_argument);
  CHECK_THROWS_AS(make({{"sub_account_id", "1"}, {"signer", signer}}, {{"chain", "1"}}),
                  std::invalid_argument);
  CHECK_NOTHROW(make({{"sub_account_id", "1"}, {"signer", signer}}));
}
