#pragma once

#include "venues/protocol.hpp"

#include <cstdlib>
#include <string>
#include <string_view>

namespace actorbot::venues::test {

/// A sink that does nothing, so that only the protocol is counted and timed.
class null_sink final : public market_data_sink, public account_sink {
 public:
  std::size_t emitted = 0;
  request_id last{};
  void call(endpoint_id, request_id id, request_class, const http_request_view& r,
            duration) override {
    emitted += r.body.size() + r.target.size();
    last = id;
  }
  void open(endpoint_id, stream_id, const stream_request_view&) override {}
  void send(stream_id, frame_kind, std::string_view) override {}
  void close(stream_id) override {}
  void set_timer(timer_id, duration) override {}
  void cancel_timer(timer_id) override {}
  void fail(session_end, std::string) override { std::abort(); }
  std::uint64_t random() override { return 4; }
  void emit(const instrument&) override {}
  void budget_used(std::uint32_t, std::uint32_t) override {}
  void live() override {}
  void emit(const top_of_book&) override { ++emitted; }
  void emit(const depth_snapshot&) override {}
  void emit(const depth_delta&) override { ++emitted; }
  void emit(const trade&) override { ++emitted; }
  void emit(const funding_rate&) override {}
  void emit(const mark_price&) override { ++emitted; }
  void emit(const order_update&) override { ++emitted; }
  void emit(const fill&) override { ++emitted; }
  void emit(const position&) override {}
  void emit(const balance&) override {}
  void emit(const funding_payment&) override {}
  void emit(const open_orders_snapshot&) override {}
  void emit(const positions_snapshot&) override {}
  void emit(const fills_page&) override {}
  void emit_foreign(const seen_order&) override {}
  void cancel_failed(const client_order_id&, reject_reason, std::string) override {}
  void query_failed(const client_order_id&, reject_reason, std::string) override {}
  void request_failed(std::string_view, std::string) override {}
  void clock_offset(duration, duration) override {}
};

} // namespace actorbot::venues::test
