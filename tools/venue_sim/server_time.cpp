#include "tools/venue_sim/server.hpp"

#include <algorithm>
#include <utility>

/// How time passes: the exchange's, the markets', and that of a journal that is read again.
namespace actorbot::sim {

/// Lets the exchange's time pass: one timer, for whatever is due next.
void server::pump() {
  if (stopped_ || replaying_)
    return;
  core_->advance(now());
  const auto next = core_->next_timer();
  if (!next)
    return;
  pump_timer_.expires_after(std::max(*next - now(), duration{0}));
  pump_timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error)
      pump();
  });
}

void server::change_time(journal_entry::kind what, std::int64_t amount) {
  const journal_entry entry{what, now(), 0, amount, {}, {}, {}, {}};
  apply_time(entry);
  if (journal_)
    journal_->append(entry);
  pump();
}

/// What was due before comes before.
void server::apply_time(const journal_entry& entry) {
  core_->advance(entry.time);
  switch (entry.what) {
  case journal_entry::kind::hold:
    return gate_->hold(entry.time);
  case journal_entry::kind::release:
    return gate_->release(entry.time);
  case journal_entry::kind::speed:
    return gate_->set_speed(entry.time, entry.amount);
  case journal_entry::kind::jump:
    return gate_->jump(entry.time, duration{entry.amount});
  case journal_entry::kind::start:
  case journal_entry::kind::request:
    return;
  }
}

// -- timers ------------------------------------------------------------------------------------------

void server::set_timer(venues::timer_id id, timestamp at) {
  if (replaying_) {
    replay_timers_[id] = at;
    return;
  }
  auto& timer = timers_.try_emplace(id, io_).first->second;
  timer.expires_after(std::max(at - now(), duration{0}));
  timer.async_wait([this, id](const boost::system::error_code& error) {
    if (!error && !stopped_)
      hand_in(venues::dialect_timer{{}, id});
  });
}

void server::cancel_timer(venues::timer_id id) {
  timers_.erase(id);
  replay_timers_.erase(id);
}

// -- the past ----------------------------------------------------------------------------------------

void server::replay(const std::vector<journal_entry>& past) {
  for (const auto& entry : past) {
    fire_timers_until(entry.time);
    replaying_ = entry.time;
    if (entry.what != journal_entry::kind::request) {
      apply_time(entry);
      continue;
    }
    std::vector<venues::header_view> headers;
    for (const auto& [name, value] : entry.headers)
      headers.push_back({name, value});
    hand_in(venues::dialect_request{{},
                                    venues::request_token{next_token_++},
                                    {0, "127.0.0.1", true},
                                    entry.method,
                                    entry.target,
                                    headers,
                                    entry.body});
  }
  replaying_.reset();
  fire_timers_until(now());
  replaying_.reset();
  for (const auto& [id, due] : std::exchange(replay_timers_, {}))
    set_timer(id, due);
}

void server::fire_timers_until(timestamp limit) {
  while (!replay_timers_.empty()) {
    const auto next
        = std::min_element(replay_timers_.begin(), replay_timers_.end(),
                           [](const auto& a, const auto& b) { return a.second < b.second; });
    if (next->second > limit)
      return;
    const auto id = next->first;
    replaying_ = next->second;
    replay_timers_.erase(next);
    core_->advance(*replaying_);
    dialect_->on(venues::dialect_timer{*replaying_, id});
  }
}

} // namespace actorbot::sim
