#pragma once

#include "venues/aster/account.hpp"
#include "venues/aster/market_data.hpp"

#include <doctest/doctest.h>

#include <map>
#include <string>
#include <vector>

/// A sink that records, and short ways to feed a protocol.
namespace aster_client {

using namespace actorbot;
using namespace actorbot::venues;
using namespace std::chrono_literals;

/// How often `operator new` was called (client_allocations.cpp).
extern std::size_t allocations;

/// Public test keys (shared vectors of the specification): never use them.
inline const std::string v1_key
    = "0bc879019b8ab0df5a48daadfcff0af3dcd8e01d166b0f59ca5c4a17c34cfbb5";
inline const std::string v1_secret
    = "305f837a022990ee3ca05299b9d112e49bf3d6ac3d7a7e5b67ae9753689243a2";
inline const std::string agent_key
    = "0x4fd0a42218f3eae43a6ce26d22544e986139a01e5b34a62db53757ffca81bae1";
inline const std::string agent_address = "0x21cF8Ae13Bb72632562c6Fff438652Ba1a151bb0";
inline const std::string user_address = "0x63DD5aCC6b1aa0f563956C0e534DD30B6dcF7C4e";

struct sent_call {
  request_id id;
  request_class kind;
  http_method method;
  std::string target;
  std::string body;
  std::string content_type;
  std::map<std::string, std::string> headers;
  duration timeout;
};

struct failed {
  session_end reason;
  std::string text;
};

struct refused {
  client_order_id id;
  reject_reason reason;
  std::string text;
};

/// Records everything; the vectors are cleared by the tests as they go.
class recorder final : public market_data_sink, public account_sink {
 public:
  std::vector<sent_call> calls;
  std::vector<std::string> opened;
  std::map<std::uint32_t, duration> timers;
  std::vector<failed> fails;
  std::vector<instrument> instruments;
  std::vector<std::uint32_t> budgets;
  int lives = 0;
  std::vector<top_of_book> tops;
  std::vector<depth_snapshot> snapshots;
  std::vector<depth_delta> deltas;
  std::vector<trade> trades;
  std::vector<funding_rate> rates;
  std::vector<mark_price> marks;
  std::vector<order_update> updates;
  std::vector<fill> fills;
  std::vector<position> positions;
  std::vector<balance> balances;
  std::vector<funding_payment> payments;
  std::vector<open_orders_snapshot> open_orders;
  std::vector<positions_snapshot> position_lists;
  std::vector<fills_page> pages;
  std::vector<seen_order> foreign;
  std::vector<refused> cancels_failed;
  std::vector<refused> queries_failed;
  std::vector<std::pair<std::string, std::string>> requests_failed;
  std::vector<duration> offsets;

