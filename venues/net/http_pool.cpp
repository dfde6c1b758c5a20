#include "venues/net/http_pool.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/error.hpp>

#include <algorithm>

namespace actorbot::net {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using venues::request_class;

constexpr std::size_t read_size = 16u << 10;
constexpr std::chrono::milliseconds first_back_off{250};
constexpr std::chrono::milliseconds longest_back_off{10'000};
/// A connection that lived this long, or answered anything, is opened again without back-off.
constexpr std::chrono::seconds proven{5};

std::string common_header(const venues::endpoint& where, const std::string& user_agent) {
  const bool usual = where.port == (where.tls ? 443 : 80);
  const bool ipv6 = where.host.find(':') != std::string::npos;
  return "Host: " + (ipv6 ? "[" + where.host + "]" : where.host)
         + (usual ? "" : ":" + std::to_string(where.port)) + "\r\nUser-Agent: " + user_agent
         + "\r\n";
}

} // namespace

http_pool::http_pool(asio::any_io_executor executor, connect_target target,
                     const venues::transport_options& options, std::shared_ptr<inbox> in,
                     std::shared_ptr<request_store> store)
    : executor_(std::move(executor)),
      target_(std::move(target)),
      fixed_header_(common_header(target_.where, options.user_agent)),
      queue_limit_(options.queue_limit),
      max_body_bytes_(options.max_body_bytes),
      connect_timeout_(options.connect_timeout),
      in_(std::move(in)),
      store_(std::move(store)),
      deadline_timer_(executor_),
      jitter_(static_cast<std::minstd_rand::result_type>(clock::now().time_since_epoch().count())) {
  for (std::size_t i = 0; i < std::max<std::size_t>(options.connections_per_endpoint, 1); ++i)
    slots_.push_back(std::make_unique<slot>(executor_, false));
  slots_.push_back(std::make_unique<slot>(executor_, true));
}

// -- requests -----------------------------------------------------------------------------------

void http_pool::submit(std::unique_ptr<outgoing> request) {
  if (stopped_)
    return;
  const auto kind = request->kind;
  const bool cancel = kind == request_class::cancel;
  warm_up(kind);
  if ((cancel ? cancels_.size() : orders_.size() + others_.size()) >= queue_limit_)
    return fail(std::move(request), false, "too many requests are waiting");
  watch_deadline(request->deadline);
  auto& queue = cancel ? cancels_ : kind == request_class::order ? orders_ : others_;
  queue.push_back(std::move(request));
  pump();
}

/// Market data asks questions only: it gets no connection for cancels.
void http_pool::warm_up(request_class kind) {
  if (warm_)
    return;
  warm_ = true;
  for (auto& s : slots_) {
    if (s->state == slot_state::unused && (!s->cancels_only || kind != request_class::query))
      connect(*s);
    warm_ = warm_ && s->state != slot_state::unused;
  }
}

http_pool::slot* http_pool::free_slot(bool cancel) {
  auto is_free = [](const slot& s) { return s.state == slot_state::ready && !s.busy; };
  if (cancel && is_free(*slots_.back()))
    return slots_.back().get();
  for (auto& s : slots_)
    if (!s->cancels_only && is_free(*s))
      return s.get();
  return nullptr;
}

void http_pool::pump() {
  const auto now = clock::now();
  while (true) {
    auto* queue = &cancels_;
    auto* s = cancels_.empty() ? nullptr : free_slot(true);
    if (s == nullptr) {
      queue = orders_.empty() ? &others_ : &orders_;
      s = queue->empty() ? nullptr : free_slot(false);
    }
    if (s == nullptr)
      return;
    auto request = std::move(queue->front());
    queue->pop_front();
    if (request->deadline <= now)
      fail(std::move(request), false, "no connection was free in time");
    else
      write(*s, std::move(request));
  }
}

void http_pool::fail(std::unique_ptr<outgoing> request, bool written, const std::string& text) {
  const auto id = request->id;
  store_->give_back(std::move(request));
  in_->push_failed(id, written, text);
}

bool http_pool::hopeful(bool cancel) const {
  return std::any_of(slots_.begin(), slots_.end(), [&](auto& s) {
    return (cancel || !s->cancels_only)
           && (s->state == slot_state::connecting || s->state == slot_state::ready);
  });
}

/// After a failed attempt: what no other connection can take is not kept waiting.
void http_pool::fail_stranded(const std::string& text) {
  auto flush = [&](std::deque<std::unique_ptr<outgoing>>& queue) {
    while (!queue.empty()) {
      auto request = std::move(queue.front());
      queue.pop_front();
      fail(std::move(request), false, text);
    }
  };
  if (!hopeful(true))
    flush(cancels_);
  if (!hopeful(false)) {
    flush(orders_);
    flush(others_);
  }
}

void http_pool::watch_deadline(clock::time_point deadline) {
  if (deadline >= watched_)
    return;
  watched_ = deadline;
  deadline_timer_.expires_at(deadline);
  deadline_timer_.async_wait([self = shared_from_this()](error_code error) {
    if (!error && !self->stopped_)
      self->on_deadline();
  });
}

void http_pool::expire(std::deque<std::unique_ptr<outgoing>>& queue, clock::time_point now) {
  auto late = std::stable_partition(queue.begin(), queue.end(),
                                    [&](auto& x) { return x->deadline > now; });
  std::vector<std::unique_ptr<outgoing>> expired(std::make_move_iterator(late),
                                                 std::make_move_iterator(queue.end()));
  queue.erase(late, queue.end());
  for (auto& x : expired)
    fail(std::move(x), false, "no connection was free in time");
  for (auto& x : queue)
    watch_deadline(x->deadline);
}

void http_pool::on_deadline() {
  watched_ = clock::time_point::max();
  const auto now = clock::now();
  for (auto* queue : {&cancels_, &orders_, &others_})
    expire(*queue, now);
  for (auto& s : slots_) {
    if (s->busy && s->busy->deadline <= now)
      lost(*s, "no answer in time");
    else if (s->busy)
      watch_deadline(s->busy->deadline);
  }
}

// -- connections --------------------------------------------------------------------------------

void http_pool::connect(slot& s) {
  s.state = slot_state::connecting;
  auto line = std::make_shared<link>(executor_, target_);
  s.line = line;
  s.timer.expires_after(connect_timeout_);
  s.timer.async_wait([self = shared_from_this(), &s, line](error_code error) {
    if (!error && s.line == line && s.state == slot_state::connecting)
      self->connect_failed(s, "cannot connect to " + self->target_.where.host + ": timed out");
  });
  async_connect(std::shared_ptr<socket_stream>{line, &line->stream}, target_,
                [self = shared_from_this(), &s, line](const std::string& problem) {
                  if (s.line == line)
                    self->on_connected(s, problem);
                });
}

void http_pool::on_connected(slot& s, const std::string& problem) {
  if (!problem.empty())
    return connect_failed(s, problem);
  s.timer.cancel();
  s.state = slot_state::ready;
  s.line->ready_at = clock::now();
  read(s);
  pump();
}

void http_pool::connect_failed(slot& s, const std::string& text) {
  disconnect(s);
  back_off(s);
  fail_stranded(text);
}

void http_pool::back_off(slot& s) {
  s.state = slot_state::waiting;
  auto delay = std::min(first_back_off * (1u << std::min(s.failures, 6u)), longest_back_off);
  ++s.failures;
  // Between half and all of it, so that many clients do not come back at the same moment.
  const auto half = static_cast<std::uint64_t>(delay.count() / 2);
  delay = delay / 2 + std::chrono::milliseconds{jitter_() % (half + 1)};
  s.timer.expires_after(delay);
  s.timer.async_wait([self = shared_from_this(), &s](error_code error) {
    if (!error && !self->stopped_ && s.state == slot_state::waiting)
      self->connect(s);
  });
}

void http_pool::disconnect(slot& s) {
  if (auto line = std::move(s.line)) {
    line->stream.drop();
    in_->give_back(std::move(line->answer));
  }
  s.line.reset();
}

/// The connection is gone; `written` is about the request that it carried.
void http_pool::lost(slot& s, const std::string& text, bool written) {
  auto line = s.line;
  auto request = std::move(s.busy);
  disconnect(s);
  if (line->served || clock::now() - line->ready_at >= proven) {
    s.failures = 0;
    connect(s);
  } else
    back_off(s);
  if (request) {
    const auto id = request->id;
    if (line->writing)
      line->orphan = std::move(request);
    else
      store_->give_back(std::move(request));
    in_->push_failed(id, written, text);
  }
  fail_stranded(text);
}

void http_pool::stop() {
  stopped_ = true;
  deadline_timer_.cancel();
  for (auto& s : slots_) {
    s->timer.cancel();
    if (s->line)
      s->line->orphan = std::move(s->busy);
    disconnect(*s);
    s->state = slot_state::unused;
  }
  cancels_.clear();
  orders_.clear();
  others_.clear();
}

// -- one exchange -------------------------------------------------------------------------------

void http_pool::write(slot& s, std::unique_ptr<outgoing> request) {
  auto& line = *s.line;
  s.busy = std::move(request);
  line.answer = in_->take_answer();
  line.parser.emplace(*line.answer, max_body_bytes_);
  line.writing = true;
  asio::async_write(
      line.stream, asio::buffer(s.busy->bytes),
      [self = shared_from_this(), &s, kept = s.line](error_code error, std::size_t size) {
        self->on_written(s, kept, error, size);
      });
}

void http_pool::on_written(slot& s, const std::shared_ptr<link>& line, error_code error,
                           std::size_t size) {
  line->writing = false;
  store_->give_back(std::move(line->orphan));
  if (!error || s.line != line || stopped_)
    return;
  lost(s, "cannot send: " + error.message(), target_.where.tls || size > 0);
}

void http_pool::read(slot& s) {
  auto& line = *s.line;
  line.stream.async_read_some(
      line.input.prepare(read_size),
      [self = shared_from_this(), &s, kept = s.line](error_code error, std::size_t size) {
        if (s.line == kept)
          self->on_read(s, error, size);
      });
}

void http_pool::on_read(slot& s, error_code error, std::size_t size) {
  auto& line = *s.line;
  if (error) {
    // A body without a length ends with the connection; a cut TLS stream is not such an end.
    if (error == asio::error::eof && s.busy && line.parser->got_some()) {
      error_code incomplete;
      line.parser->put_eof(incomplete);
      if (!incomplete && line.parser->is_done())
        return complete(s);
    }
    return lost(s, "connection lost: " + error.message());
  }
  line.input.commit(size);
  if (!s.busy)
    return lost(s, "the venue sent something that was not asked for");
  parse(s);
}

void http_pool::parse(slot& s) {
  auto& line = *s.line;
  while (line.input.size() > 0) {
    error_code error;
    const auto used = line.parser->put(line.input.cdata(), error);
    line.input.consume(used);
    if (error == http::error::need_more)
      break;
    if (error)
      return lost(s, "not an HTTP answer: " + error.message());
    if (line.parser->is_done()) {
      if (line.answer->status >= 200)
        return complete(s);
      line.parser.emplace(*line.answer, max_body_bytes_); // 1xx: the answer is still to come
    }
  }
  read(s);
}

void http_pool::complete(slot& s) {
  auto& line = *s.line;
  auto request = std::move(s.busy);
  auto answer = std::move(line.answer);
  const auto id = request->id;
  const bool reusable = line.parser->keep_alive() && line.input.size() == 0 && !line.writing;
  if (line.writing)
    line.orphan = std::move(request);
  store_->give_back(std::move(request));
  s.failures = 0;
  if (reusable) {
    line.parser.reset();
    line.served = true;
    read(s);
  } else {
    disconnect(s);
    connect(s);
  }
  in_->push(id, std::move(answer));
  pump();
}

} // namespace actorbot::net
