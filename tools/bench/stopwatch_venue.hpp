#pragma once

#include "tools/bench/aster_answers.hpp"
#include "tools/bench/stopwatch.hpp"
#include "tools/bench/wire_session.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace actorbot::bench {

struct venue_options {
  std::string mode = "paced";
  std::uint16_t port = 0;
  std::string ca_file;
  std::string dump_file;
  std::string pid_file;
  double rate = 500;
  std::size_t count = 5500;
  std::size_t warm_up = 500;
  std::size_t burst = 100;
  std::size_t block = 8;
  double seconds = 120;
  bool spin = false;
  bool no_new_events = false;
};

/// The venue that times its client: sends tickers once the client is ready, notes when the orders
/// for them have been read. One thread.
class stopwatch_venue final : public wire_server {
 public:
  stopwatch_venue(boost::asio::io_context& io, boost::asio::ssl::context& tls,
                  const venue_options& chosen);

  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
  /// The measurement is over, or will never be.
  bool finished() const { return phase_ == phase::finished; }
  /// Everything measured, as one line of JSON.
  std::string result() const;
  const stopwatch& watch() const { return watch_; }

  http_reply on_call(wire_session& from, const http_call& call) override {
    return answers_.answer(from, call);
  }
  void after_call() override;
  void on_stream(const std::shared_ptr<wire_session>& stream) override;
  void on_text(wire_session& stream, std::string_view text) override;
  void on_written(wire_session& stream) override;
  void on_closed(wire_session& session) override;

 private:
  using tcp = boost::asio::ip::tcp;
  using clock = std::chrono::steady_clock;

  /// waiting -> (market stream) -> waking -> (first order) -> warming -> measuring -> draining
  enum class phase : std::uint8_t { waiting, waking, warming, measuring, draining, finished };

  void accept();
  void on_placed(const resting_order& order, wire_session& from, std::int64_t read_ns);
  void expire_due();
  void arm_expiry();
  void tell_user(const resting_order& order, std::string_view status);
  void next_beat(clock::duration after);
  void on_beat();
  void begin_measuring();
  void drain();
  void finish();
  std::string frame(std::int64_t number, std::string_view size);
  void send_tick(std::int64_t number);
  void send_warm_up_tick();
  void send_block();
  void send_burst();
  void send_mark();

  boost::asio::io_context& io_;
  boost::asio::ssl::context& tls_;
  const venue_options& chosen_;
  tcp::acceptor acceptor_;
  boost::asio::steady_timer beat_;
  boost::asio::steady_timer mark_;
  boost::asio::steady_timer expiry_;
  boost::asio::steady_timer end_;
  aster_answers answers_;
  stopwatch watch_;
  std::shared_ptr<wire_session> market_;
  std::shared_ptr<wire_session> user_;
  std::vector<std::pair<resting_order, bool>> news_; ///< NEW or CANCELED, to be told
  std::multimap<clock::time_point, resting_order> resting_;
  std::minstd_rand jitter_{1};
  phase phase_ = phase::waiting;
  std::size_t next_ = 0; ///< of the measured ticks
  std::int64_t next_warm_up_ = -50'000;
  std::size_t warm_ups_left_ = 0;
  std::uint64_t update_ = 1;
  clock::time_point beat_at_;
  machine_time machine_before_, machine_after_;
  process_use client_before_, client_after_;
  int client_pid_ = 0;
  std::int64_t began_ns_ = 0, ended_ns_ = 0;
  std::uint64_t order_connections_ = 0, market_streams_ = 0;
};

} // namespace actorbot::bench
