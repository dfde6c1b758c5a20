#include "rig.hpp"

#include <doctest/doctest.h>

using namespace actorbot;
using namespace actorbot::venues;
using namespace actorbot::venues::aster::test;

/// Other people's signed requests, sent as they are: the server must let them in.
namespace {

http_method method_named(const std::string& name) {
  if (name == "POST")
    return http_method::post;
  if (name == "PUT")
    return http_method::put;
  return name == "DELETE" ? http_method::del : http_method::get;
}

/// Refused because of who sent it, not because of what was asked.
bool is_stopped_at_the_door(const answer& a) {
  const auto code = a.code();
  return a.status == 404 || code == -1000 || code == -1021 || code == -1022 || code == -2014
         || code == -2015 || code == -4225;
}

std::string parameter(const std::string& text, const std::string& name) {
  const auto at = text.find(name + "=");
  REQUIRE(at != text.npos);
  const auto value = text.substr(at + name.size() + 1);
  return value.substr(0, value.find('&'));
}

} // namespace

TEST_CASE("recorded V1 requests are let in, and one flipped digit is not") {
  std::size_t count = 0;
  for (const auto& c : vectors()["cases"]) {
    if (c["kind"] != "v1-hmac")
      continue;
    INFO(c["name"].get<std::string>());
    const auto& input = c["input"];
    const auto who = key_of(input["key"]);
    const auto total = c["expected"]["totalParams"].get<std::string>();
    rig_options o;
    o.start = from_ms(std::stoll(parameter(total, "timestamp")));
    o.ann = who;
    rig r{o};
    const auto query = input.contains("queryString") ? input["queryString"].get<std::string>() : "";
    const auto body = input.contains("queryString") ? input["body"].get<std::string>() : total;
    const auto path = input["path"].get<std::string>();
    auto signature = c["expected"]["signature"].get<std::string>();
    const auto send = [&] {
      const auto tail = "&signature=" + signature;
      const bool in_query = body.empty() || input["method"] == "GET";
      const auto text = in_query && query.empty() ? body : query;
      return in_query
                 ? r.send(method_named(input["method"]), path + "?" + text + tail, {}, who.api_key)
                 : r.send(method_named(input["method"]), path + (query.empty() ? "" : "?" + query),
                          body + tail, who.api_key);
    };
    const auto accepted = send();
    CHECK_MESSAGE(!is_stopped_at_the_door(accepted), accepted.body);
    signature[10] = signature[10] == '0' ? '1' : '0';
    CHECK(send().code() == -1022);
    ++count;
  }
  CHECK(count >= 10);
}

TEST_CASE("recorded V3 requests are let in, and one flipped digit is not") {
  std::size_t count = 0;
  for (const auto& c : vectors()["cases"]) {
    if (c["kind"] != "v3-eip712")
      continue;
    INFO(c["name"].get<std::string>());
    const auto& input = c["input"];
    rig_options o;
    o.start = from_us(std::stoll(input["nonce"].get<std::string>()));
    o.ann = identity{"", "", input["user"], input["signer"], ""};
    o.environment = input["chainId"] == 714 ? "testnet" : "mainnet";
    rig r{o};
    const auto message = c["expected"]["msg"].get<std::string>();
    auto signature = c["expected"]["signature"].get<std::string>();
    const auto send = [&] {
      const auto text = message + "&signature=" + signature;
      const auto path = input["path"].get<std::string>();
      const auto method = method_named(input["method"]);
      return method == http_method::get ? r.send(method, path + "?" + text)
                                        : r.send(method, path, text);
    };
    const auto good = signature;
    signature[20] = signature[20] == '0' ? '1' : '0';
    CHECK(send().code() == -1022);
    signature = good;
    const auto accepted = send();
    CHECK_MESSAGE(!is_stopped_at_the_door(accepted), accepted.body);
    CHECK(send().code() == -4225);
    ++count;
  }
  CHECK(count >= 10);
}

TEST_CASE("tampered V3 requests are refused as the vectors say") {
  std::size_t count = 0;
  for (const auto& c : vectors()["cases"]) {
    const auto kind = c["kind"].get<std::string>();
    if (kind != "v3-verify" && kind != "v3-verify-high-s")
      continue;
    INFO(c["name"].get<std::string>());
    const auto& input = c["input"];
    const auto message = input["msg"].get<std::string>();
    rig_options o;
    o.start = from_us(std::stoll(parameter(message, "nonce")));
    o.ann = identity{"", "", parameter(message, "user"), input["expectedSigner"], ""};
    o.options = {{"chain_id", std::to_string(input["chainId"].get<int>())}};
    rig r{o};
    const auto got = r.send(http_method::post, "/fapi/v3/order",
                            message + "&signature=" + input["signature"].get<std::string>());
    const bool other_signer = input["expectedSigner"] != parameter(message, "signer");
    const bool valid = kind == "v3-verify" && c["expected"]["valid"].get<bool>() && !other_signer;
    if (valid)
      CHECK_MESSAGE(!is_stopped_at_the_door(got), got.body);
    else
      CHECK(got.code() == (other_signer ? -2015 : -1022));
    ++count;
  }
  CHECK(count >= 8);
}

TEST_CASE("the old ABI signature is let in only where the option says so") {
  for (const auto& c : vectors()["cases"]) {
    if (c["kind"] != "v3-legacy-abi" || !c["input"].contains("wireQuery"))
      continue;
    for (const bool allowed : {true, false}) {
      const auto& input = c["input"];
      rig_options o;
      o.start = from_us(std::stoll(input["nonce"].get<std::string>()));
      o.ann = identity{"", "", input["user"], input["signer"], ""};
      o.options = {{"legacy_abi", allowed ? "true" : "false"}};
      rig r{o};
      auto text = input["wireQuery"].get<std::string>();
      if (text.find("signature=") == text.npos)
        text += "&signature=" + c["expected"]["signature"].get<std::string>();
      const auto got = r.send(http_method::post, "/fapi/v3/order", text);
      CHECK_MESSAGE(is_stopped_at_the_door(got) != allowed, got.body);
    }
  }
}

TEST_CASE("the builder approval that one client library sends at sign-in is acknowledged") {
  for (const auto& c : vectors()["cases"]) {
    if (!c["expected"].contains("body"))
      continue;
    const auto body = c["expected"]["body"].get<std::string>();
    rig_options o;
    o.ann = identity{"", "", parameter(body, "user"), "", ""};
    rig r{o};
    CHECK(r.send(http_method::post, "/fapi/v3/approveBuilder", body).parsed()["code"] == 200);
    CHECK(r.send(http_method::post, "/fapi/v3/approveBuilder", "user=0x12&signature=1").code()
          == -1102);
  }
}
