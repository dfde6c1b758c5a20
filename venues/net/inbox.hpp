#pragma once

#include "venues/net/answer_parser.hpp"
#include "venues/transport.hpp"

#include <boost/beast/core/flat_buffer.hpp>

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace actorbot::net {

/// Storage of one WebSocket message; used again and again.
using frame_buffer = boost::beast::flat_buffer;

/// When a stream may read its next frame.
enum class next_read : std::uint8_t {
  now,
  after_drain, ///< as it wished: the owner's drain() says so
  full,        ///< enough is waiting; the owner's drain() says when there is room
};

/// What has arrived and was not drained yet. Filled on the reactor, drained by the owner, so it is
/// the one place with a lock; everything is moved, no payload is copied. It stamps the events with
/// the time at which they arrived.
class inbox {
 public:
  /// Above either the WebSocket reading pauses, so that TCP holds the venue back; it goes on below
  /// half of both.
  static constexpr std::size_t max_frames = 1024;
  static constexpr std::size_t max_bytes = 8u << 20;

  explicit inbox(venues::wake_up wake) : wake_(std::move(wake)) {}

  // -- reactor side
  std::unique_ptr<frame_buffer> take_frame_buffer();
  std::unique_ptr<answer_data> take_answer();
  void give_back(std::unique_ptr<frame_buffer> unused);
  void give_back(std::unique_ptr<answer_data> unused);
  void push(venues::request_id id, std::unique_ptr<answer_data> answer);
  void push_failed(venues::request_id id, bool written, std::string text);
  void push_opened(venues::stream_id stream);
  /// `rest`: the reader wants to go on after the owner's drain() only.
  [[nodiscard]] next_read push_frame(venues::stream_id stream, venues::frame_kind kind,
                                     std::unique_ptr<frame_buffer> data, bool rest);
  void push_closed(venues::stream_id stream, std::string text);

  // -- owner side
  struct drained {
    std::size_t count = 0;
    bool resume = false; ///< streams that stopped reading may go on
  };
  /// Delivers at most `limit` events. Stops when the handler closes the inbox.
  drained drain(venues::transport_handler& handler, std::size_t limit);
  /// No wake-up and no delivery from the return of this call on. Must not be called from within the
  /// wake-up.
  void close();

 private:
  enum class kind : std::uint8_t { answer, failed, opened, frame, closed };
  struct event {
    kind what{};
    venues::frame_kind frame{};
    bool written = false;
    venues::stream_id stream{};
    venues::event_time at;
    venues::request_id request{};
    std::unique_ptr<frame_buffer> data;
    std::unique_ptr<answer_data> answer;
    std::string text;
  };

  void push(event&& e);
  next_read push(event&& e, bool rest);
  next_read after_push(bool rest) const;
  void deliver(event& e, venues::transport_handler& handler);
  bool finish_drain(std::size_t first, std::size_t last);
  void recycle(std::unique_ptr<frame_buffer> buffer);
  void recycle(std::unique_ptr<answer_data> answer);

  std::mutex mutex_; ///< guards all down to the line
  std::vector<event> arrived_;
  std::vector<std::unique_ptr<frame_buffer>> spare_frames_;
  std::vector<std::unique_ptr<answer_data>> spare_answers_;
  std::size_t spare_bytes_ = 0;
  std::size_t waiting_frames_ = 0;
  std::size_t waiting_bytes_ = 0;
  bool full_ = false;
  bool resting_ = false;            ///< a stream waits for the end of the drain
  bool told_ = false;               ///< the owner was woken and has not drained yet
  std::atomic<bool> closed_{false}; ///< written under the lock
  // ---- the owner's alone:
  std::vector<event> delivering_;
  std::size_t next_ = 0;
  std::vector<venues::header_view> headers_;
  // ---- held while waking, so that close() can wait for a wake-up on another thread to return
  std::mutex wake_mutex_;
  venues::wake_up wake_;
};

} // namespace actorbot::net
