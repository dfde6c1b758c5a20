#include "rig.hpp"

#include "venues/crypto/hex.hpp"
#include "venues/crypto/hmac_sha256.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace actorbot;
using namespace actorbot::venues;
using namespace actorbot::venues::aster::test;
namespace aster = actorbot::venues::aster;

namespace {

constexpr auto get = http_method::get;
constexpr auto post = http_method::post;
const std::string openers = "/fapi/v1/openOrders";
const std::string openers3 = "/fapi/v3/openOrders";

std::string sign_v1(const std::string& text, const identity& who) {
  return crypto::to_hex(crypto::hmac_sha256{who.api_secret}.sign(text));
}

std::string stamped(const rig& r, std::int64_t offset_ms, const std::string& more = {}) {
  return more + "symbol=BTCUSDT&timestamp=" + std::to_string(to_ms(r.now) + offset_ms);
}

/// A V1 GET whose signed text is given.
answer ask(rig& r, const std::string& text, const std::string& signature) {
  return r.send(get, openers + "?" + text + "&signature=" + signature, {}, r.ann.api_key);
}

std::string v3_text(const identity& who, std::int64_t nonce, const std::string& more = {}) {
  return more + "symbol=BTCUSDT&nonce=" + std::to_string(nonce) + "&user=" + who.user
         + "&signer=" + who.signer;
}

std::string sign_v3(const std::string& text, const identity& who,
                    std::uint64_t chain = aster::mainnet_chain_id) {
  std::string error;
  const aster::agent_signer agent{*crypto::private_key::parse(who.private_key, error), chain};
  aster::signature_text out{};
  agent.sign(text, out);
  return std::string{aster::as_text(out)};
}

answer ask3(rig& r, const std::string& text, const std::string& signature) {
  return r.send(get, openers3 + "?" + text + "&signature=" + signature);
}

} // namespace

TEST_CASE("V1: every wrong key is refused with its code") {
  rig r;
  const auto text = stamped(r, 0);
  const auto target = openers + "?" + text + "&signature=" + sign_v1(text, r.ann);
  CHECK(r.send(get, target, {}, r.ann.api_key).status == 200);
  CHECK(r.send(get, target).code() == -2014);
  CHECK(r.send(get, target, {}, "short").code() == -2014);
  CHECK(r.send(get, target, {}, std::string(64, 'a')).code() == -2015);
  CHECK(r.send(get, target, {}, r.ben.api_key).code() == -1022);
}

TEST_CASE("V1: the signature covers what was sent, comes last, and may be in upper case") {
  rig r;
  const auto text = stamped(r, 0);
  auto signature = sign_v1(text, r.ann);
  CHECK(ask(r, text, signature).status == 200);
  std::transform(signature.begin(), signature.end(), signature.begin(),
                 [](char c) { return c >= 'a' && c <= 'f' ? static_cast<char>(c - 32) : c; });
  CHECK(ask(r, text, signature).status == 200);
  CHECK(ask(r, text + "&limit=5", signature).code() == -1022);
  CHECK(ask(r, text, signature + "&limit=5").code() == -1022);
  CHECK(ask(r, text, signature.substr(2)).code() == -1022);
  CHECK(ask(r, text, "zz" + signature.substr(2)).code() == -1022);
  CHECK(ask(r, text, "").code() == -1102);
  CHECK(r.send(get, openers + "?" + text, {}, r.ann.api_key).code() == -1102);
  CHECK(ask(r, "symbol=BTCUSDT", sign_v1("symbol=BTCUSDT", r.ann)).code() == -1102);
}

