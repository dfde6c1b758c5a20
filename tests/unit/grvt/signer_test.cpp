#include "client_support.hpp"

#include "venues/crypto/ethereum.hpp"

using namespace grvt_client;
using namespace actorbot::venues::grvt;

namespace {

order_message sample() {
  order_message m;
  m.sub_account = 2147050003876484;
  m.asset = *parse_asset("0x030501");
  m.size = 1'000'000;
  m.price = 65'038'100'000'000;
  m.buy = true;
  m.nonce = 1234567890;
  m.expiration_ns = 1767225600000000000;
  return m;
}

order_signer signer() {
  std::string error;
  return {std::move(*crypto::private_key::parse(signer_key, error)), mainnet_chain_id};
}

} // namespace

TEST_CASE("the printed order has the printed signature") {
  const auto key = signer();
  signature_text out;
  key.sign(sample(), out);
  CHECK(as_text(out.r) == "0x8e41f7111442ed270ae2f89978c0a39b3f197c548a70db54cb8bd7b75394cffb");
  CHECK(as_text(out.s) == "0x72e843dd5cab0f28044847592f41e219f57f13629fcf0e337d8d0173a6a03e8c");
  CHECK(out.v == 28);
}

TEST_CASE("every signed member changes the digest") {
  const auto base = sample().struct_hash();
  const auto differs = [&](auto&& change) {
    auto m = sample();
    change(m);
    CHECK(m.struct_hash() != base);
  };
  differs([](auto& m) { ++m.sub_account; });
  differs([](auto& m) { m.market = true; });
  differs([](auto& m) { m.life = order_life::fill_or_kill; });
  differs([](auto& m) { m.post_only = true; });
  differs([](auto& m) { m.reduce_only = true; });
  differs([](auto& m) { m.asset[31] ^= 1; });
  differs([](auto& m) { ++m.size; });
  differs([](auto& m) { ++m.price; });
  differs([](auto& m) { m.buy = false; });
  differs([](auto& m) { m.builder = order_builder{}; });
  differs([](auto& m) { ++m.nonce; });
  differs([](auto& m) { m.expiration_ns = -m.expiration_ns; });
  CHECK(signing_domain{325}.digest(base) != signing_domain{326}.digest(base));
}

TEST_CASE("the server takes the signature in any case, with and without 0x, and nothing else") {
  const auto key = signer();
  const auto digest = key.domain().digest(sample().struct_hash());
  signature_text out;
  key.sign_digest(digest, out);
  const auto address = *crypto::parse_address(signer_address);
  const std::string r{as_text(out.r)}, s{as_text(out.s)};
  const auto check = [&](const std::string& r_text, const std::string& s_text, std::int64_t v) {
    return check_signature(digest, r_text, s_text, v, address);
  };
  CHECK(check(r, s, 28) == signature_fault::none);
  CHECK(check(r.substr(2), s.substr(2), 28) == signature_fault::none);
  std::string upper = s;
  for (auto& c : upper)
    c = c >= 'a' && c <= 'f' ? static_cast<char>(c - 32) : c;
  CHECK(check(r, upper, 28) == signature_fault::none);
  for (std::size_t i = 2; i < 66; ++i) {
    auto changed = s;
    changed[i] = changed[i] == '1' ? '2' : '1';
    CHECK(check(r, changed, 28) != signature_fault::none);
  }
  CHECK(check(r, s, 27) == signature_fault::other_payload);
  CHECK(check(r, s, 1) == signature_fault::bad_v);
  CHECK(check(r, s, 29) == signature_fault::bad_v);
  CHECK(check(r, s, 256 + 28) == signature_fault::bad_v);
  CHECK(check(r.substr(0, 64), s, 28) == signature_fault::bad_length);
  CHECK(check(r, s + "0", 28) == signature_fault::bad_length);
  CHECK(check(r, "", 28) == signature_fault::bad_length);
  CHECK(check(std::string(64, '0'), s, 28) == signature_fault::other_payload);
}

TEST_CASE("amounts are scaled exactly, cut off and never wrapped") {
  CHECK(scaled("1.013"_d, 9) == 1'013'000'000u);
  CHECK(scaled("1.1231231239"_d, 9) == 1'123'123'123u);
  CHECK(scaled("0"_d, 9) == 0u);
  CHECK(scaled("18446744073.709551615"_d, 9) == 18446744073709551615u);
  CHECK_FALSE(scaled("18446744073.709551616"_d, 9).has_value());
  CHECK_FALSE(scaled("-1"_d, 9).has_value());
  CHECK_FALSE(scaled("1"_d, 19).has_value());
  CHECK_FALSE(scaled("1"_d, -1).has_value());
  CHECK(scaled("1.5"_d, 0) == 1u);
}

TEST_CASE("instrument hashes are numbers of up to 256 bits") {
  CHECK(parse_asset("0x030501")->at(31) == 0x01);
  CHECK(parse_asset("0x030501")->at(29) == 0x03);
  CHECK(parse_asset("0x3")->at(31) == 0x03);
  CHECK(parse_asset(std::string(64, 'f')).has_value());
  for (const std::string& text : {std::string{}, std::string{"0x"}, std::string{"0xg1"},
                                  std::string{"0x0x12"}, std::string(65, '0')})
    CHECK_FALSE(parse_asset(text).has_value());
}
