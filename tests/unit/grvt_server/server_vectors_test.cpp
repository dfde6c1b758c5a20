#include "rig.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace actorbot;
using namespace actorbot::venues;
using namespace actorbot::venues::grvt::test;

/// Other people's signed requests, sent as they are: the server must let them in.
namespace {

/// Refused because of the signature, the form or the session, not because of the market.
bool is_stopped_at_the_door(const answer& a) {
  static const std::set<int> market{2012, 2060, 2062, 2064, 2065, 2066, 2067,
                                    2080, 2081, 2400, 2401, 2402, 7201, 7504};
  return a.status != 200 && !market.contains(a.code());
}

rig_options options_of(const json& input) {
  rig_options o;
  const auto env = input["env"].get<std::string>();
  o.environment = env == "dev" ? "staging" : env;
  o.min_notional = decimal{};
  return o;
}

/// The account's sub-account and key are those of the case.
std::string name_of_key(const std::string& hex) {
  for (const auto* name : {"K1", "K2", "K3", "K4"})
    if (vectors()["keys"][name] == hex)
      return name;
  return {};
}

std::string name_of_address(const std::string& address) {
  for (const auto& [name, value] : vectors()["keys"]["addresses"].items())
    if (grvt::server::lower(value.get<std::string>()) == grvt::server::lower(address))
      return name;
  return {};
}

} // namespace

