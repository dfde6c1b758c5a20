#pragma once

#include "venues/net/connector.hpp"
#include "venues/net/inbox.hpp"
#include "venues/net/request_store.hpp"

#include <boost/asio/steady_timer.hpp>

#include <deque>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace actorbot::net {

/// The warm HTTPS connections to one host. They are opened at the first call and kept open: when
/// one closes it is opened again, at once if it had served, else with back-off. One request is in
/// flight per connection; the others wait in bounded queues, cancels first, then orders. One
/// connection serves nothing but cancels; cancels may use the others too.
///
/// Every connection has a read pending at all times, so a close by the venue is usually noticed
/// before the next request is written to it. A request that was handed to the socket and not
/// answered has `written = true`: a venue may close an idle connection at the very moment, and
/// nobody can tell then whether it has read the request. Over TLS any failed write counts as
/// written, because the number of bytes that left is not known.
///
/// All of it runs on one executor (a strand, or an io_context with one thread).
class http_pool : public std::enable_shared_from_this<http_pool> {
 public:
  http_pool(boost::asio::any_io_executor executor, connect_target target,
            const venues::transport_options& options, std::shared_ptr<inbox> in,
            std::shared_ptr<request_store> store);

  /// Header lines common to all requests. Any thread.
  const std::string& fixed_header() const { return fixed_header_; }

  void submit(std::unique_ptr<outgoing> request);
  /// Closes everything and reports nothing any more.
  void stop();

 private:
  using clock = std::chrono::steady_clock;
  using error_code = boost::system::error_code;

  /// One TCP connection; handlers keep it until the last of its operations has ended.
  struct link {
    link(const boost::asio::any_io_executor& executor, const connect_target& target)
        : stream(executor, target.tls->context, target.where.tls) {}
    socket_stream stream;
    frame_buffer input;
    std::unique_ptr<answer_data> answer;
    std::optional<answer_parser> parser;
    bool writing = false;
    std::unique_ptr<outgoing> orphan; ///< its request, when that ended before its write did
    clock::time_point ready_at;
    bool served = false;
  };

  enum class slot_state : std::uint8_t { unused, connecting, ready, waiting };

  struct slot {
    slot(const boost::asio::any_io_executor& executor, bool cancels)
        : cancels_only(cancels), timer(executor) {}
    const bool cancels_only;
    slot_state state = slot_state::unused;
    std::shared_ptr<link> line;
    std::unique_ptr<outgoing> busy;
    boost::asio::steady_timer timer; ///< limit of a connect attempt, or the back-off
    unsigned failures = 0;
  };

  void warm_up(venues::request_class kind);
  void connect(slot& s);
  void on_connected(slot& s, const std::string& problem);
  void connect_failed(slot& s, const std::string& text);
  void back_off(slot& s);
  void lost(slot& s, const std::string& text, bool written = true);
  void disconnect(slot& s);

  void pump();
  slot* free_slot(bool cancel);
  void write(slot& s, std::unique_ptr<outgoing> request);
  void on_written(slot& s, const std::shared_ptr<link>& line, error_code error, std::size_t size);
  void read(slot& s);
  void on_read(slot& s, error_code error, std::size_t size);
  void parse(slot& s);
  void complete(slot& s);

  void fail(std::unique_ptr<outgoing> request, bool written, const std::string& text);
  void fail_stranded(const std::string& text);
  bool hopeful(bool cancel) const;
  void watch_deadline(clock::time_point deadline);
  void on_deadline();
  void expire(std::deque<std::unique_ptr<outgoing>>& queue, clock::time_point now);

  boost::asio::any_io_executor executor_;
  connect_target target_;
  std::string fixed_header_;
  std::size_t queue_limit_;
  std::size_t max_body_bytes_;
  duration connect_timeout_;
  std::shared_ptr<inbox> in_;
  std::shared_ptr<request_store> store_;
  std::vector<std::unique_ptr<slot>> slots_; ///< fixed; the last one is for cancels only
  std::deque<std::unique_ptr<outgoing>> cancels_;
  std::deque<std::unique_ptr<outgoing>> orders_;
  std::deque<std::unique_ptr<outgoing>> others_;
  boost::asio::steady_timer deadline_timer_; ///< for the earliest deadline of all requests
  clock::time_point watched_ = clock::time_point::max();
  std::minstd_rand jitter_;
  bool warm_ = false; ///< every slot is in use; none goes back to unused but by stop()
  bool stopped_ = false;
};

} // namespace actorbot::net
