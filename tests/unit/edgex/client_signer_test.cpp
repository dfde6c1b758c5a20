#include "client_support.hpp"

#include <fstream>

using namespace edgex_client;

namespace {

const edgex::order_scale btc{30000001, 1000, 10'000'000'000, 1'000'000,
                             decimal::from_parts(45, -5)};

json vectors() {
  std::ifstream in{std::string{ACTORBOT_TEST_DATA} + "/vectors/edgex.json"};
  REQUIRE(in);
  return json::parse(in);
}

std::string canonical_of(const json& body) {
  auto text = body.dump();
  const padded data{text};
  json_parser parser;
  const auto root = parser.parse(data.view());
  REQUIRE(root);
  std::string out;
  REQUIRE(edgex::canonical_writer{}.append(out, *root));
  return out;
}

} // namespace

TEST_CASE("what V1 signs for requests is the same text, whoever signs it") {
  std::size_t seen = 0;
  const auto file = vectors();
  for (const auto& x : file.at("cases")) {
    if (x.at("kind") != "request_auth")
      continue;
    ++seen;
    const auto& in = x.at("input");
    CAPTURE(x.at("name").get<std::string>());
    auto text = in.at("timestamp_ms").get<std::string>() + in.at("method").get<std::string>()
                + in.at("path").get<std::string>();
    if (in.contains("body"))
      text += canonical_of(in.at("body"));
    else if (in.contains("query"))
      text += canonical_of(in.at("query")); // pairs sorted by name, values raw
    CHECK(text == x.at("expected").at("sign_content"));
  }
  CHECK(seen == 8);
}

TEST_CASE("the integers of an order are cut, its highest fee is rounded up") {
  const auto x = edgex::amounts_of(btc, "0.0019999999999"_d, "71074.8"_d);
  REQUIRE(x);
  CHECK(x->synthetic == 19'999'999); // 19999999.999
  CHECK(x->collateral == 142'149'599);
  CHECK(x->limit_fee == 1);
  CHECK(x->fee == 1'000'000);
  // Exactly one unit stays one; a trace more is two.
  CHECK(edgex::amounts_of(btc, "1"_d, "2222.2"_d)->limit_fee == 1);
  auto rate = btc;
  rate.fee_rate = decimal::from_parts(1, -3);
  CHECK(edgex::amounts_of(rate, "1"_d, "1000"_d)->limit_fee == 1);
  CHECK(edgex::amounts_of(rate, "1"_d, "1000.1"_d)->limit_fee == 2);
}

TEST_CASE("numbers beyond 64 bits and nothing at all are refused, never wrapped") {
  CHECK_FALSE(edgex::amounts_of(btc, "0"_d, "1"_d));
  CHECK_FALSE(edgex::amounts_of(btc, "1"_d, "0"_d));
  CHECK_FALSE(edgex::amounts_of(btc, "-1"_d, "1"_d));
  CHECK_FALSE(edgex::amounts_of(btc, "0.00000000001"_d, "1"_d));
  CHECK(edgex::amounts_of(btc, "1844674407"_d, "1"_d));
  CHECK_FALSE(edgex::amounts_of(btc, "1844674408"_d, "1"_d)); // size * 1e10 > 2^64
  CHECK_FALSE(edgex::amounts_of(btc, "1000000000000"_d, "1000000000"_d));
  CHECK_FALSE(edgex::amounts_of(btc, "100000000"_d, "1000000"_d)); // value * 1e6 > 2^64
  CHECK_FALSE(edgex::amounts_of(btc, "100000000000000000000"_d, "100000000000000000000"_d));
}

TEST_CASE("a number that is no integer has no canonical form") {
  const padded data{R"({"a":"1","b":1.5})"};
  json_parser parser;
  std::string out;
  edgex::canonical_writer writer;
  CHECK_FALSE(writer.append(out, *parser.parse(data.view())));
  // The writer is good for the next body.
  out.clear();
  const padded good{R"({"b":{"z":"1","a":["x","y"]},"a":null})"};
  CHECK(writer.append(out, *parser.parse(good.view())));
  CHECK(out == "a=&b=a=x&y&z=1");
}

TEST_CASE("integers come as digits or as hex, nothing else") {
  CHECK(edgex::parse_integer("0x2540be400") == 10'000'000'000u);
  CHECK(edgex::parse_integer("0X10") == 16u);
  CHECK(edgex::parse_integer("10000000000") == 10'000'000'000u);
  CHECK(edgex::parse_integer("18446744073709551615") == 18446744073709551615u);
  for (const auto* text : {"", "0x", "0xg", "1.5", "-1", "1e6", "0x10000000000000000", " 1"}) {
    CAPTURE(text);
    CHECK_FALSE(edgex::parse_integer(text));
  }
}
