#include "actors/runtime/virtual_world.hpp"

#include <algorithm>
#include <iterator>
#include <stdexcept>
#include <utility>

namespace actorbot::runtime {

std::uint64_t seeded_random::next() {
  state_ += 0x9e3779b97f4a7c15u;
  auto z = state_;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

std::size_t seeded_random::below(std::size_t bound) {
  // The bias of the remainder is below bound / 2^64: of no account for choosing among jobs.
  return static_cast<std::size_t>(next() % bound);
}

virtual_world::virtual_world(const virtual_options& options)
    : options_(options), owner_(std::this_thread::get_id()), choice_(options.seed) {}

std::size_t virtual_world::run_ready() {
  std::size_t turns = 0;
  while (run_one())
    ++turns;
  return turns;
}

void virtual_world::advance(duration d) {
  run_until([] { return false; }, d);
}

bool virtual_world::run_until(const std::function<bool()>& pred, duration limit) {
  const auto end = steady_now() + limit;
  for (;;) {
    if (pred())
      return true;
    if (run_one())
      continue;
    const auto next = next_due();
    if (next > end) {
      move_to(end);
      return pred();
    }
    move_to(std::max(next, steady_now()));
    fire(steady_now());
  }
}

bool virtual_world::idle() const {
  return ready_.empty() && posted_.empty() && next_due() == steady_point::max();
}

void virtual_world::schedule(duration delay, std::function<void()> f) {
  scheduled_.emplace(steady_now() + std::max(delay, duration{0}), std::move(f));
}

void virtual_world::post(std::function<void()> f) { posted_.push_back(std::move(f)); }

void virtual_world::mix(std::uint64_t value) {
  for (int shift = 0; shift < 64; shift += 8)
    hash_ = (hash_ ^ ((value >> shift) & 0xff)) * 1'099'511'628'211u;
}

void virtual_world::mix(std::string_view text) {
  for (const char c : text)
    hash_ = (hash_ ^ static_cast<unsigned char>(c)) * 1'099'511'628'211u;
  mix(text.size());
}

std::size_t virtual_world::join(job_runner& runner) {
  systems_.push_back(&runner);
  return systems_.size() - 1;
}

void virtual_world::leave(std::size_t system) {
  // Dropping a job may enqueue others (a dying actor tells its monitors), hence the loop.
  for (;;) {
    const auto mine = std::find_if(ready_.begin(), ready_.end(),
                                   [&](const ready_job& x) { return x.system == system; });
    if (mine == ready_.end())
      break;
    auto* work = mine->work;
    ready_.erase(mine);
    systems_[system]->drop(work);
  }
  systems_[system] = nullptr;
}

void virtual_world::enqueue(std::size_t system, job* j) {
  if (std::this_thread::get_id() != owner_)
    throw std::logic_error("a job was sent into a virtual world from another thread");
  ready_.push_back({system, j});
}

void virtual_world::run_ready_of(std::size_t system, std::size_t limit) {
  for (std::size_t turn = 0; turn < limit; ++turn) {
    const auto mine = std::find_if(ready_.begin(), ready_.end(),
                                   [&](const ready_job& x) { return x.system == system; });
    if (mine == ready_.end())
      return;
    run_at(static_cast<std::size_t>(std::distance(ready_.begin(), mine)));
  }
}

bool virtual_world::run_one() {
  if (stray_threads_ != 0)
    throw std::logic_error("an actor system in a virtual world has started a thread: no actor may "
                           "be detached or blocking");
  // All posted callbacks together are one candidate, which keeps their order.
  const auto candidates = ready_.size() + (posted_.empty() ? 0 : 1);
  if (candidates == 0)
    return false;
  const auto index = candidates == 1 ? 0 : choice_.below(candidates);
  if (index < ready_.size()) {
    run_at(index);
    return true;
  }
  auto f = std::move(posted_.front());
  posted_.pop_front();
  count_step(callbacks, 0);
  f();
  return true;
}

void virtual_world::run_at(std::size_t index) {
  const auto chosen = ready_[index];
  ready_[index] = ready_.back();
  ready_.pop_back();
  auto& runner = *systems_[chosen.system];
  count_step(chosen.system, runner.id_of(chosen.work));
  if (runner.run(chosen.work, 0, options_.max_messages))
    ready_.push_back(chosen);
}

void virtual_world::count_step(std::size_t system, std::uint64_t id) {
  if (++turns_this_instant_ > options_.max_turns_per_instant)
    throw std::logic_error("actors in a virtual world keep each other busy: time cannot move on");
  ++steps_;
  mix(static_cast<std::uint64_t>(elapsed_.count()));
  mix(system);
  mix(id);
  if (step_hook_)
    step_hook_({steps_, elapsed_, system, id});
}

steady_point virtual_world::next_due() const {
  auto result = scheduled_.empty() ? steady_point::max() : scheduled_.begin()->first;
  for (const auto* runner : systems_)
    if (runner != nullptr)
      result = std::min(result, runner->next_due());
  return result;
}

void virtual_world::fire(steady_point now) {
  // Collected first: a callback may schedule one for this very instant, which belongs to the next
  // round.
  std::vector<std::function<void()>> due;
  while (!scheduled_.empty() && scheduled_.begin()->first <= now) {
    due.push_back(std::move(scheduled_.begin()->second));
    scheduled_.erase(scheduled_.begin());
  }
  for (auto& f : due) {
    count_step(callbacks, 0);
    f();
  }
  for (std::size_t i = 0; i < systems_.size(); ++i)
    if (systems_[i] != nullptr)
      systems_[i]->fire(now);
}

void virtual_world::move_to(steady_point t) {
  if (t == steady_now())
    return;
  elapsed_ += t - steady_now();
  turns_this_instant_ = 0;
}

} // namespace actorbot::runtime
