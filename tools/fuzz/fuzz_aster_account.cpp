#include "tools/fuzz/account_fuzzer.hpp"
#include "tools/fuzz/aster.hpp"

using namespace actorbot::fuzz;

namespace {

session_case make() {
  session_case c;
  c.venue = &actorbot::venues::aster::describe();
  c.settings = aster::settings("v1"); // its signatures are the cheaper ones
  c.way_to_live = "a2{\"serverTime\":1773321233000}\na2" + aster::exchange_info + R"(
a2{"dualSidePosition":false}
a2{"listenKey":"pqia91ma19a5s61cv6a81va65sdf19v8a65a1"}
o
a2{"symbol":"BTCUSDT","makerCommissionRate":"0.0002","takerCommissionRate":"0.0004"}
a2{"symbol":"ETHUSDT","makerCommissionRate":"0.0002","takerCommissionRate":"0.0004"}
a2{"symbol":"1000PEPEUSDT","makerCommissionRate":"0.0002","takerCommissionRate":"0.0004"}
)";
  return c;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const session_case under_test = make();
  fuzz_account(under_test, as_text(data, size));
  return 0;
}
