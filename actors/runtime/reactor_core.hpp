#pragma once

#include "actors/runtime/job.hpp"
#include "actors/runtime/reactor_options.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace actorbot::runtime {

/// Threads that wait for sockets and timers and, on the same thread, run the jobs those woke.
///
/// Each thread repeats: wait for an Asio handler (only when it has no job), run up to
/// `max_handlers` ready handlers or for `max_handler_slice`, run jobs for up to `max_resumes` turns
/// or `max_slice`. A job that a reactor thread enqueues goes to that thread's own queue; one from
/// any other thread goes through a locked inbox, looked into once a round. With several threads,
/// half of what a slice leaves over is put into the inbox for the others.
///
/// Knows nothing of actors: `job_runner` does.
class reactor_core {
 public:
  /// `runner` must outlive this object.
  reactor_core(const reactor_options& options, job_runner& runner);
  ~reactor_core();

  reactor_core(const reactor_core&) = delete;
  reactor_core& operator=(const reactor_core&) = delete;

  boost::asio::io_context& io() { return io_; }
  const reactor_options& options() const { return options_; }
  std::size_t thread_count() const { return lanes_.size(); }

  /// Starts the threads, named "reactor-0", "reactor-1" and so on.
  void start();

  /// Lets the threads finish what is ready, joins them, drops the jobs that are left and forgets
  /// the callbacks of after(). From then on an enqueued job is dropped at once. Must not be called
  /// from a reactor thread; a second call does nothing.
  void stop();

  /// Makes `j` ready to run; takes over one reference. Any thread.
  void enqueue(job* j);

  /// Calls `f` on a reactor thread, never from within post(). Any thread.
  void post(std::function<void()> f);

  /// Calls `f` on a reactor thread when `delay` has passed. Any thread.
  void after(std::chrono::nanoseconds delay, std::function<void()> f);

  /// Makes sure that the runner's fire() is called once `due` has come. Any thread.
  void wake_at(steady_point due);

  /// Whether the caller is one of this reactor's threads.
  bool in_reactor() const;

 private:
  struct lane {
    reactor_core* owner;
    std::size_t index;
    std::deque<job*> ready;
    std::size_t resumes_at_stop;
  };

  void run(lane& self);
  bool finished(const lane& self);
  void wait_for_handler(const lane& self);
  void poll_handlers();
  void drain(lane& self);
  void share_half(lane& self);
  void put_into_inbox(job* const* jobs, std::size_t count);
  void take_from_inbox(lane& self);
  void drop_leftovers();
  void arm(steady_point due);
  void on_timer();

  static thread_local lane* current_;

  const reactor_options options_;
  job_runner& runner_;
  boost::asio::io_context io_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  std::vector<std::unique_ptr<lane>> lanes_;
  std::vector<std::thread> threads_;
  std::atomic<bool> stopping_{false};

  std::mutex inbox_mutex_;
  std::deque<job*> inbox_;
  bool wake_posted_ = false;
  bool stopped_ = false;

  std::mutex timer_mutex_;
  std::multimap<steady_point, std::function<void()>> callbacks_;
  boost::asio::steady_timer timer_;
  steady_point armed_ = steady_point::max();
};

} // namespace actorbot::runtime
