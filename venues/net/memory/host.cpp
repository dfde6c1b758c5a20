#include "venues/net/memory/host.hpp"

#include "venues/net/memory/link.hpp"

#include <algorithm>

namespace actorbot::net::memory {

namespace {

class memory_transport final : public venues::transport {
 public:
  explicit memory_transport(std::shared_ptr<link> l) : link_{std::move(l)} {}
  ~memory_transport() override { link_->shut(); }

  void call(venues::endpoint_id, venues::request_id id, venues::request_class,
            const venues::http_request_view& request, duration timeout) override {
    link_->call(id, request, timeout);
  }
  void open(venues::endpoint_id, venues::stream_id stream,
            const venues::stream_request_view& request) override {
    link_->open(stream, request);
  }
  void send(venues::stream_id stream, venues::frame_kind kind, std::string_view data) override {
    link_->send(stream, kind, data);
  }
  void close(venues::stream_id stream) override { link_->close(stream); }
  std::size_t drain(venues::transport_handler& handler, std::size_t limit) override {
    return link_->drain(handler, limit);
  }

 private:
  std::shared_ptr<link> link_;
};

class memory_transport_factory final : public venues::transport_factory {
 public:
  using connector = std::function<std::shared_ptr<link>(venues::wake_up)>;
  explicit memory_transport_factory(connector connect) : connect_{std::move(connect)} {}
  std::unique_ptr<venues::transport> make(const venues::transport_options&,
                                          venues::wake_up wake) override {
    return std::make_unique<memory_transport>(connect_(std::move(wake)));
  }

