#pragma once

#include "actors/errors.hpp"
#include "actors/runtime/environment.hpp"
#include "messages/fwd.hpp"
#include "venues/rate_budget.hpp"
#include "venues/transport.hpp"

#include <caf/send.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace actorbot {

/// What a connection needs beside its elder. Pointers outlive every actor. The makers build a fresh
/// protocol for a session: credentials are with them, never here.
struct connection_config {
  venue_id venue{};
  std::function<std::unique_ptr<venues::market_data_protocol>()> make_market_data;
  std::function<std::unique_ptr<venues::account_protocol>()> make_account;
  venues::transport_options transport;
  venues::rate_limits limits; ///< the venue's; what its answers say is used corrects the count
  venues::transport_factory* transports = nullptr;
  runtime::environment* env = nullptr;
};

/// Runs one protocol over one transport inside an actor: what market and account connections have in
/// common. `Sink` is the protocol's sink interface, `Self` the actor.
///
///   started --live()--> live
///       \________\___fail(reason) --> the actor quits with that reason, the transport is closed
template <class Self, class Protocol, class Sink>
class session_driver : public Sink, private venues::transport_handler {
 public:
  session_driver(Self self, connection_config config, std::unique_ptr<Protocol> protocol)
      : self_{self},
        config_{std::move(config)},
        protocol_{std::move(protocol)},
        budget_{config_.limits} {
    // The wake-up may come from any reactor thread, and once more after the actor is gone: hence
    // the weak pointer.
    caf::weak_actor_ptr address{self_->ctrl()};
    transport_ = config_.transports->make(config_.transport, [address] {
      if (auto strong = caf::actor_cast<caf::strong_actor_ptr>(address))
        caf::anon_send(caf::actor_cast<caf::actor>(std::move(strong)), atom::tick_v);
    });
  }

  void start() { protocol_->on(venues::session_started{time()}, sink()); }

  /// Bounded, so that a burst on one venue does not hold up the others.
  void drain() {
    constexpr std::size_t frames_a_turn = 256;
    for (const auto id : std::exchange(refused_, {}))
      deliver(venues::http_failed{time(), id, false, "the rate budget is used up"});
    if (!over_)
      transport_->drain(*this, frames_a_turn);
    after_drain();
  }

  void timer(std::uint32_t id, std::uint64_t generation) {
    const auto found = timers_.find(id);
    if (over_ || found == timers_.end() || found->second != generation)
      return;
    timers_.erase(found);
    protocol_->on(venues::timer_fired{time(), venues::timer_id{id}}, sink());
  }

  // -- actions of the protocol -----------------------------------------------------------------------

  void call(venues::endpoint_id endpoint, venues::request_id id, venues::request_class kind,
            const venues::http_request_view& request, duration timeout) override {
    if (over_)
      return;
    // Refused here rather than by the venue, which would ban the address; never called back from
    // within this call.
    const auto now = config_.env->monotonic_ns();
    if (const auto at = budget_.try_take(now, kind, request.weight)) {
      refused_.push_back(id);
      self_->send(self_, atom::tick_v);
      if (now >= next_complaint_) {
        next_complaint_ = now + complaint_pause.count();
        budget_used_up(std::chrono::ceil<std::chrono::milliseconds>(duration{*at - now}));
      }
      return;
    }
    transport_->call(endpoint, id, kind, request, timeout);
  }
  void open(venues::endpoint_id endpoint, venues::stream_id stream,
            const venues::stream_request_view& request) override {
    if (!over_)
      transport_->open(endpoint, stream, request);
  }
  void send(venues::stream_id stream, venues::frame_kind kind, std::string_view data) override {
    if (!over_)
      transport_->send(stream, kind, data);
  }
  void close(venues::stream_id stream) override {
    if (!over_)
      transport_->close(stream);
  }
  void set_timer(venues::timer_id id, duration after) override {
    const auto number = static_cast<std::uint32_t>(id);
    timers_[number] = ++generation_;
    self_->delayed_send(self_, after, atom::timeout_v, number, generation_);
  }
  void cancel_timer(venues::timer_id id) override { timers_.erase(static_cast<std::uint32_t>(id)); }
  void fail(venues::session_end reason, std::string text) override {
    if (over_)
      return;
    over_ = true;
    self_->quit(make_actor_error(from_session_end(reason), std::move(text)));
  }
  std::uint64_t random() override { return config_.env->random(); }
  void budget_used(std::uint32_t used, std::uint32_t limit) override {
    budget_.observed(config_.env->monotonic_ns(), used, limit);
  }

 protected:
  Self self() { return self_; }
  Protocol& protocol() { return *protocol_; }
  Sink& sink() { return *this; }
  const connection_config& config() const { return config_; }
  bool over() const { return over_; }
  venues::event_time time() const { return {config_.env->now(), config_.env->monotonic_ns()}; }
  /// Requests are refused from here on, this kind for `wait`. Told at most each ten seconds.
  virtual void budget_used_up(duration) {}
  /// What was held back during a drain goes out now.
  virtual void after_drain() {}

 private:
  void on(const venues::http_answer& event) override { deliver(event); }
  void on(const venues::http_failed& event) override { deliver(event); }
  void on(const venues::stream_opened& event) override { deliver(event); }
  void on(const venues::stream_frame& event) override { deliver(event); }
  void on(const venues::stream_closed& event) override { deliver(event); }

  template <class Event>
  void deliver(const Event& event) {
    if (!over_)
      protocol_->on(event, sink());
  }

  static constexpr duration complaint_pause = std::chrono::seconds{10};

  Self self_;
  connection_config config_;
  std::unique_ptr<Protocol> protocol_;
  std::unique_ptr<venues::transport> transport_;
  venues::rate_budget budget_;
  std::vector<venues::request_id> refused_;
  std::int64_t next_complaint_ = 0;
  std::map<std::uint32_t, std::uint64_t> timers_;
  std::uint64_t generation_ = 0;
  bool over_ = false;
};

} // namespace actorbot
