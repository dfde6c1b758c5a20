#pragma once

#include "tests/unit/support/allocations.hpp"
#include "tests/unit/support/venue_recorder.hpp"
#include "venues/backpack/account.hpp"
#include "venues/backpack/market_data.hpp"

#include <doctest/doctest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

/// Settings, the recorded rules and the way to live of Backpack's sessions.
namespace backpack_client {

using namespace actorbot;
using namespace actorbot::venues;
using namespace actorbot::venues::test;
using namespace std::chrono_literals;

/// Public test keys (RFC 8032, TEST 1): never use them.
inline const std::string api_secret = "nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=";
inline const std::string long_secret
    = "nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2DXWpgBgrEKt9VL/tPJZAc6DuFy89qmIyWvAhpo9wdRGg==";
inline const std::string api_key = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";

/// The time of the specification's signed orders.
inline constexpr std::int64_t start_ms = 1'750'793'021'519;

/// Orders of bot 1; the numbers of a block begin here.
std::shared_ptr<number_ids> make_ids();

session_settings settings_for(std::vector<std::string> tickers);

inline instrument_id number(std::uint16_t n) { return {venue_id{2}, n}; }
inline client_order_id our_id(std::uint64_t sequence) { return {1, strategy_id{2}, 3, sequence}; }

/// The recorded entry of SOL_USDC_PERP, BTC with the recorded values, and others after their form.
std::string markets();

/// Name and value of each signed parameter, in order.
using pairs = std::vector<std::pair<std::string, std::string>>;

/// Checks headers and signature of a call against the text that the venue would build from it, and
/// returns the parameters.
pairs checked(const sent_call& call, const std::string& instruction);

template <class Protocol>
struct backpack_session : session<Protocol> {
  explicit backpack_session(const session_settings& s)
      : session<Protocol>{s, from_ms(start_ms)}, ids{s.ids} {}
  std::shared_ptr<number_ids> ids;

  std::string number_text(std::uint64_t sequence) const {
    return std::to_string(ids->number_of(our_id(sequence)).value());
  }
};

struct market_session : backpack_session<backpack::market_data> {
  using backpack_session::backpack_session;
  /// Until the stream is open; the calls made then are left for the test.
  void connect() {
    start();
    answer("/api/v1/markets", 200, markets());
    stream_open();
  }
};

struct account_session : backpack_session<backpack::account> {
  using backpack_session::backpack_session;
  void give_time() { answer("/api/v1/time", 200, std::to_string(start_ms + elapsed / 1ms)); }
  /// Until live, with the calls and timers of the way removed. The clocks agree to the microseconds
  /// that the estimate adds.
  void connect() {
    start();
    give_time();
    answer("/api/v1/markets", 200, markets());
    answer("/api/v1/account", 200, account_settings);
    stream_open();
    timer(1);
    sink.calls.clear();
    sink.instruments.clear();
    sink.sent.clear();
  }
  std::string account_settings
      = R"({"autoBorrowSettlements":true,"autoLend":false,"autoRealizePnl":true,"autoRepayBorrows":true,)"
        R"("borrowLimit":"0","futuresMakerFee":"2","futuresTakerFee":"5","leverageLimit":"20","limitOrders":0,)"
        R"("liquidating":false,"positionLimit":"0","spotMakerFee":"8","spotTakerFee":"10","triggerOrders":0})";
};

/// The recorded answer to a resting limit order, of this client id and market.
std::string order_text(const std::string& client_id, const std::string& symbol = "ETH_USDC_PERP");
/// The same with other values.
std::string replaced(std::string text, const std::string& what, const std::string& by);

} // namespace backpack_client
