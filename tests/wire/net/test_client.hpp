#pragma once

#include "venues/net/asio_transport.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace wire_test {

namespace net = actorbot::net;
namespace venues = actorbot::venues;

/// A copy of one event.
struct heard {
  enum class what : std::uint8_t { answer, failed, opened, frame, closed };
  what kind{};
  std::uint64_t id = 0; ///< request or stream
  unsigned status = 0;
  bool written = false;
  venues::frame_kind frame{};
  std::string text; ///< body, data or reason
  std::vector<std::pair<std::string, std::string>> headers;
  venues::event_time at;
};

/// Owner of one transport: the test's thread calls and drains, a thread of its own is the reactor.
class test_client : venues::transport_handler {
 public:
  explicit test_client(venues::transport_options options, int threads = 1);
  ~test_client() override;

  void call(std::uint64_t id, venues::request_class kind, std::string_view body,
            std::chrono::milliseconds timeout = std::chrono::seconds{10});
  void get(std::uint64_t id, std::string_view target,
           std::chrono::milliseconds timeout = std::chrono::seconds{10});
  venues::transport& transport() { return *transport_; }
  /// Destroys the transport, not the reactor.
  void destroy() { transport_.reset(); }

  /// Drains until `done` says so; false when ten seconds were not enough.
  bool wait(const std::function<bool()>& done);
  bool wait_for(std::size_t count) {
    return wait([&] { return events.size() >= count; });
  }
  /// Waits until something can be drained, without draining it.
  bool wait_wake();
  std::size_t wakes();

  /// The first event of its kind and id; a doctest failure when there is none.
  const heard& event(heard::what kind, std::uint64_t id);
  bool has(heard::what kind, std::uint64_t id) const;

  std::vector<heard> events;
  std::size_t drain_limit = 100;
  std::function<void(const heard&)> then; ///< called after each event

 private:
  void on(const venues::http_answer& e) override;
  void on(const venues::http_failed& e) override;
  void on(const venues::stream_opened& e) override;
  void on(const venues::stream_frame& e) override;
  void on(const venues::stream_closed& e) override;
  void add(heard h);
  void touch_padding(std::string_view data);

  boost::asio::io_context io_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  std::vector<std::thread> threads_;
  net::asio_transport_factory factory_;
  std::mutex mutex_;
  std::condition_variable woken_;
  std::size_t wakes_ = 0;
  std::size_t seen_ = 0;
  std::unique_ptr<venues::transport> transport_;
};

/// Watches something that sends no wake-up, such as a counter of the server; false after ten seconds.
bool eventually(const std::function<bool()>& done);

/// One endpoint on this machine, which trusts the tests' authority.
venues::transport_options options_for(std::uint16_t port, std::string host = "127.0.0.1");

} // namespace wire_test
