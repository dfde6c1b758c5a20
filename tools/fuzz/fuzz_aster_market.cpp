#include "tools/fuzz/aster.hpp"
#include "tools/fuzz/market_data_fuzzer.hpp"

using namespace actorbot::fuzz;

namespace {

session_case make() {
  session_case c;
  c.venue = &actorbot::venues::aster::describe();
  c.settings = aster::settings("v3");
  c.way_to_live = "a2" + aster::exchange_info + R"(
a2[{"symbol":"BTCUSDT","fundingIntervalHours":4}]
o
a2[{"symbol":"BTCUSDT","bidPrice":"61800.1","bidQty":"1","askPrice":"61800.2","askQty":"2","time":1773321233000},{"symbol":"1000PEPEUSDT","bidPrice":"0.011","bidQty":"1","askPrice":"0.012","askQty":"2","time":1773321233000}]
a2{"lastUpdateId":150,"E":1,"T":1,"bids":[["61800.1","1"]],"asks":[["61800.2","2"]]}
a2{"lastUpdateId":150,"E":1,"T":1,"bids":[["0.011","1"]],"asks":[["0.012","2"]]}
)";
  return c;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const session_case under_test = make();
  fuzz_market_data(under_test, as_text(data, size));
  return 0;
}
