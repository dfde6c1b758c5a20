#pragma once

#include "venues/descriptor.hpp"

#include <doctest/doctest.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

/// For tests of a venue's client: a sink that records, and short ways to feed a protocol.
namespace actorbot::venues::test {

struct sent_call {
  endpoint_id endpoint;
  request_id id;
  request_class kind;
  http_method method;
  std::string target;
  std::string body;
  std::string content_type;
  std::map<std::string, std::string> headers;
  duration timeout;
};

struct opened_stream {
  endpoint_id endpoint;
  stream_id stream;
  std::map<std::string, std::string> headers;
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
  std::vector<std::string> opened; ///< targets, in the order of `streams`
  std::vector<opened_stream> streams;
  std::vector<std::pair<stream_id, std::string>> sent;
  std::vector<stream_id> closed;
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
    sent_call c{endpoint,
                id,
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
  void open(endpoint_id endpoint, stream_id stream, const stream_request_view& request) override {
    opened.emplace_back(request.target);
    opened_stream o{endpoint, stream, {}};
    for (const auto& h : request.headers)
      o.headers[std::string{h.name}] = h.value;
    streams.push_back(std::move(o));
  }
  void send(stream_id stream, frame_kind, std::string_view data) override {
    sent.emplace_back(stream, data);
  }
  void close(stream_id stream) override { closed.push_back(stream); }
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

/// Text with what the parsers may read behind it.
struct padded {
  std::string bytes;
  std::size_t size;
  explicit padded(std::string_view text) : bytes{text}, size{text.size()} {
    bytes.append(64, '\0');
  }
  std::string_view view() const { return {bytes.data(), size}; }
};

/// A protocol with its recorder and a clock that starts at `start`.
template <class Protocol>
struct session {
  session(const session_settings& s, timestamp start) : protocol{s}, begin{start} {}

  event_time at() const { return {begin + elapsed, 1'000'000'000 + elapsed.count()}; }
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
  void stream_open(stream_id stream = {}) { protocol.on(stream_opened{at(), stream}, sink); }
  void frame(std::string_view text, frame_kind kind = frame_kind::text, stream_id stream = {}) {
    const padded data{text};
    protocol.on(stream_frame{at(), stream, kind, data.view()}, sink);
  }
  void timer(std::uint32_t id) { protocol.on(timer_fired{at(), timer_id{id}}, sink); }

  Protocol protocol;
  recorder sink;
  timestamp begin;
  duration elapsed{};
};

} // namespace actorbot::venues::test