 private:
  connector connect_;
};

std::string_view to_text(venues::http_method m) {
  switch (m) {
  case venues::http_method::get:
    return "GET";
  case venues::http_method::post:
    return "POST";
  case venues::http_method::put:
    return "PUT";
  case venues::http_method::del:
    return "DELETE";
  }
  return "?";
}

std::vector<std::pair<std::string, std::string>>
copy_of(std::span<const venues::header_view> headers) {
  std::vector<std::pair<std::string, std::string>> result;
  for (const auto& h : headers)
    result.emplace_back(h.name, h.value);
  return result;
}

} // namespace

host::host(driver& clock, const settings& options)
    : clock_{clock}, options_{options}, random_state_{options.seed} {}

std::shared_ptr<host> host::make(driver& clock, const settings& options,
                                 const venues::dialect_descriptor& kind,
                                 venues::dialect_settings dialect,
                                 std::function<void(exchange::core&)> prepare) {
  std::shared_ptr<host> result{new host{clock, options}};
  auto core_options = kind.core;
  core_options.start = clock.now();
  dialect.now = core_options.start;
  result->core_ = std::make_unique<exchange::core>(core_options);
  for (const auto& rules : kind.markets)
    result->core_->add_market(rules);
  prepare(*result->core_);
  result->dialect_ = kind.make(*result->core_, dialect, *result);
  return result;
}

void host::start() {
  const std::scoped_lock lock{mutex_};
  running_ = true;
  pump();
}

void host::stop() {
  const std::scoped_lock lock{mutex_};
  running_ = false;
}

void host::inspect(const std::function<void(exchange::core&)>& f) {
  const std::scoped_lock lock{mutex_};
  f(*core_);
}

void host::set_faults(const faults& f) {
  const std::scoped_lock lock{mutex_};
  faults_ = f;
}

std::size_t host::cut_streams(const std::string& target_part) {
  const std::scoped_lock lock{mutex_};
  std::size_t count = 0;
  for (auto at = streams_.begin(); at != streams_.end();) {
    const auto next = std::next(at);
    if (at->second.target.find(target_part) != std::string::npos) {
      if (const auto to = at->second.from.lock())
        to->lose_frames(at->first);
      close_stream(at, "connection reset by peer");
      ++count;
    }
    at = next;
  }
  return count;
}

std::size_t host::requests_seen(const std::string& part) const {
  const std::scoped_lock lock{mutex_};
  std::size_t count = 0;
  for (const auto& [line, times] : seen_)
    if (line.find(part) != std::string::npos)
      count += times;
  return count;
}

std::unique_ptr<venues::transport_factory> host::transports() {
  return std::make_unique<memory_transport_factory>(
      [self = shared_from_this()](venues::wake_up wake) {
        const std::scoped_lock lock{self->mutex_};
        return std::make_shared<link>(self, std::move(wake), self->next_connection_++);
      });
}

// -- time --------------------------------------------------------------------------------------------

duration host::delay() {
  if (options_.jitter <= duration{0})
    return options_.latency;
  const auto extra = random() % static_cast<std::uint64_t>(options_.jitter.count() + 1);
  return options_.latency + duration{static_cast<std::int64_t>(extra)};
}

void host::later(duration wait, std::function<void(host&)> f) {
  clock_.after(wait, [weak = weak_from_this(), f = std::move(f)] {
    const auto self = weak.lock();
    if (!self)
      return;
    const std::scoped_lock lock{self->mutex_};
    if (!self->running_)
      return;
    self->core_->advance(self->clock_.now());
    f(*self);
    self->pump();
  });
}

/// One callback is under way for the core's next instant; an earlier one replaces it.
void host::pump() {
  core_->advance(clock_.now());
  const auto next = core_->next_timer();
  if (!next || (pump_at_ > clock_.now() && pump_at_ <= *next))
    return;
  pump_at_ = std::max(*next, clock_.now() + std::chrono::microseconds{1});
  clock_.after(pump_at_ - clock_.now(), [weak = weak_from_this(), at = pump_at_] {
    const auto self = weak.lock();
    if (!self)
      return;
    const std::scoped_lock lock{self->mutex_};
    if (self->running_ && self->pump_at_ == at)
      self->pump();
  });
}

// -- requests ----------------------------------------------------------------------------------------

void host::request_arrived(const std::shared_ptr<link>& from, venues::request_id id,
                           venues::http_method method, const std::string& target,
                           const std::vector<std::pair<std::string, std::string>>& headers,
                           const std::string& body) {
  const auto path = target.substr(0, target.find('?'));
  ++seen_[std::string{to_text(method)} + " " + path];
  if (faults_.answer_instead > 0 && target.find(faults_.answer_instead_for) != std::string::npos) {
    --faults_.answer_instead;
    later(delay(), [from, id, status = faults_.instead_status, text = faults_.instead_body](host&) {
      from->answer(id, status, {}, text);
    });
    return;
  }
  pending_request pending{from, id, false};
  if (faults_.lose_answers > 0 && target.find(faults_.lose_answers_to) != std::string::npos) {
    --faults_.lose_answers;
    pending.lose_answer = true;
  }
  const auto token = next_token_++;
  requests_[token] = pending;
  std::vector<venues::header_view> views;
  for (const auto& [name, value] : headers)
    views.push_back({name, value});
  dialect_->on(venues::dialect_request{clock_.now(),
                                       venues::request_token{token},
                                       {from->connection(), "memory", true},
                                       method,
                                       target,
                                       views,
                                       body});
}

void host::respond(venues::request_token request, unsigned status,
                   std::span<const venues::header_view> headers, std::string_view body) {
  const auto found = requests_.find(static_cast<std::uint64_t>(request));
  if (found == requests_.end())
    return;
  const auto pending = found->second;
  requests_.erase(found);
  const auto to = pending.from.lock();
  if (!to || faults_.half_open)
    return;
  if (pending.lose_answer) {
    later(delay(), [to, id = pending.id](host&) {
      to->failed(id, true, "connection reset before the answer");
    });
    return;
  }
  later(delay(), [to, id = pending.id, status, copied = copy_of(headers),
                  text = std::string{body}](host&) { to->answer(id, status, copied, text); });
}

void host::drop(venues::request_token request) {
  const auto found = requests_.find(static_cast<std::uint64_t>(request));
  if (found == requests_.end())
    return;
  const auto pending = found->second;
  requests_.erase(found);
  if (const auto to = pending.from.lock())
    later(delay(), [to, id = pending.id](host&) { to->failed(id, true, "connection closed"); });
}

// -- streams -----------------------------------------------------------------------------------------

void host::accept(venues::stream_token stream, std::span<const venues::header_view>) {
  const auto found = streams_.find(static_cast<std::uint64_t>(stream));
  if (found == streams_.end())
    return;
  deliver_in_order(
      found->second, options_.latency,
      [id = found->second.id, token = found->first](link& to) { to.opened(id, token); });
}

void host::refuse(venues::stream_token stream, unsigned status, std::string_view body) {
  const auto found = streams_.find(static_cast<std::uint64_t>(stream));
  if (found != streams_.end())
    close_stream(found, "handshake refused: " + std::to_string(status) + " " + std::string{body});
}

void host::send(venues::stream_token stream, venues::frame_kind kind, std::string_view data) {
  const auto found = streams_.find(static_cast<std::uint64_t>(stream));
  if (found == streams_.end() || faults_.half_open)
    return;
  deliver_in_order(found->second, delay(),
                   [id = found->second.id, token = found->first, kind,
                    text = std::string{data}](link& to) { to.frame(id, token, kind, text); });
}

void host::deliver_in_order(const open_stream& stream, duration wait,
                            std::function<void(link&)> f) {
  const auto to = stream.incoming;
  const auto now = clock_.now();
  to->last_due = std::max(now + wait, to->last_due);
  to->waiting.push_back(std::move(f));
  later(to->last_due - now, [to, from = stream.from](host&) {
    const auto oldest = std::move(to->waiting.front());
    to->waiting.pop_front();
    if (const auto client = from.lock())
      oldest(*client);
  });
}

void host::close(venues::stream_token stream, std::uint16_t code, std::string_view reason) {
  const auto found = streams_.find(static_cast<std::uint64_t>(stream));
  if (found != streams_.end())
    close_stream(found, "closed by the venue: " + std::to_string(code) + " " + std::string{reason});
}

void host::close_stream(std::map<std::uint64_t, open_stream>::iterator at, std::string text) {
  const auto token = at->first;
  const auto stream = at->second;
  streams_.erase(at);
  deliver_in_order(
      stream, options_.latency,
      [id = stream.id, token, words = std::move(text)](link& to) { to.closed(id, token, words); });
  later({}, [token](host& self) {
    self.dialect_->on(
        venues::dialect_stream_closed{self.clock_.now(), venues::stream_token{token}});
  });
}

// -- the dialect's timers and chance -----------------------------------------------------------------

void host::set_timer(venues::timer_id id, timestamp at) {
  const auto number = static_cast<std::uint32_t>(id);
  const auto generation = ++timer_generation_;
  timers_[number] = generation;
  later(std::max(at - clock_.now(), duration{0}), [number, generation](host& self) {
    const auto found = self.timers_.find(number);
    if (found == self.timers_.end() || found->second != generation)
      return;
    self.timers_.erase(found);
    self.dialect_->on(venues::dialect_timer{self.clock_.now(), venues::timer_id{number}});
  });
}

void host::cancel_timer(venues::timer_id id) { timers_.erase(static_cast<std::uint32_t>(id)); }

/// SplitMix64 (Steele, Lea, Flood, OOPSLA 2014): repeatable everywhere.
std::uint64_t host::random() {
  random_state_ += 0x9e3779b97f4a7c15ULL;
  auto z = random_state_;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

void host::note(std::string_view) {}

} // namespace actorbot::net::memory
