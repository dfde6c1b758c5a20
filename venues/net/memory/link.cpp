#include "venues/net/memory/link.hpp"

namespace actorbot::net::memory {

namespace {

/// What SIMD parsers may read beyond the end (protocol.hpp).
constexpr std::size_t readable_padding = 64;

} // namespace

// -- the owner's side --------------------------------------------------------------------------------

void link::call(venues::request_id id, const venues::http_request_view& request, duration timeout) {
  const std::scoped_lock lock{server_->mutex_};
  const auto number = static_cast<std::uint64_t>(id);
  if (server_->faults_.refuse_connections) {
    server_->later({}, [self = shared_from_this(), id](host&) {
      self->failed(id, false, "connection refused");
    });
    in_flight_.insert(number);
    return;
  }
  in_flight_.insert(number);
  std::vector<std::pair<std::string, std::string>> headers;
  for (const auto& h : request.headers)
    headers.emplace_back(h.name, h.value);
  if (!request.content_type.empty())
    headers.emplace_back("content-type", request.content_type);
  server_->later(timeout, [self = shared_from_this(), id](host&) {
    self->failed(id, true, "no answer in time");
  });
  if (server_->faults_.half_open)
    return;
  server_->later(server_->delay(),
                 [self = shared_from_this(), id, method = request.method,
                  target = std::string{request.target}, headers = std::move(headers),
                  body = std::string{request.body}](host& server) {
                   server.request_arrived(self, id, method, target, headers, body);
                 });
}

void link::open(venues::stream_id stream, const venues::stream_request_view& request) {
  const std::scoped_lock lock{server_->mutex_};
  const auto token = server_->next_token_++;
  streams_[static_cast<std::uint8_t>(stream)] = token;
  if (server_->faults_.refuse_connections) {
    server_->later({}, [self = shared_from_this(), stream, token](host&) {
      self->closed(stream, token, "connection refused");
    });
    return;
  }
  if (server_->faults_.half_open)
    return;
  std::vector<std::pair<std::string, std::string>> headers;
  for (const auto& h : request.headers)
    headers.emplace_back(h.name, h.value);
  server_->later(server_->delay(), [self = shared_from_this(), stream, token,
                                    target = std::string{request.target},
                                    headers = std::move(headers)](host& server) {
    const auto wanted = self->streams_.find(static_cast<std::uint8_t>(stream));
    if (self->gone_ || wanted == self->streams_.end() || wanted->second != token)
      return;
    server.streams_[token] = {self, stream, target};
    std::vector<venues::header_view> views;
    for (const auto& [name, value] : headers)
      views.push_back({name, value});
    server.dialect_->on(venues::dialect_stream_request{server.clock_.now(),
                                                       venues::stream_token{token},
                                                       {self->connection_, "memory", true},
                                                       target,
                                                       views});
  });
}

void link::send(venues::stream_id stream, venues::frame_kind kind, std::string_view data) {
  const std::scoped_lock lock{server_->mutex_};
  const auto found = streams_.find(static_cast<std::uint8_t>(stream));
  if (found == streams_.end() || server_->faults_.half_open)
    return;
  const auto token = found->second;
  outgoing_[token].emplace_back(kind, data);
  server_->later(server_->options_.latency, [self = shared_from_this(), token](host& server) {
    const auto waiting = self->outgoing_.find(token);
    if (waiting == self->outgoing_.end() || waiting->second.empty())
      return;
    const auto [oldest, text] = std::move(waiting->second.front());
    waiting->second.pop_front();
    if (server.streams_.contains(token))
      server.dialect_->on(
          venues::dialect_frame{server.clock_.now(), venues::stream_token{token}, oldest, text});
  });
}

void link::close(venues::stream_id stream) {
  const std::scoped_lock lock{server_->mutex_};
  const auto found = streams_.find(static_cast<std::uint8_t>(stream));
  if (found == streams_.end())
    return;
  const auto at = server_->streams_.find(found->second);
  if (at != server_->streams_.end()) {
    server_->close_stream(at, "closed by us");
    return;
  }
  // Still on its way to the venue: it never gets there.
  server_->later({}, [self = shared_from_this(), stream, token = found->second](host&) {
    self->closed(stream, token, "closed by us");
  });
}

void link::shut() {
  const std::scoped_lock lock{server_->mutex_};
  gone_ = true;
  inbox_.clear();
  outgoing_.clear();
  for (const auto& [stream, token] : streams_) {
    const auto at = server_->streams_.find(token);
    if (at == server_->streams_.end())
      continue;
    server_->streams_.erase(at);
    if (server_->running_)
      server_->dialect_->on(
          venues::dialect_stream_closed{server_->clock_.now(), venues::stream_token{token}});
  }
}

std::size_t link::drain(venues::transport_handler& handler, std::size_t limit) {
  std::deque<event> batch;
  {
    const std::scoped_lock lock{server_->mutex_};
    while (!inbox_.empty() && batch.size() < limit) {
      batch.push_back(std::move(inbox_.front()));
      inbox_.pop_front();
    }
    woken_ = !inbox_.empty();
    if (woken_)
      wake_();
  }
  for (const auto& e : batch)
    deliver(e, handler);
  return batch.size();
}

void link::deliver(const event& e, venues::transport_handler& handler) {
  const std::string_view data{e.data.data(), e.size};
  const venues::stream_id stream{static_cast<std::uint8_t>(e.id)};
  switch (e.what) {
  case event::kind::answer: {
    std::vector<venues::header_view> headers;
    for (const auto& [name, value] : e.headers)
      headers.push_back({name, value});
    return handler.on(venues::http_answer{e.at, venues::request_id{e.id}, e.status, headers, data});
  }
  case event::kind::failed:
    return handler.on(venues::http_failed{e.at, venues::request_id{e.id}, e.written, data});
  case event::kind::opened:
    return handler.on(venues::stream_opened{e.at, stream});
  case event::kind::frame:
    return handler.on(venues::stream_frame{e.at, stream, e.frame, data});
  case event::kind::closed:
    return handler.on(venues::stream_closed{e.at, stream, data});
  }
}

// -- deliveries --------------------------------------------------------------------------------------

link::event link::make_event(event::kind what, std::uint64_t id) {
  event e;
  e.what = what;
  e.id = id;
  return e;
}

void link::push(event e, std::string data) {
  if (gone_)
    return;
  e.at = {server_->clock_.now(), server_->clock_.monotonic_ns()};
  e.size = data.size();
  data.append(readable_padding, '\0');
  e.data = std::move(data);
  inbox_.push_back(std::move(e));
  if (!woken_) {
    woken_ = true;
    wake_();
  }
}

void link::answer(venues::request_id id, unsigned status,
                  std::vector<std::pair<std::string, std::string>> headers, std::string body) {
  if (in_flight_.erase(static_cast<std::uint64_t>(id)) == 0)
    return;
  auto e = make_event(event::kind::answer, static_cast<std::uint64_t>(id));
  e.status = status;
  e.headers = std::move(headers);
  push(std::move(e), std::move(body));
}

void link::failed(venues::request_id id, bool written, std::string text) {
  if (in_flight_.erase(static_cast<std::uint64_t>(id)) == 0)
    return;
  auto e = make_event(event::kind::failed, static_cast<std::uint64_t>(id));
  e.written = written;
  push(std::move(e), std::move(text));
}

void link::opened(venues::stream_id stream, std::uint64_t token) {
  const auto found = streams_.find(static_cast<std::uint8_t>(stream));
  if (found == streams_.end() || found->second != token)
    return;
  push(make_event(event::kind::opened, static_cast<std::uint64_t>(stream)), {});
}

void link::frame(venues::stream_id stream, std::uint64_t token, venues::frame_kind kind,
                 std::string data) {
  const auto found = streams_.find(static_cast<std::uint8_t>(stream));
  if (found == streams_.end() || found->second != token || reset_.contains(token))
    return;
  auto e = make_event(event::kind::frame, static_cast<std::uint64_t>(stream));
  e.frame = kind;
  push(std::move(e), std::move(data));
}

void link::closed(venues::stream_id stream, std::uint64_t token, std::string text) {
  const auto found = streams_.find(static_cast<std::uint8_t>(stream));
  if (found == streams_.end() || found->second != token)
    return;
  streams_.erase(found);
  reset_.erase(token);
  push(make_event(event::kind::closed, static_cast<std::uint64_t>(stream)), std::move(text));
}

} // namespace actorbot::net::memory
