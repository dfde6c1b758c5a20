// A local venue in Aster's dialect that measures its client from its own side of the socket: from a
// book ticker written to the order with that ticker's price completely read, TLS included. So no
// clock is shared with the client under test. docs/benchmarks.md says how to use it.
//
// paced: one ticker every 1/rate s, each answered by an order.
// flood: tickers as fast as the socket takes them; only the last one asks for an order.
// burst: many tickers in one write, all asking for an order; the last one has to be answered.
//
// A ticker asks for an order unless its bid size is "1.000". It prints `port=N` when it listens and
// one line of JSON at the end.
#include "tools/bench/aster_answers.hpp"
#include "tools/bench/stopwatch.hpp"
#include "tools/bench/wire_session.hpp"

#include "venues/net/certificate.hpp"

#include <CLI/CLI.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <map>
#include <random>

namespace actorbot::bench {
namespace {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;
using clock = std::chrono::steady_clock;
using error_code = boost::system::error_code;
using namespace std::chrono_literals;

struct options {
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

constexpr std::string_view asking_size = "2.507";
constexpr std::string_view quiet_size = "1.000";
/// How long the last tick's order may take.
constexpr auto grace = 3s;

class venue final : public wire_server {
 public:
  venue(asio::io_context& io, asio::ssl::context& tls, const options& chosen);

  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
  /// The measurement is over, or will never be.
  bool finished() const { return phase_ == phase::finished; }
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