  void call(endpoint_id endpoint, request_id id, request_class kind,
            const http_request_view& request, duration timeout) override {
    CHECK(endpoint == endpoint_id{0});
    sent_call c{id,
                kind,
                request.method,
                std::string{request.target},
                std::string{request.body},
                std::string{request.content_type},
                {},
                timeout};
    for (const auto& h : request.headers)
      c.headers[std::string{h.name}] = h.value;
    calls.push_back(c);
  }
  void open(endpoint_id endpoint, stream_id, const stream_request_view& request) override {
    CHECK(endpoint == endpoint_id{1});
    opened.emplace_back(request.target);
  }
  void send(stream_id, frame_kind, std::string_view) override {
    FAIL("nothing is sent on streams");
  }
  void close(stream_id) override {}
  void set_timer(timer_id id, duration after) override {
    timers[static_cast<std::uint32_t>(id)] = after;
  }
  void cancel_timer(timer_id id) override { timers.erase(static_cast<std::uint32_t>(id)); }
  void fail(session_end reason, std::string text) override { fails.push_back({reason, text}); }
  std::uint64_t random() override { return 4; }
  void emit(const instrument& x) override { instruments.push_back(x); }
  void budget_used(std::uint32_t used, std::uint32_t) override { budgets.push_back(used); }
  void live() override { ++lives; }
  void emit(const top_of_book& x) override { tops.push_back(x); }
  void emit(const depth_snapshot& x) override { snapshots.push_back(x); }
  void emit(const depth_delta& x) override { deltas.push_back(x); }
  void emit(const trade& x) override { trades.push_back(x); }
  void emit(const funding_rate& x) override { rates.push_back(x); }
  void emit(const mark_price& x) override { marks.push_back(x); }
  void emit(const order_update& x) override { updates.push_back(x); }
  void emit(const fill& x) override { fills.push_back(x); }
  void emit(const position& x) override { positions.push_back(x); }
  void emit(const balance& x) override { balances.push_back(x); }
  void emit(const funding_payment& x) override { payments.push_back(x); }
  void emit(const open_orders_snapshot& x) override { open_orders.push_back(x); }
  void emit(const positions_snapshot& x) override { position_lists.push_back(x); }
  void emit(const fills_page& x) override { pages.push_back(x); }
  void emit_foreign(const seen_order& x) override { foreign.push_back(x); }
  void cancel_failed(const client_order_id& id, reject_reason reason, std::string text) override {
    cancels_failed.push_back({id, reason, text});
  }
  void query_failed(const client_order_id& id, reject_reason reason, std::string text) override {
    queries_failed.push_back({id, reason, text});
  }
  void request_failed(std::string_view what, std::string text) override {
    requests_failed.emplace_back(what, text);
  }
  void clock_offset(duration offset, duration) override { offsets.push_back(offset); }

  /// Every text that left the protocol, for the search for credentials.
  std::string all_text() const {
    std::string out;
    for (const auto& x : fails)
      out += x.text + "\n";
    for (const auto& x : updates)
      out += x.text + "\n";
    for (const auto& x : cancels_failed)
      out += x.text + "\n";
    for (const auto& x : queries_failed)
      out += x.text + "\n";
    for (const auto& [what, text] : requests_failed)
      out += text + "\n";
    return out;
  }
};

/// 2026-03-12T13:13:53Z, the time of the specification's V3 samples.
inline constexpr std::int64_t start_ms = 1'773'321'233'000;

/// Text with what the parsers may read behind it.
struct padded {
  std::string bytes;
  std::size_t size;
  explicit padded(std::string_view text) : bytes{text}, size{text.size()} {
    bytes.append(64, '\0');
  }
  std::string_view view() const { return {bytes.data(), size}; }
};

inline session_settings settings_for(std::vector<std::string> tickers, std::string api = "v3") {
  session_settings s;
  s.venue = venue_id{2};
  s.bot = 1;
  s.environment = "mainnet";
  for (std::size_t i = 0; i < tickers.size(); ++i)
    s.instruments.push_back({{venue_id{2}, static_cast<std::uint16_t>(i)}, tickers[i]});
  s.parameters.set("api", api);
  if (api == "v1") {
    s.parameters.set("api_key", v1_key);
    s.parameters.set("api_secret", v1_secret);
  } else {
    s.parameters.set("user", user_address);
    s.parameters.set("signer_key", agent_key);
  }
  return s;
}

inline instrument_id number(std::uint16_t n) { return {venue_id{2}, n}; }

/// The recorded entry of BTCUSDT, and others after it with the increments of the recording.
std::string exchange_info();

/// A protocol with its recorder and a clock.
template <class Protocol>
struct session {
  explicit session(const session_settings& s) : protocol{s} {}