TEST_CASE("V1: the time rule holds to the millisecond") {
  rig r;
  const auto at = [&](std::int64_t offset, const std::string& more = {}) {
    const auto text = stamped(r, offset, more);
    return ask(r, text, sign_v1(text, r.ann));
  };
  CHECK(at(999).status == 200);
  CHECK(at(1000).code() == -1021);
  CHECK(at(1000).parsed()["msg"]
        == "Timestamp for this request was 1000ms ahead of the server's time.");
  CHECK(at(-5000).status == 200);
  CHECK(at(-5001).code() == -1021);
  CHECK(at(-5001).parsed()["msg"] == "Timestamp for this request is outside of the recvWindow.");
  CHECK(at(-5001, "recvWindow=6000&").status == 200);
  CHECK(at(-60'000, "recvWindow=60000&").status == 200);
  CHECK(at(0, "recvWindow=60001&").code() == -1130);
  CHECK(at(0, "recvWindow=-1&").code() == -1100);
}

TEST_CASE("V1: query and body are signed as one text, and the query wins") {
  rig r;
  const std::string query = "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&price=59990.0";
  const auto body = "quantity=0.010&price=1&timestamp=" + std::to_string(to_ms(r.now));
  const auto placed = r.send(post, "/fapi/v1/order?" + query,
                             body + "&signature=" + sign_v1(query + body, r.ann), r.ann.api_key);
  REQUIRE_MESSAGE(placed.status == 200, placed.body);
  CHECK(placed.parsed()["price"] == "59990.0");
  const auto joined
      = r.send(post, "/fapi/v1/order?" + query,
               body + "&signature=" + sign_v1(query + "&" + body, r.ann), r.ann.api_key);
  CHECK(joined.code() == -1022);
}

TEST_CASE("V3: every wrong field is refused with its code") {
  rig r;
  auto nonce = to_us(r.now);
  const auto text = v3_text(r.ann, nonce);
  const auto signature = sign_v3(text, r.ann);
  CHECK(ask3(r, text, "").code() == -1102);
  CHECK(ask3(r, text, "0x1234").code() == -1022);
  CHECK(ask3(r, text + "0", signature).code() != 0);
  CHECK(ask3(r, "limit=1&" + text, signature).code() == -1022);
  CHECK(ask3(r, text, sign_v3(text, r.ben)).code() == -1022);
  CHECK(ask3(r, text, sign_v3(text, r.ann, aster::testnet_chain_id)).code() == -1022);
  CHECK(ask3(r, text, signature + "&x=1").code() == -1022);
  // Nothing of that used the nonce up.
  CHECK(ask3(r, text, signature).status == 200);
  const auto again = ask3(r, text, signature);
  CHECK(again.status == 400);
  CHECK(again.code() == -4225);

  const auto refused
      = [&](const std::string& wrong) { return ask3(r, wrong, sign_v3(wrong, r.ann)).code(); };
  const auto own = "&user=" + r.ann.user + "&signer=" + r.ann.signer;
  CHECK(refused("symbol=BTCUSDT" + own) == -1102);
  CHECK(refused("symbol=BTCUSDT&nonce=abc" + own) == -1100);
  const auto numbered = "symbol=BTCUSDT&nonce=" + std::to_string(++nonce);
  CHECK(refused(numbered + "&user=" + r.ann.user) == -1102);
  CHECK(refused(numbered + "&user=" + r.ann.user + "&signer=0x12") == -1102);
  CHECK(refused(numbered + "&user=0x12&signer=" + r.ann.signer) == -1102);
  CHECK(refused(numbered + "&user=" + r.ben.user + "&signer=" + r.ann.signer) == -2015);
  CHECK(refused(numbered + "&user=" + r.ann.user + "&signer=" + r.ben.signer) == -2015);
  CHECK(refused(numbered + "&signer=0x0000000000000000000000000000000000000001") == -2015);
}

TEST_CASE("V3: addresses in any case, a signer alone and a bare signature are accepted") {
  rig r;
  auto nonce = to_us(r.now);
  auto lower = r.ann;
  for (auto* text : {&lower.user, &lower.signer})
    std::transform(text->begin(), text->end(), text->begin(),
                   [](char c) { return c >= 'A' && c <= 'F' ? static_cast<char>(c + 32) : c; });
  auto text = v3_text(lower, ++nonce);
  CHECK(ask3(r, text, sign_v3(text, r.ann)).status == 200);
  text = "nonce=" + std::to_string(++nonce) + "&signer=" + r.ann.signer;
  CHECK(ask3(r, text, sign_v3(text, r.ann)).status == 200);
  text = v3_text(r.ann, ++nonce);
  CHECK(ask3(r, text, sign_v3(text, r.ann).substr(2)).status == 200);
}

TEST_CASE("V3: nonces live ten seconds, once, and not below a full list of a hundred") {
  rig r;
  const auto base = to_us(r.now);
  const auto use = [&](std::int64_t nonce) {
    const auto text = v3_text(r.ann, nonce);
    return ask3(r, text, sign_v3(text, r.ann)).code();
  };
  CHECK(use(base - 10'000'000) == 0);
  CHECK(use(base + 10'000'000) == 0);
  CHECK(use(base - 10'000'001) == -4225);
  CHECK(use(base + 10'000'001) == -4225);
  for (int i = 0; i < 98; ++i)
    CHECK(use(base + 2 * i) == 0);
  // Full: the lowest is base - 10 s. One more pushes it out.
  CHECK(use(base + 1) == 0);
  CHECK(use(base - 1) == -4225);
  CHECK(use(base + 3) == 0);
  CHECK(use(base + 3) == -4225);
}

TEST_CASE("V3: the decoded form is a second chance that can be switched off") {
  const std::string plain = "symbol=BTCUSDT&origClientOrderId=my:id/1";
  const std::string encoded = "symbol=BTCUSDT&origClientOrderId=my%3Aid%2F1";
  for (const bool fallback : {true, false}) {
    rig_options o;
    o.options = {{"decoded_fallback", fallback ? "true" : "false"}};
    rig r{o};
    const auto tail = "&nonce=" + std::to_string(to_us(r.now)) + "&user=" + r.ann.user
                      + "&signer=" + r.ann.signer;
    const auto target = "/fapi/v3/order?" + encoded + tail + "&signature=";
    CHECK(r.send(get, target + sign_v3(plain + tail, r.ann)).code() == (fallback ? -2013 : -1022));
  }
}

TEST_CASE("a V1 key opens no V3 call and an agent no V1 call") {
  rig r;
  CHECK(r.send(get, openers3 + "?" + r.v1_signed({}, r.ann), {}, r.ann.api_key).code() == -1102);
  CHECK(r.send(get, openers + "?" + r.v3_signed({}, r.ann)).code() == -2014);
}

TEST_CASE("what cannot be set up is refused at the start") {
  const auto make = [](const rig_options& o) { rig r{o}; };
  rig_options o;
  o.options = {{"chain", "1"}};
  CHECK_THROWS_AS(make(o), std::invalid_argument);
  o.options = {{"chain_id", "x"}};
  CHECK_THROWS_AS(make(o), std::invalid_argument);
  o.options = {{"legacy_abi", "yes"}};
  CHECK_THROWS_AS(make(o), std::invalid_argument);
  o.options = {};
  o.ann = identity{"key", "", "", "", ""};
  CHECK_THROWS_AS(make(o), std::invalid_argument);
  o.ann = identity{"", "", "0x12", "", ""};
  CHECK_THROWS_AS(make(o), std::invalid_argument);
}
