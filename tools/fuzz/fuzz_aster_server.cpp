#include "tools/fuzz/dialect_fuzzer.hpp"
#include "venues/aster/dialect.hpp"
#include "venues/aster/signer.hpp"
#include "venues/crypto/hex.hpp"
#include "venues/crypto/hmac_sha256.hpp"

using namespace actorbot;
using namespace actorbot::fuzz;

namespace {

/// Published example keys of the venue's documentation (asterdex/api-docs, V1): never use them.
const std::string key = "dbefbc809e3e83c283a984c3a1459732ea7db1360ca80c5c2c8867408d28cc83";
const std::string secret = "2b5eb11e18796d12d88f13dc27dbbd02c2cc51ff7059765ed9821957d82bb4d9";

wire_request sign(venues::http_method method, std::string_view path, std::string_view values,
                  timestamp now) {
  std::string text{values};
  venues::aster::append_parameter(text, "timestamp", std::to_string(to_ms(now)));
  const auto mac = crypto::hmac_sha256{secret}.sign(text);
  venues::aster::append_parameter(text, "signature", crypto::to_hex(mac));
  wire_request out{std::string{path}, {}, {{"X-MBX-APIKEY", key}}};
  if (method == venues::http_method::get || method == venues::http_method::del) {
    out.target += '?' + text;
  } else {
    out.body = text;
    out.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
  }
  return out;
}

dialect_case make() {
  dialect_case c;
  c.dialect = &venues::aster::describe_dialect();
  c.settings.now = from_ms(1'768'185'214'426);
  c.settings.options = {{"weight_limit", "0"}, {"order_limit_1m", "0"}, {"order_limit_10s", "0"}};
  venues::account_provision account;
  account.name = "ann";
  account.balance = 100'000;
  account.credentials = {{"api_key", key}, {"api_secret", secret}};
  c.settings.accounts = {account};
  c.sign = sign;
  return c;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const dialect_case under_test = make();
  fuzz_dialect(under_test, as_text(data, size));
  return 0;
}
