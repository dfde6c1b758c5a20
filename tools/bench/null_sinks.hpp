#pragma once

#include "venues/protocol.hpp"

#include <cstdint>
#include <string>
#include <utility>

namespace actorbot::bench {

/// Actions of a protocol that go nowhere. The last request and its id are kept, so that a session
/// can be answered by hand.
template <class Base>
class null_session_sink : public Base {
 public:
  using Base::emit;
  venues::request_id last_id{};
  std::uint64_t bytes = 0; ///< of all requests; also keeps the work from being optimised away
  std::uint64_t emitted = 0;
  bool is_live = false;
  std::string failure;

  void call(venues::endpoint_id, venues::request_id id, venues::request_class,
            const venues::http_request_view& request, duration) override {
    last_id = id;
    bytes += request.target.size() + request.body.size();
  }
  void open(venues::endpoint_id, venues::stream_id, const venues::stream_request_view&) override {}
  void send(venues::stream_id, venues::frame_kind, std::string_view) override {}
  void close(venues::stream_id) override {}
  void set_timer(venues::timer_id, duration) override {}
  void cancel_timer(venues::timer_id) override {}
  void fail(venues::session_end, std::string text) override { failure = std::move(text); }
  std::uint64_t random() override { return 0; }
  void emit(const instrument&) override {}
  void budget_used(std::uint32_t, std::uint32_t) override {}
  void live() override { is_live = true; }
};

class null_market_sink final : public null_session_sink<venues::market_data_sink> {
 public:
  using null_session_sink::emit;
  void emit(const top_of_book&) override { ++emitted; }
  void emit(const depth_snapshot&) override { ++emitted; }
  void emit(const depth_delta& x) override { emitted += x.bids.size(); }
  void emit(const trade&) override { ++emitted; }
  void emit(const funding_rate&) override { ++emitted; }
  void emit(const mark_price&) override { ++emitted; }
};

class null_account_sink final : public null_session_sink<venues::account_sink> {
 public:
  using null_session_sink::emit;
  void emit(const order_update&) override { ++emitted; }
  void emit(const fill&) override { ++emitted; }
  void emit(const position&) override { ++emitted; }
  void emit(const balance&) override { ++emitted; }
  void emit(const funding_payment&) override { ++emitted; }
  void emit(const open_orders_snapshot&) override { ++emitted; }
  void emit(const positions_snapshot&) override { ++emitted; }
  void emit(const fills_page&) override { ++emitted; }
  void emit_foreign(const seen_order&) override { ++emitted; }
  void cancel_failed(const client_order_id&, reject_reason, std::string) override {}
  void query_failed(const client_order_id&, reject_reason, std::string) override {}
  void request_failed(std::string_view, std::string) override {}
  void clock_offset(duration, duration) override {}
};

} // namespace actorbot::bench
