#pragma once

#include "venues/net/memory/host.hpp"

#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>

namespace actorbot::net::memory {

/// The client end of the in-memory network; shared by the transport that its owner holds and by the
/// deliveries under way. Every member is guarded by the host's lock.
class link : public std::enable_shared_from_this<link> {
 public:
  link(std::shared_ptr<host> server, venues::wake_up wake, std::uint64_t connection)
      : server_{std::move(server)}, wake_{std::move(wake)}, connection_{connection} {}

  void call(venues::request_id id, const venues::http_request_view& request, duration timeout);
  void open(venues::stream_id stream, const venues::stream_request_view& request);
  void send(venues::stream_id stream, venues::frame_kind kind, std::string_view data);
  void close(venues::stream_id stream);
  std::size_t drain(venues::transport_handler& handler, std::size_t limit);
  void shut();

  // -- deliveries of the host, under its lock --------------------------------------------------------
  void answer(venues::request_id id, unsigned status,
              std::vector<std::pair<std::string, std::string>> headers, std::string body);
  void failed(venues::request_id id, bool written, std::string text);
  void opened(venues::stream_id stream, std::uint64_t token);
  void frame(venues::stream_id stream, std::uint64_t token, venues::frame_kind kind,
             std::string data);
  /// What is under way on the stream never arrives; its end does.
  void lose_frames(std::uint64_t token) { reset_.insert(token); }
  void closed(venues::stream_id stream, std::uint64_t token, std::string text);

  std::uint64_t connection() const { return connection_; }

 private:
  struct event {
    enum class kind : std::uint8_t { answer, failed, opened, frame, closed };
    kind what = kind::answer;
    venues::event_time at;
    std::uint64_t id = 0;
    unsigned status = 0;
    bool written = false;
    venues::frame_kind frame = venues::frame_kind::text;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string data; ///< 64 bytes longer than what it holds
    std::size_t size = 0;
  };

  static event make_event(event::kind what, std::uint64_t id);
  void push(event e, std::string data);
  static void deliver(const event& e, venues::transport_handler& handler);

  const std::shared_ptr<host> server_;
  venues::wake_up wake_;
  const std::uint64_t connection_;
  bool gone_ = false;
  bool woken_ = false;
  std::deque<event> inbox_;
  std::set<std::uint64_t> in_flight_;
  std::map<std::uint8_t, std::uint64_t> streams_; ///< stream -> token
  std::set<std::uint64_t> reset_;                 ///< tokens whose frames are lost
  /// Frames on their way to the venue, by token; each callback hands over the oldest.
  std::map<std::uint64_t, std::deque<std::pair<venues::frame_kind, std::string>>> outgoing_;
};

} // namespace actorbot::net::memory
