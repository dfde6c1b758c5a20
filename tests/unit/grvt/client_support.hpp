#pragma once

#include "tests/unit/support/allocations.hpp"
#include "tests/unit/support/venue_recorder.hpp"
#include "venues/grvt/account.hpp"
#include "venues/grvt/market_data.hpp"

#include <doctest/doctest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

/// Settings, recorded answers and the way to live of GRVT's sessions.
namespace grvt_client {

using namespace actorbot;
using namespace actorbot::venues;
using namespace actorbot::venues::test;
using namespace std::chrono_literals;

/// Public test keys (shared vectors of the specification): never use them.
inline const std::string api_key = "2tTESTAPIKEYexample";
inline const std::string signer_key
    = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";
inline const std::string signer_address = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";
inline const std::string sub_account = "2147050003876484";
inline const std::string cookie_value = "MTc2TESTCOOKIE-0123456789abcdef";
inline const std::string account_id = "ACC:123456789";

/// 2025-12-31T16:00:00Z, before the expirations and times of the recordings.
inline constexpr std::int64_t start_ms = 1'767'196'800'000;

inline constexpr std::uint64_t first_number = std::uint64_t{1} << 63;

inline client_order_id our_id(std::uint64_t sequence) { return {1, strategy_id{2}, 3, sequence}; }
inline instrument_id number(std::uint16_t n) { return {venue_id{3}, n}; }

/// The first block of the range belongs to our_id(0...): our_id(1) is 9223372036854775809.
std::shared_ptr<number_ids> ids();

session_settings settings_for(const std::vector<std::string>& tickers);

/// The recorded entries of BTC and AAVE, and others like them.
std::string instruments();

std::string ack(int id, const std::string& stream, const std::vector<std::string>& selectors,
                const std::string& latest = "0");

template <class Protocol>
struct grvt_session : session<Protocol> {
  explicit grvt_session(const session_settings& s) : session<Protocol>{s, from_ms(start_ms)} {}
};

struct market_session : grvt_session<grvt::market_data> {
  explicit market_session(const session_settings& s) : grvt_session{s} {}
  /// Until the stream is open; what was sent on it is left for the test.
  void connect() {
    start();
    answer("/full/v1/instruments", 200, instruments());
    stream_open();
  }
};

struct account_session : grvt_session<grvt::account> {
  explicit account_session(const session_settings& s) : grvt_session{s} {}

  void give_time() {
    answer("/time", 200, "{\"server_time\":" + std::to_string(start_ms + elapsed / 1ms) + "}");
  }
  void give_login(const std::string& cookie = cookie_value,
                  const std::string& expires = "Thu, 01 Jan 2026 16:00:00 GMT",
                  const std::string& body = default_body());
  void acknowledge(stream_id stream = {}) {
    const char* const names[] = {"v1.order", "v1.fill", "v1.position"};
    for (int i = 0; i < 3; ++i)
      frame(ack(i + 1, names[i], {sub_account}), frame_kind::text, stream);
  }
  /// Until live, with the calls, frames and instruments of the way removed. The clocks agree to the
  /// microsecond that the estimate adds.
  void connect() {
    start();
    give_time();
    give_login();
    answer("/full/v1/instruments", 200, instruments());
    stream_open();
    acknowledge();
    sink.calls.clear();
    sink.sent.clear();
    sink.instruments.clear();
  }
  static std::string default_body() {
    return R"({"status":"success","location":"","funding_account_address":)"
           R"("0x0c1f4c8ee7acd9ea19b91bbb343cbaf6efd58ce1","sub_account_id":")"
           + sub_account + R"("})";
  }
};

/// The order that the recordings are about: ours by its id.
order_request an_order();

/// What every call to the trades host has in common.
inline const std::map<std::string, std::string> session_headers
    = {{"Cookie", "gravity=" + cookie_value}, {"X-Grvt-Account-Id", account_id}};
void check_private(const sent_call& call);

/// An order object as the venue answers it.
struct order_text {
  std::string order_id = "0x00";
  std::string client_id = "9223372036854775809";
  std::string instrument = "BTC_USDT_Perp";
  std::string size = "0.001";
  std::string price = "50000.0";
  bool buy = true;
  std::string status = "PENDING";
  std::string reason = "UNSPECIFIED";
  std::string filled = "0.0";
  std::string average = "0.0";
  std::string time = "1767196800500000000";
  std::string str() const;
  std::string answer() const { return "{\"result\":" + str() + "}"; }
  std::string frame(std::uint64_t sequence) const;
};

struct fill_text {
  std::string client_id = "9223372036854775809";
  std::string trade_id = "74150425-1";
  std::string size = "0.001";
  std::string price = "89473.4";
  std::string fee = "0.040263";
  bool buyer = true;
  bool liquidation = false;
  std::string instrument = "BTC_USDT_Perp";
  std::string time = "1767354369431470728";
  std::string str() const;
  std::string frame(std::uint64_t sequence) const;
};

} // namespace grvt_client