  asio::io_context& io_;
  asio::ssl::context& tls_;
  const options& chosen_;
  tcp::acceptor acceptor_;
  asio::steady_timer beat_;
  asio::steady_timer mark_;
  asio::steady_timer expiry_;
  asio::steady_timer end_;
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

venue::venue(asio::io_context& io, asio::ssl::context& tls, const options& chosen)
  : io_{io},
    tls_{tls},
    chosen_{chosen},
    acceptor_{io, {asio::ip::make_address("127.0.0.1"), chosen.port}},
    beat_{io},
    mark_{io},
    expiry_{io},
    end_{io},
    answers_{{[this](const auto& order, auto& from, auto ns) { on_placed(order, from, ns); },
              [this](const auto& order) { news_.emplace_back(order, false); }}},
    watch_{chosen.mode == "burst" ? chosen.count * chosen.burst : chosen.count} {
  accept();
  end_.expires_after(std::chrono::milliseconds{static_cast<std::int64_t>(chosen.seconds * 1000)});
  end_.async_wait([this](error_code error) {
    if (!error)
      finish();
  });
}

void venue::accept() {
  acceptor_.async_accept([this](error_code error, tcp::socket socket) {
    if (error)
      return;
    socket.set_option(tcp::no_delay{true});
    std::make_shared<wire_session>(std::move(socket), tls_, *this)->start();
    accept();
  });
}

// -- orders ------------------------------------------------------------------------------------------

void venue::on_placed(const resting_order& order, wire_session& from, std::int64_t read_ns) {
  order_connections_ += std::exchange(from.has_ordered, true) ? 0 : 1;
  const auto number = tick_of_price(order.price);
  watch_.order_read(number, read_ns);
  // Between 5 and 25 ms: open orders stay few, and the events meet ticks in every phase.
  const auto life = std::chrono::microseconds{5000 + jitter_() % 20'000};
  resting_.emplace(clock::now() + life, order);
  if (!chosen_.no_new_events)
    news_.emplace_back(order, true);
  if (phase_ == phase::waking && number < 0) {
    phase_ = phase::warming;
    warm_ups_left_ = chosen_.warm_up;
  }
}

void venue::after_call() {
  for (const auto& [order, placed] : std::exchange(news_, {}))
    tell_user(order, placed ? "NEW" : "CANCELED");
  arm_expiry();
  if (phase_ == phase::draining && watch_.answered(next_ - 1))
    finish();
  else if (phase_ == phase::measuring && chosen_.mode == "burst" && watch_.answered(next_ - 1))
    next_beat(10ms);
}

void venue::tell_user(const resting_order& order, std::string_view status) {
  if (user_)
    user_->send_text(order_event_text(order, status));
}

void venue::arm_expiry() {
  if (resting_.empty())
    return;
  expiry_.expires_at(resting_.begin()->first);
  expiry_.async_wait([this](error_code error) {
    if (!error)
      expire_due();
  });
}

void venue::expire_due() {
  const auto now = clock::now();
  while (!resting_.empty() && resting_.begin()->first <= now) {
    const auto order = std::move(resting_.begin()->second);
    resting_.erase(resting_.begin());
    if (answers_.expire(order.number))
      tell_user(order, "EXPIRED");
  }
  arm_expiry();
}

// -- streams -----------------------------------------------------------------------------------------

void venue::on_stream(const std::shared_ptr<wire_session>& stream) {
  if (stream->target().starts_with("/ws/") && stream->target().find('@') == std::string::npos) {
    user_ = stream;
    return;
  }
  market_ = stream;
  ++market_streams_;
  send_mark();
  if (phase_ == phase::waiting) {
    phase_ = phase::waking;
    next_beat(5ms);
  }
}

void venue::on_text(wire_session& stream, std::string_view text) {
  const auto at = text.find("\"id\":");
  auto id = at == text.npos ? std::string_view{"null"} : text.substr(at + 5);
  stream.send_text(R"({"result":null,"id":)"
                   + std::string{id.substr(0, id.find_first_of(",}"))} + "}");
}

void venue::on_written(wire_session& stream) {
  if (&stream == market_.get() && phase_ == phase::measuring && chosen_.mode == "flood")
    send_block();
}

void venue::on_closed(wire_session& session) {
  if (&session == market_.get())
    market_.reset();
  if (&session == user_.get())
    user_.reset();
}

// -- ticks -------------------------------------------------------------------------------------------

void venue::next_beat(clock::duration after) {
  beat_at_ = clock::now() + after;
  beat_.expires_at(beat_at_);
  beat_.async_wait([this](error_code error) {
    if (!error)
      on_beat();
  });
}

void venue::on_beat() {
  const auto period = std::chrono::nanoseconds{static_cast<std::int64_t>(1e9 / chosen_.rate)};
  if (phase_ == phase::finished)
    return;
  if (phase_ == phase::waking || phase_ == phase::warming) {
    send_warm_up_tick();
    if (phase_ == phase::warming && warm_ups_left_-- == 0)
      return begin_measuring();
  } else if (phase_ == phase::measuring && chosen_.mode == "burst") {
    if (next_ >= chosen_.count * chosen_.burst)
      return drain();
    send_burst();
    return next_beat(1s); // sooner when the last one is answered
  } else if (phase_ == phase::measuring) {
    send_tick(static_cast<std::int64_t>(next_++));
    if (next_ == chosen_.count)
      return drain();
  }
  // Never two at once: a venue that was held up does not make up for it.
  beat_at_ = std::max(beat_at_ + period, clock::now() + period / 2);
  beat_.expires_at(beat_at_);
  beat_.async_wait([this](error_code error) {
    if (!error)
      on_beat();
  });
}

void venue::begin_measuring() {
  phase_ = phase::measuring;
  if (std::ifstream file{chosen_.pid_file}; file)
    file >> client_pid_;
  client_before_ = process_use::read(client_pid_);
  machine_before_ = machine_time::read();
  began_ns_ = now_ns();
  if (chosen_.mode == "flood")
    send_block();
  else
    next_beat(chosen_.mode == "burst" ? 100ms : 2ms);
}

void venue::drain() {
  phase_ = phase::draining;
  if (watch_.answered(next_ - 1))
    return finish();
  beat_.expires_after(grace);
  beat_.async_wait([this](error_code error) {
    if (!error)
      finish();
  });
}

void venue::finish() {
  if (phase_ == phase::finished)
    return;
  phase_ = phase::finished;
  ended_ns_ = now_ns();
  machine_after_ = machine_time::read();
  client_after_ = process_use::read(client_pid_);
  io_.stop();
}

std::string venue::frame(std::int64_t number, std::string_view size) {
  const bool combined = !market_ || market_->target().starts_with("/stream");
  const auto text
    = book_ticker_text(price_text(number), size, price_text(number + 1), ++update_);
  std::string out;
  append_text_frame(out, combined ? wrapped("btcusdt@bookTicker", text) : text);
  return out;
}

void venue::send_tick(std::int64_t number) {
  auto bytes = frame(number, asking_size);
  watch_.tick_written(static_cast<std::size_t>(number), now_ns());
  if (market_)
    market_->send(std::move(bytes));
}

void venue::send_warm_up_tick() {
  if (market_)
    market_->send(frame(next_warm_up_, asking_size));
  next_warm_up_ = next_warm_up_ == -1 ? -50'000 : next_warm_up_ + 1;
}

/// As many tickers as one TLS record shall hold. All but the last one are quiet.
void venue::send_block() {
  std::string bytes;
  for (std::size_t i = 0; i < chosen_.block && next_ < chosen_.count; ++i, ++next_) {
    const bool last = next_ + 1 == chosen_.count;
    bytes += frame(last ? static_cast<std::int64_t>(next_) : static_cast<std::int64_t>(next_ % 1000),
                   last ? asking_size : quiet_size);
    watch_.tick_written(next_, now_ns());
  }
  if (next_ == chosen_.count)
    drain();
  if (market_)
    market_->send(std::move(bytes));
}

void venue::send_burst() {
  std::string bytes;
  for (std::size_t i = 0; i < chosen_.burst; ++i, ++next_)
    bytes += frame(static_cast<std::int64_t>(next_), asking_size);
  const auto written = now_ns();
  for (std::size_t i = next_ - chosen_.burst; i < next_; ++i)
    watch_.tick_written(i, written);
  if (market_)
    market_->send(std::move(bytes));
}

/// The mark price is the client's sign that the stream lives; it also is the price band's centre.
void venue::send_mark() {
  mark_.expires_after(1s);
  mark_.async_wait([this](error_code error) {
    if (!error)
      send_mark();
  });
  if (!market_ || market_->target().find("markPrice") == std::string::npos)
    return;
  const auto number = phase_ == phase::measuring ? static_cast<std::int64_t>(next_) : 0;
  market_->send_text(wrapped("btcusdt@markPrice@1s", mark_price_text(price_text(number))));
}

// -- the result --------------------------------------------------------------------------------------

std::string venue::result() const {
  // A burst counts by its last ticker, a flood has one answer only.
  std::vector<std::int64_t> times;
  std::size_t stuck = 0;
  if (chosen_.mode == "burst") {
    for (std::size_t i = chosen_.burst; i <= next_; i += chosen_.burst)
      if (watch_.answered(i - 1))
        times.push_back(watch_.order_time(i - 1) - watch_.written(i - 1));
      else
        ++stuck;
    std::sort(times.begin(), times.end());
  } else {
    times = watch_.latencies();
    stuck = next_ == 0 || watch_.answered(next_ - 1) ? 0 : 1;
  }
  const auto total = machine_after_.total - machine_before_.total;
  const auto stolen = machine_after_.stolen - machine_before_.stolen;
  const bool flood = chosen_.mode == "flood";
  const auto end_ns = flood && next_ > 0 && watch_.answered(next_ - 1)
                        ? watch_.order_time(next_ - 1)
                        : ended_ns_;
  const auto seconds = static_cast<double>(end_ns - began_ns_) / 1e9;
  const auto us = [&](std::size_t permyriad) {
    return static_cast<double>(quantile(times, permyriad)) / 1e3;
  };
  std::array<char, 1024> text{};
  const int size = std::snprintf(
    text.data(), text.size(),
    R"({"mode":"%s","ready":%s,"ticks":%zu,"answered":%llu,"skipped":%llu,"stuck":%zu,)"
    R"("duplicates":%llu,"backwards":%llu,"orders":%llu,"cancels":%llu,"queries":%llu,)"
    R"("order_connections":%llu,"market_streams":%llu,"p50_us":%.1f,"p99_us":%.1f,)"
    R"("p999_us":%.1f,"max_us":%.1f,"seconds":%.3f,"ticks_per_s":%.0f,"steal_permille":%llu,)"
    R"("client_cpu_ms":%lld,"client_peak_rss_kib":%lld,"unserved":"%s"})",
    chosen_.mode.c_str(), began_ns_ != 0 ? "true" : "false", next_,
    static_cast<unsigned long long>(watch_.answers()),
    static_cast<unsigned long long>(flood ? 0 : next_ - watch_.answers()), stuck,
    static_cast<unsigned long long>(watch_.duplicates()),
    static_cast<unsigned long long>(watch_.backwards()),
    static_cast<unsigned long long>(watch_.orders()),
    static_cast<unsigned long long>(answers_.cancels()),
    static_cast<unsigned long long>(answers_.queries()),
    static_cast<unsigned long long>(order_connections_),
    static_cast<unsigned long long>(market_streams_), us(5000), us(9900), us(9990), us(10'000),
    seconds, seconds > 0 ? static_cast<double>(next_) / seconds : 0,
    static_cast<unsigned long long>(total == 0 ? 0 : stolen * 1000 / total),
    static_cast<long long>(client_after_.cpu_ms - client_before_.cpu_ms),
    static_cast<long long>(client_after_.peak_rss_kib),
    std::string{answers_.unknown_path().substr(0, 80)}.c_str());
  return {text.data(), static_cast<std::size_t>(std::min<int>(size, text.size() - 1))};
}

int run(const options& chosen) {
  const auto authority = net::make_authority("bench authority");
  const auto identity = net::make_certificate(authority, {"127.0.0.1", "localhost"});
  asio::ssl::context tls{asio::ssl::context::tls_server};
  tls.use_certificate_chain(asio::buffer(identity.certificate));
  tls.use_private_key(asio::buffer(identity.key), asio::ssl::context::pem);
  if (!chosen.ca_file.empty())
    std::ofstream{chosen.ca_file} << authority.certificate;
  asio::io_context io{1};
  venue here{io, tls, chosen};
  std::printf("port=%u\n", unsigned{here.port()});
  std::fflush(stdout);
  if (chosen.spin)
    while (!here.finished())
      io.poll();
  else
    io.run();
  std::printf("%s\n", here.result().c_str());
  if (!chosen.dump_file.empty()) {
    std::ofstream dump{chosen.dump_file};
    for (const auto ns : here.watch().latencies())
      dump << ns << '\n';
  }
  std::fflush(stdout);
  return 0;
}

} // namespace
} // namespace actorbot::bench

int main(int argc, char** argv) {
  actorbot::bench::options chosen;
  CLI::App app{"A local Aster venue that measures tick to order from its own side"};
  app.add_option("--mode", chosen.mode)->check(CLI::IsMember({"paced", "flood", "burst"}));
  app.add_option("--port", chosen.port, "0: any free one");
  app.add_option("--ca", chosen.ca_file, "Where to write the certificate authority (PEM)");
  app.add_option("--dump", chosen.dump_file, "Where to write all latencies in ns");
  app.add_option("--pid-file", chosen.pid_file, "Has the client's process id when ticks begin");
  app.add_option("--rate", chosen.rate, "Ticks a second")->check(CLI::Range(1.0, 100'000.0));
  app.add_option("--count", chosen.count, "Ticks, or bursts")->check(CLI::Range(1, 10'000'000));
  app.add_option("--warm-up", chosen.warm_up, "Ticks before the measured ones");
  app.add_option("--burst", chosen.burst, "Ticks a burst")->check(CLI::Range(1, 10'000));
  app.add_option("--block", chosen.block, "Ticks a TLS record in a flood")
    ->check(CLI::Range(1, 60));
  app.add_option("--seconds", chosen.seconds, "Ends after this in any case");
  app.add_flag("--spin", chosen.spin, "Polls instead of sleeping");
  app.add_flag("--no-new-events", chosen.no_new_events, "No NEW event for an accepted order");
  CLI11_PARSE(app, argc, argv);
  return actorbot::bench::run(chosen);
}
