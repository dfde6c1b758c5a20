#pragma once

#include "tests/unit/support/allocations.hpp"
#include "tests/unit/support/venue_recorder.hpp"
#include "venues/dydx/account.hpp"
#include "venues/dydx/market_data.hpp"

#include "venues/dydx/proto/clob.pb.h"
#include "venues/dydx/proto/cosmos.pb.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

/// Settings, the recorded markets and the way to live of dYdX's sessions.
namespace dydx_client {

using namespace actorbot;
using namespace actorbot::venues;
using namespace actorbot::venues::test;
using namespace std::chrono_literals;

/// Public test key (vectors of the specification): never use it.
inline const std::string test_words = "mirror actor skill push coach wait confirm orchard lunch "
                                      "mobile athlete gossip awake miracle "
                                      "matter bus reopen team ladder lazy list timber render wait";
inline const std::string test_key
    = "e92a6595c934c991d3b3e987ea9b3125bf61a076deab3a9cb519787b7b3e8d77";
inline const std::string test_address = "dydx14zzueazeh0hj67cghhf9jypslcf9sh2n5k6art";
inline const std::string test_subaccount = "8586bcf6-1f58-5ec9-a0bc-e53db273e7b0";

/// 2025-12-08T16:11:56.125Z, the time of the specification's samples.
inline constexpr std::int64_t start_ms = 1'765'210'316'125;
inline constexpr std::int64_t start_height = 66'624'132;

/// Numbers 1 to 1024 are orders 0 to 1023 of strategy 2 in run 3.
std::shared_ptr<number_ids> test_ids();
session_settings settings_for(std::vector<std::string> tickers);

inline instrument_id number(std::uint16_t n) { return {venue_id{4}, n}; }
/// The order that goes by this number on the wire.
inline client_order_id our_id(std::uint32_t wire) { return {1, strategy_id{2}, 3, wire - 1}; }
/// The Indexer's id of it (subaccount 0).
std::string uuid_of(std::uint32_t wire, std::uint32_t flags, std::uint32_t pair = 0);

/// Recorded entries of BTC-USD, ETH-USD and made ones of SOL-USD and PEPE-USD.
std::string markets();
/// `{"id":..,"result":..}` for the request.
std::string rpc_result(const sent_call& call, std::string_view result);
std::string rpc_error(const sent_call& call, int code, std::string_view data);
/// CheckTx's answer.
std::string tx_result(const sent_call& call, int code, std::string_view codespace,
                      std::string_view log);
std::uint64_t rpc_id(const sent_call& call);

/// The transaction that a call broadcasts, its signature checked.
struct sent_transaction {
  dydx::wire::TxBody body;
  dydx::wire::AuthInfo auth;
  dydx::wire::MsgPlaceOrder place;
  dydx::wire::MsgCancelOrder cancel;
  std::uint64_t sequence = 0;
};
sent_transaction read_transaction(const sent_call& call, std::uint64_t account_number = 40321,
                                  const std::string& chain = "dydx-mainnet-1");

/// Endpoints by what is asked: the node has "/" only.
template <class Protocol>
struct dydx_session : session<Protocol> {
  explicit dydx_session(const session_settings& s) : session<Protocol>{s, from_ms(start_ms)} {}
  ~dydx_session() {
    for (const auto& call : this->sink.calls)
      CHECK(call.endpoint == endpoint_id{call.target == "/" ? std::uint8_t{2} : std::uint8_t{0}});
    for (const auto& stream : this->sink.streams)
      CHECK(stream.endpoint == endpoint_id{1});
  }
  /// A frame of the socket with the next number. `rest` begins with the type.
  void message(std::string_view rest) {
    this->frame("{\"connection_id\":\"e2a6\",\"message_id\":" + std::to_string(next++) + ","
                + std::string{rest} + "}");
  }
  void data(std::string_view channel, std::string_view id, std::string_view contents) {
    message(frame_text("channel_data", channel, id, contents));
  }
  void subscribed(std::string_view channel, std::string_view id, std::string_view contents) {
    message(frame_text("subscribed", channel, id, contents));
  }
  void connected() { message("\"type\":\"connected\""); }
  static std::string frame_text(std::string_view type, std::string_view channel,
                                std::string_view id, std::string_view contents) {
    std::string text = "\"type\":\"" + std::string{type} + "\",\"channel\":\"";
    text.append(channel).append("\"");
    if (!id.empty())
      text.append(",\"id\":\"").append(id).append("\"");
    return text.append(",\"version\":\"1.0.0\",\"contents\":").append(contents);
  }
  std::uint64_t next = 0;
};

struct market_session : dydx_session<dydx::market_data> {
  using dydx_session::dydx_session;
  /// Until "connected" has been answered with subscriptions.
  void connect() {
    start();
    answer("/v4/perpetualMarkets", 200, markets());
    stream_open();
    connected();
  }
  void markets_channel() { subscribed("v4_markets", {}, markets()); }
  void book(std::string_view ticker, std::string_view contents) {
    subscribed("v4_orderbook", ticker, contents);
  }
  void update(std::string_view ticker, std::string_view contents) {
    data("v4_orderbook", ticker, contents);
  }
};

inline const std::string btc_book
    = R"({"bids":[{"price":"89947","size":"0.0002"},{"price":"89946","size":"1"}],)"
      R"("asks":[{"price":"89958","size":"0.1177"},{"price":"89960","size":"2"}]})";

struct account_session : dydx_session<dydx::account> {
  explicit account_session(const session_settings& s) : dydx_session{s} {}
  account_session() : dydx_session{settings_for({"BTC", "ETH"})} {}
  void give_time() {
    answer("/v4/time", 200,
           "{\"iso\":\"" + to_iso(from_ms(start_ms) + elapsed).substr(0, 23)
               + "Z\",\"epoch\":1765210316.125}");
  }
  void give_account();
  void give_height(std::int64_t height);
  /// Up to the open socket.
  void open_socket();
  /// Until live, with the calls of the way removed. The chain is at start_height.
  void connect(std::string_view subaccount_contents = R"({"orders":[]})");
  void block(std::int64_t height) {
    data("v4_block_height", "v4_block_height",
         "{\"blockHeight\":\"" + std::to_string(height)
             + "\",\"time\":\"2025-12-08T16:12:01.100Z\"}");
  }
  void subaccount(std::string_view contents) {
    data("v4_subaccounts", test_address + "/0", contents);
  }
  /// Places and answers with code 0; the number on the wire is 1001.
  void placed(const order_request& order);
};

/// BTC buy 0.001 @ 89900, number 1001.
order_request limit_order();
order_request ioc_order();

/// An order row of the subaccount's channel, as the specification prints it.
std::string order_row(std::uint32_t wire, std::uint32_t flags, std::string_view status,
                      std::string_view more = {});
std::string fill_row(std::string_view id, std::string_view order, std::string_view size);

} // namespace dydx_client
