#include "tools/bench/stopwatch_venue.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <fstream>

namespace actorbot::bench {

namespace {

namespace asio = boost::asio;
using error_code = boost::system::error_code;
using namespace std::chrono_literals;

constexpr std::string_view asking_size = "2.507";
constexpr std::string_view quiet_size = "1.000";
/// How long the last tick's order may take.
constexpr auto grace = 3s;

} // namespace

stopwatch_venue::stopwatch_venue(asio::io_context& io, asio::ssl::context& tls,
                                 const venue_options& chosen)
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

void stopwatch_venue::accept() {
  acceptor_.async_accept([this](error_code error, tcp::socket socket) {
    if (error)
      return;
    socket.set_option(tcp::no_delay{true});
    std::make_shared<wire_session>(std::move(socket), tls_, *this)->start();
    accept();
  });
}

// -- orders ------------------------------------------------------------------------------------------

void stopwatch_venue::on_placed(const resting_order& order, wire_session& from,
                                std::int64_t read_ns) {
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

void stopwatch_venue::after_call() {
  for (const auto& [order, placed] : std::exchange(news_, {}))
    tell_user(order, placed ? "NEW" : "CANCELED");
  arm_expiry();
  if (phase_ == phase::draining && watch_.answered(next_ - 1))
    finish();
  else if (phase_ == phase::measuring && chosen_.mode == "burst" && next_ > 0
           && watch_.answered(next_ - 1))
    next_beat(10ms);
}

void stopwatch_venue::tell_user(const resting_order& order, std::string_view status) {
  if (user_)
    user_->send_text(order_event_text(order, status));
}

void stopwatch_venue::arm_expiry() {
  if (resting_.empty())
    return;
  expiry_.expires_at(resting_.begin()->first);
  expiry_.async_wait([this](error_code error) {
    if (!error)
      expire_due();
  });
}

void stopwatch_venue::expire_due() {
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

void stopwatch_venue::on_stream(const std::shared_ptr<wire_session>& stream) {
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

void stopwatch_venue::on_text(wire_session& stream, std::string_view text) {
  const auto at = text.find("\"id\":");
  auto id = at == text.npos ? std::string_view{"null"} : text.substr(at + 5);
  stream.send_text(R"({"result":null,"id":)" + std::string{id.substr(0, id.find_first_of(",}"))}
                   + "}");
}

void stopwatch_venue::on_written(wire_session& stream) {
  if (&stream == market_.get() && phase_ == phase::measuring && chosen_.mode == "flood")
    send_block();
}

void stopwatch_venue::on_closed(wire_session& session) {
  if (&session == market_.get())
    market_.reset();
  if (&session == user_.get())
    user_.reset();
}

// -- ticks -------------------------------------------------------------------------------------------

void stopwatch_venue::next_beat(clock::duration after) {
  beat_at_ = clock::now() + after;
  beat_.expires_at(beat_at_);
  beat_.async_wait([this](error_code error) {
    if (!error)
      on_beat();
  });
}

void stopwatch_venue::on_beat() {
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

void stopwatch_venue::begin_measuring() {
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

void stopwatch_venue::drain() {
  phase_ = phase::draining;
  if (watch_.answered(next_ - 1))
    return finish();
  beat_.expires_after(grace);
  beat_.async_wait([this](error_code error) {
    if (!error)
      finish();
  });
}

void stopwatch_venue::finish() {
  if (phase_ == phase::finished)
    return;
  phase_ = phase::finished;
  ended_ns_ = now_ns();
  machine_after_ = machine_time::read();
  client_after_ = process_use::read(client_pid_);
  io_.stop();
}

std::string stopwatch_venue::frame(std::int64_t number, std::string_view size) {
  const bool combined = !market_ || market_->target().starts_with("/stream");
  const auto text = book_ticker_text(price_text(number), size, price_text(number + 1), ++update_);
  std::string out;
  append_text_frame(out, combined ? wrapped("btcusdt@bookTicker", text) : text);
  return out;
}

void stopwatch_venue::send_tick(std::int64_t number) {
  auto bytes = frame(number, asking_size);
  watch_.tick_written(static_cast<std::size_t>(number), now_ns());
  if (market_)
    market_->send(std::move(bytes));
}

void stopwatch_venue::send_warm_up_tick() {
  if (market_)
    market_->send(frame(next_warm_up_, asking_size));
  next_warm_up_ = next_warm_up_ == -1 ? -50'000 : next_warm_up_ + 1;
}

/// As many tickers as one TLS record shall hold. All but the last one are quiet.
void stopwatch_venue::send_block() {
  std::string bytes;
  for (std::size_t i = 0; i < chosen_.block && next_ < chosen_.count; ++i, ++next_) {
    const bool last = next_ + 1 == chosen_.count;
    const auto number = static_cast<std::int64_t>(last ? next_ : next_ % 1000);
    bytes += frame(number, last ? asking_size : quiet_size);
    watch_.tick_written(next_, now_ns());
  }
  if (next_ == chosen_.count)
    drain();
  if (market_)
    market_->send(std::move(bytes));
}

void stopwatch_venue::send_burst() {
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
void stopwatch_venue::send_mark() {
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

std::string stopwatch_venue::result() const {
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
  const auto idle = machine_after_.idle - machine_before_.idle;
  const bool flood = chosen_.mode == "flood";
  const auto end_ns
      = flood && next_ > 0 && watch_.answered(next_ - 1) ? watch_.order_time(next_ - 1) : ended_ns_;
  const auto seconds = began_ns_ == 0 ? 0.0 : static_cast<double>(end_ns - began_ns_) / 1e9;
  const auto us = [&](std::size_t permyriad) {
    return static_cast<double>(quantile(times, permyriad)) / 1e3;
  };
  nlohmann::ordered_json out;
  out["mode"] = chosen_.mode;
  out["ready"] = began_ns_ != 0;
  out["ticks"] = next_;
  out["answered"] = watch_.answers();
  out["skipped"] = flood ? 0 : next_ - watch_.answers();
  out["stuck"] = stuck;
  out["duplicates"] = watch_.duplicates();
  out["backwards"] = watch_.backwards();
  out["orders"] = watch_.orders();
  out["cancels"] = answers_.cancels();
  out["queries"] = answers_.queries();
  out["order_connections"] = order_connections_;
  out["market_streams"] = market_streams_;
  out["p50_us"] = us(5000);
  out["p99_us"] = us(9900);
  out["p999_us"] = us(9990);
  out["max_us"] = us(10'000);
  out["seconds"] = seconds;
  out["ticks_per_s"] = seconds > 0 ? static_cast<double>(next_) / seconds : 0.0;
  out["steal_permille"] = total == 0 ? 0 : stolen * 1000 / total;
  out["busy_permille"] = total == 0 ? 0 : (total - idle) * 1000 / total;
  out["client_cpu_ms"] = client_after_.cpu_ms - client_before_.cpu_ms;
  out["client_peak_rss_kib"] = client_after_.peak_rss_kib;
  out["unserved"] = answers_.unknown_path();
  return out.dump();
}

} // namespace actorbot::bench