TEST_CASE("recorded orders are let in, in both variants, and one changed field is not") {
  std::size_t count = 0;
  for (const auto& c : vectors()["cases"]) {
    if (c["kind"] != "order")
      continue;
    INFO(c["name"].get<std::string>());
    const auto& input = c["input"];
    const std::int64_t expires = std::stoll(input["expiration"].get<std::string>());
    if (expires < 2)
      continue; // it was never valid
    auto o = options_of(input);
    o.ann_key = name_of_key(input["private_key"]);
    o.ann_sub = input["sub_account_id"];
    // One reaches to the end of time.
    constexpr std::int64_t far = 2'000'000'000'000'000'000;
    o.start = from_ns(std::min(expires, far) - 60'000'000'000);
    rig r{o};
    if (!r.core->find_market(input["instrument"].get<std::string>()))
      continue;
    const auto good = c["expected"]["rest_body_full"];
    const bool all_or_none = input["time_in_force"] == "ALL_OR_NONE";
    const auto code_after = [&](auto change) {
      auto body = good;
      change(body["order"]);
      return r.as(r.ann, "/full/v1/create_order", body).code();
    };
    const auto refusal = all_or_none ? 2030 : 2002;
    CHECK(code_after([](json& x) {
            auto& buys = x["legs"][0]["is_buying_asset"];
            buys = !buys.get<bool>();
          })
          == refusal);
    CHECK(code_after([](json& x) { x["legs"][0]["size"] = "0.123"; }) == refusal);
    CHECK(code_after([](json& x) { x["reduce_only"] = !x["reduce_only"].get<bool>(); }) == refusal);
    CHECK(code_after([](json& x) {
            auto& nonce = x["signature"]["nonce"];
            nonce = nonce.get<std::uint64_t>() ^ 1U;
          })
          == refusal);

    const auto a = r.as(r.ann, "/full/v1/create_order", good);
    if (all_or_none)
      CHECK(a.code() == 2030);
    else
      CHECK_MESSAGE(!is_stopped_at_the_door(a), a.body);
    rig other{o};
    const auto lite = other.as(other.ann, "/lite/v1/create_order", c["expected"]["rest_body_lite"]);
    CHECK(lite.code() == a.code());
    CHECK(lite.status == a.status);
    ++count;
  }
  CHECK(count >= 15);
}

TEST_CASE("what foreign clients post is let in") {
  std::size_t count = 0;
  for (const auto& c : vectors()["cases"]) {
    if (c["kind"] != "server_must_accept")
      continue;
    INFO(c["name"].get<std::string>());
    auto o = options_of(c["input"]);
    const auto& order = c["input"]["body"]["order"];
    o.ann_key = name_of_address(c["expected"]["signer_recovers"]);
    o.ann_sub = order["sub_account_id"];
    const auto expires = std::stoll(order["signature"]["expiration"].get<std::string>());
    o.start = from_ns(expires - 20'000'000'000);
    rig r{o};
    const auto a = r.as(r.ann, "/full/v1/create_order", c["input"]["body"]);
    CHECK_MESSAGE(!is_stopped_at_the_door(a), a.body);
    auto tampered = c["input"]["body"];
    auto& nonce = tampered["order"]["signature"]["nonce"];
    nonce = nonce.get<std::uint64_t>() + 1;
    CHECK(r.as(r.ann, "/full/v1/create_order", tampered).code() == 2002);
    ++count;
  }
  CHECK(count == 4);
}

TEST_CASE("tampered signatures are refused as the vectors say, with the venue's codes") {
  for (const auto& c : vectors()["cases"]) {
    if (c["kind"] != "verify")
      continue;
    // The digest is that of the case "limit buy GTT prod chain 325": the order travels with it.
    json body;
    for (const auto& other : vectors()["cases"])
      if (other["name"] == "limit buy GTT prod chain 325")
        body = other["expected"]["rest_body_full"];
    const auto own_digest = c["input"]["checks"][0]["digest"];
    std::map<int, int> seen;
    for (const auto& check : c["input"]["checks"]) {
      if (check["digest"] != own_digest)
        continue; // that digest is another order's
      INFO(check["what"].get<std::string>());
      rig_options o;
      o.start = from_ns(1'767'225'540'000'000'000);
      o.min_notional = decimal{};
      rig r{o};
      auto order = body;
      auto& s = order["order"]["signature"];
      for (const auto* name : {"r", "s", "v", "signer"})
        s[name] = check[name];
      const auto a = r.as(r.ann, "/full/v1/create_order", order);
      ++seen[a.code()];
      const auto what = check["what"].get<std::string>();
      if (what == "valid" || what.starts_with("signer in lower case"))
        CHECK_FALSE(is_stopped_at_the_door(a));
      else
        CHECK(is_stopped_at_the_door(a));
    }
    CHECK(seen[2002] >= 1);
    CHECK(seen[2005] >= 1);
    CHECK(seen[2006] >= 1);
    CHECK(seen[2007] >= 1);
  }
}

TEST_CASE("recorded logins, builders and position settings are taken, and not when changed") {
  std::size_t count = 0;
  for (const auto& c : vectors()["cases"]) {
    if (c["kind"] != "typed_data")
      continue;
    const auto type = c["expected"]["primary_type"].get<std::string>();
    if (type != "WalletLogin" && type != "AuthorizeBuilder"
        && type != "SetSubAccountPositionMarginConfig")
      continue;
    INFO(c["name"].get<std::string>());
    const auto& in = c["input"];
    rig_options o;
    o.environment = in["chain_id"] == 326 ? "testnet" : "prod";
    o.ann_key = name_of_key(in["private_key"]);
    const auto expiration = in["expiration"].get<std::string>();
    o.start = from_ns(std::stoll(expiration) - 30'000'000'000);
    rig r{o};
    json signature{{"signer", c["expected"]["signer"]}, {"r", c["expected"]["r"]},
                   {"s", c["expected"]["s"]},           {"v", c["expected"]["v"]},
                   {"expiration", expiration},          {"nonce", in["nonce"]}};
    const auto send = [&] {
      if (type == "WalletLogin")
        return r.post("/auth/wallet/login",
                      {{"address", c["expected"]["signer"]}, {"signature", signature}});
      if (type == "AuthorizeBuilder")
        return r.as(r.ann, "/full/v1/authorize_builder",
                    {{"main_account_id", in["main_account_id"]},
                     {"builder_account_id", in["builder_account_id"]},
                     {"max_futures_fee_rate", in["max_futures_fee_rate"]},
                     {"max_spot_fee_rate", in["max_spot_fee_rate"]},
                     {"signature", signature}});
      return r.as(r.ann, "/full/v1/set_position_config",
                  {{"sub_account_id", in["sub_account_id"]},
                   {"instrument", in["instrument"]},
                   {"margin_type", in["margin_type"]},
                   {"leverage", in["leverage"]},
                   {"signature", signature}});
    };
    signature["nonce"] = in["nonce"].get<std::uint64_t>() + 1;
    CHECK(send().code() == 2002);
    signature["nonce"] = in["nonce"];
    const auto a = send();
    CHECK_MESSAGE(a.status == 200, a.body);
    ++count;
  }
  CHECK(count == 3);
}

TEST_CASE("the recorded requests are answered in both variants") {
  std::size_t count = 0;
  rig r;
  for (const auto& c : vectors()["cases"]) {
    if (c["kind"] != "request")
      continue;
    INFO(c["name"].get<std::string>());
    const auto& e = c["expected"];
    const auto path = e["path"].get<std::string>();
    const auto full = r.as(r.ann, path, e["body"]);
    const bool unknown = path == "/full/v1/order";
    CHECK(full.status == (unknown ? 404 : 200));
    if (!e.contains("lite_path"))
      continue;
    const auto lite = r.as(r.ann, e["lite_path"].get<std::string>(), e["lite_body"]);
    CHECK(lite.status == full.status);
    if (!unknown)
      CHECK(lite.parsed().contains("r"));
    ++count;
  }
  CHECK(count >= 8);
}

TEST_CASE("the recorded subscriptions are acknowledged in both framings") {
  std::size_t count = 0;
  rig r;
  for (const auto& c : vectors()["cases"]) {
    if (c["kind"] != "ws_subscribe")
      continue;
    const auto rpc = r.open("/ws/full", &r.ann);
    const auto legacy = r.open("/ws", &r.ann);
    for (const auto& row : c["expected"]["rows"]) {
      INFO(row["stream"].get<std::string>());
      const auto a = r.ask(rpc, row["rpc"]);
      CHECK_MESSAGE(a.contains("result"), a.dump());
      CHECK(a["result"]["subs"] == row["rpc"]["params"]["selectors"]);
      CHECK(a["id"] == row["rpc"]["id"]);
      const auto b = r.ask(legacy, row["legacy"]);
      CHECK(b["subs"] == row["legacy"]["feed"]);
      CHECK(b["request_id"] == row["legacy"]["request_id"]);
      ++count;
    }
  }
  CHECK(count >= 8);
}