  event_time at() const { return {from_ms(start_ms) + elapsed, 1'000'000'000 + elapsed.count()}; }
  void start() { protocol.on(session_started{at()}, sink); }
  void answer(const sent_call& call, unsigned status, std::string_view body,
              std::vector<header_view> headers = {}) {
    const padded text{body};
    protocol.on(http_answer{at(), call.id, status, headers, text.view()}, sink);
  }
  /// Answers the oldest call that asks for `path` and removes it.
  void answer(std::string_view path, unsigned status, std::string_view body,
              std::vector<header_view> headers = {}) {
    answer(take(path), status, body, headers);
  }
  void lose(std::string_view path, bool written) {
    const auto call = take(path);
    protocol.on(http_failed{at(), call.id, written, written ? "timed out" : "refused"}, sink);
  }
  sent_call take(std::string_view path) {
    for (auto i = sink.calls.begin(); i != sink.calls.end(); ++i) {
      if (i->target.substr(0, i->target.find('?')) == path) {
        const auto call = *i;
        sink.calls.erase(i);
        return call;
      }
    }
    FAIL("no call to " << std::string{path});
    return {};
  }
  void stream_open() { protocol.on(stream_opened{at(), stream_id{0}}, sink); }
  void frame(std::string_view text, frame_kind kind = frame_kind::text) {
    const padded data{text};
    protocol.on(stream_frame{at(), stream_id{0}, kind, data.view()}, sink);
  }
  void timer(std::uint32_t id) { protocol.on(timer_fired{at(), timer_id{id}}, sink); }

  Protocol protocol;
  recorder sink;
  duration elapsed{};
};

struct market_session : session<aster::market_data> {
  using session::session;
  /// Until the stream is open; the calls made then are left for the test.
  void connect() {
    start();
    answer("/fapi/v3/exchangeInfo", 200, exchange_info());
    if (!sink.calls.empty())
      answer("/fapi/v3/fundingInfo", 200,
             R"([{"symbol":"ETHUSDT","interestRate":"0.00010000","time":1756197479000,)"
             R"("fundingIntervalHours":4,"fundingFeeCap":0.03,"fundingFeeFloor":-0.03}])");
    stream_open();
  }
};

struct account_session : session<aster::account> {
  explicit account_session(const session_settings& s)
      : session{s}, v1{std::get<std::string>(s.parameters.all().at("api")) == "v1"} {}
  bool v1;
  std::string path(std::string_view name) const {
    return std::string{v1 ? "/fapi/v1/" : "/fapi/v3/"} + std::string{name};
  }
  void give_time() {
    answer(path("time"), 200, "{\"serverTime\":" + std::to_string(start_ms + elapsed / 1ms) + "}");
  }
  /// Until live, with the calls and timers of the way removed. The clocks agree to the microsecond
  /// that the estimate adds.
  void connect() {
    start();
    give_time();
    answer(path("exchangeInfo"), 200, exchange_info());
    answer(path("positionSide/dual"), 200, R"({"dualSidePosition":false})");
    answer(path("listenKey"), 200, R"({"listenKey":")" + listen_key + R"("})");
    stream_open();
    sink.calls.clear();
    sink.instruments.clear();
  }
  std::string listen_key = "pqia91ma19a5s61cv6a81va65sdf19v8a65a1a5s61cv6a81va65sdf19v8a65a1";
};

/// name=value pairs of a query or form, in order.
std::vector<std::pair<std::string, std::string>> fields_of(const sent_call& call);
std::map<std::string, std::string> field_map(const sent_call& call);

inline client_order_id our_id(std::uint64_t sequence) { return {1, strategy_id{2}, 3, sequence}; }

/// The documentation's answer to an order, with a client id of ours.
inline const std::string order_answer
    = R"({"orderId":22542179,"symbol":"BTCUSDT","status":"NEW","clientOrderId":"ab-1-2-3-2a","price":"90000.1","avgPrice":"0.00000",)"
      R"("origQty":"0.012","executedQty":"0","cumQty":"0","cumQuote":"0","timeInForce":"GTC","type":"LIMIT","reduceOnly":false,)"
      R"("closePosition":false,"side":"BUY","positionSide":"BOTH","stopPrice":"0","workingType":"CONTRACT_PRICE",)"
      R"("priceProtect":false,"origType":"LIMIT","updateTime":1566818724722})";

} // namespace aster_client
