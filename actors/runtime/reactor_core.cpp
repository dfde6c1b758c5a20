#include "actors/runtime/reactor_core.hpp"

#include <boost/asio/post.hpp>

#include <pthread.h>

#include <algorithm>
#include <string>
#include <utility>

namespace actorbot::runtime {

namespace asio = boost::asio;
using clock = std::chrono::steady_clock;

thread_local reactor_core::lane* reactor_core::current_ = nullptr;

namespace {

/// None of the shares may be nothing: sockets or actors would starve.
reactor_options at_least_one(reactor_options x) {
  for (auto* share : {&x.threads, &x.max_messages, &x.max_resumes, &x.max_handlers})
    *share = std::max<std::size_t>(*share, 1);
  return x;
}

} // namespace

reactor_core::reactor_core(const reactor_options& options, job_runner& runner)
    : options_(at_least_one(options)),
      runner_(runner),
      io_(static_cast<int>(options_.threads)),
      work_(io_.get_executor()),
      timer_(io_) {
  for (std::size_t i = 0; i < options_.threads; ++i)
    lanes_.push_back(std::make_unique<lane>(lane{this, i, {}, options_.max_resumes_at_stop}));
}

reactor_core::~reactor_core() { stop(); }

void reactor_core::start() {
  for (auto& lane_ptr : lanes_) {
    const auto name = "reactor-" + std::to_string(lane_ptr->index);
    threads_.emplace_back([this, self = lane_ptr.get()] { run(*self); });
    pthread_setname_np(threads_.back().native_handle(), name.c_str());
  }
}

void reactor_core::stop() {
  if (stopping_.exchange(true))
    return;
  asio::post(io_, [] {});
  for (auto& thread : threads_)
    thread.join();
  drop_leftovers();
  // Destroyed after the lock is gone: a callback may hold the last reference to anything.
  std::multimap<steady_point, std::function<void()>> forgotten;
  std::lock_guard guard{timer_mutex_};
  forgotten.swap(callbacks_);
}

void reactor_core::enqueue(job* j) {
  if (in_reactor())
    current_->ready.push_back(j);
  else
    put_into_inbox(&j, 1);
}

void reactor_core::post(std::function<void()> f) { asio::post(io_, std::move(f)); }

bool reactor_core::in_reactor() const { return current_ != nullptr && current_->owner == this; }

void reactor_core::run(lane& self) {
  current_ = &self;
  runner_.thread_started(self.index);
  while (!finished(self)) {
    if (self.ready.empty())
      wait_for_handler(self);
    poll_handlers();
    take_from_inbox(self);
    drain(self);
  }
  runner_.thread_stopped(self.index);
  current_ = nullptr;
  // The wake-up that stop() posted woke this thread: pass it on to the next one.
  asio::post(io_, [] {});
}

bool reactor_core::finished(const lane& self) {
  if (!stopping_.load(std::memory_order_relaxed))
    return false;
  if (self.resumes_at_stop == 0)
    return true;
  std::lock_guard guard{inbox_mutex_};
  return self.ready.empty() && inbox_.empty();
}

void reactor_core::wait_for_handler(const lane& self) {
  if (!options_.spin) {
    io_.run_one();
    return;
  }
  while (self.ready.empty() && !stopping_.load(std::memory_order_relaxed))
    if (io_.poll_one() > 0)
      return;
}

void reactor_core::poll_handlers() {
  // Bounded in time as well: a handler that parses a large frame takes as long as many actors do.
  const auto deadline = clock::now() + options_.max_handler_slice;
  for (std::size_t i = 0; i < options_.max_handlers; ++i)
    if (io_.poll_one() == 0 || clock::now() >= deadline)
      return;
}

void reactor_core::drain(lane& self) {
  if (self.ready.empty())
    return;
  const bool stopping = stopping_.load(std::memory_order_relaxed);
  const auto deadline = clock::now() + options_.max_slice;
  for (std::size_t i = 0; i < options_.max_resumes && !self.ready.empty(); ++i) {
    if (stopping && self.resumes_at_stop-- == 1)
      return;
    auto* next = self.ready.front();
    self.ready.pop_front();
    if (runner_.run(next, self.index, options_.max_messages))
      self.ready.push_back(next);
    if (!self.ready.empty() && clock::now() >= deadline)
      break;
  }
  if (lanes_.size() > 1 && self.ready.size() > 1)
    share_half(self);
}

void reactor_core::share_half(lane& self) {
  const auto count = self.ready.size() / 2;
  const std::vector<job*> younger(self.ready.end() - static_cast<std::ptrdiff_t>(count),
                                  self.ready.end());
  self.ready.resize(self.ready.size() - count);
  put_into_inbox(younger.data(), younger.size());
}

void reactor_core::put_into_inbox(job* const* jobs, std::size_t count) {
  bool accepted = false;
  bool post_needed = false;
  {
    std::lock_guard guard{inbox_mutex_};
    accepted = !stopped_;
    if (accepted) {
      inbox_.insert(inbox_.end(), jobs, jobs + count);
      post_needed = !std::exchange(wake_posted_, true);
    }
  }
  if (post_needed)
    asio::post(io_, [] {}); // wakes a thread, which then looks into the inbox
  if (!accepted)
    std::for_each(jobs, jobs + count, [this](job* j) { runner_.drop(j); });
}

void reactor_core::take_from_inbox(lane& self) {
  bool more = false;
  {
    std::lock_guard guard{inbox_mutex_};
    // Each thread takes its share, so that a crowd of jobs does not end up on one of them.
    const auto count = (inbox_.size() + lanes_.size() - 1) / lanes_.size();
    const auto end = inbox_.begin() + static_cast<std::ptrdiff_t>(count);
    self.ready.insert(self.ready.end(), inbox_.begin(), end);
    inbox_.erase(inbox_.begin(), end);
    more = wake_posted_ = !inbox_.empty();
  }
  if (more)
    asio::post(io_, [] {});
}

void reactor_core::drop_leftovers() {
  // Dropping a job may enqueue others (a dying actor tells its monitors), hence the loop.
  for (;;) {
    std::deque<job*> left;
    for (auto& lane_ptr : lanes_) {
      left.insert(left.end(), lane_ptr->ready.begin(), lane_ptr->ready.end());
      lane_ptr->ready.clear();
    }
    {
      std::lock_guard guard{inbox_mutex_};
      left.insert(left.end(), inbox_.begin(), inbox_.end());
      inbox_.clear();
      if (left.empty()) {
        stopped_ = true;
        return;
      }
    }
    for (auto* j : left)
      runner_.drop(j);
  }
}

void reactor_core::after(std::chrono::nanoseconds delay, std::function<void()> f) {
  const auto due = clock::now() + delay;
  std::lock_guard guard{timer_mutex_};
  callbacks_.emplace(due, std::move(f));
  arm(due);
}

void reactor_core::wake_at(steady_point due) {
  std::lock_guard guard{timer_mutex_};
  arm(due);
}

/// Needs timer_mutex_. Only an earlier due time touches the Asio timer: a cancelled request
/// time-out costs a spurious wake-up much later instead of a system call now.
void reactor_core::arm(steady_point due) {
  if (due >= armed_)
    return;
  armed_ = due;
  timer_.expires_at(due);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error)
      on_timer();
  });
}

void reactor_core::on_timer() {
  const auto now = clock::now();
  std::vector<std::function<void()>> due;
  {
    std::lock_guard guard{timer_mutex_};
    armed_ = steady_point::max();
    while (!callbacks_.empty() && callbacks_.begin()->first <= now) {
      due.push_back(std::move(callbacks_.begin()->second));
      callbacks_.erase(callbacks_.begin());
    }
  }
  for (auto& f : due)
    f();
  runner_.fire(now);
  const auto next = runner_.next_due();
  std::lock_guard guard{timer_mutex_};
  arm(callbacks_.empty() ? next : std::min(next, callbacks_.begin()->first));
}

} // namespace actorbot::runtime
