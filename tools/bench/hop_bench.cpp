// What four hops between actors cost at 5,000 messages a second: our reactor against CAF's two own
// schedulers, in one run and in turns, so that all suffer the same disturbances.
//   bench-hops [seconds per scheduler and round, default 2] [rounds, default 3]
#include "actors/runtime/reactor_scheduler.hpp"
#include "actors/runtime/runtime_config.hpp"

#include <boost/asio/steady_timer.hpp>
#include <caf/all.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace actorbot::bench {

/// As large as a real top of book.
struct quote {
  std::string symbol;
  double bid = 0, bid_size = 0, ask = 0, ask_size = 0;
  std::int64_t sent_ns = 0;
  std::int64_t sequence = 0;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, quote& x) {
  return f(caf::meta::type_name("quote"), x.symbol, x.bid, x.bid_size, x.ask, x.ask_size, x.sent_ns,
           x.sequence);
}

} // namespace actorbot::bench

CAF_BEGIN_TYPE_ID_BLOCK(actorbot_bench, first_custom_type_id)
  CAF_ADD_TYPE_ID(actorbot_bench, (actorbot::bench::quote))
CAF_END_TYPE_ID_BLOCK(actorbot_bench)

namespace actorbot::bench {
namespace {

using clock = std::chrono::steady_clock;
using samples = std::vector<std::int64_t>;
using namespace std::chrono_literals;

constexpr int hops = 4;
constexpr auto period = 200us;
constexpr int flood_size = 500'000;

std::int64_t now_ns() { return clock::now().time_since_epoch() / 1ns; }

quote make_quote(std::int64_t sequence) {
  return {"BTC-PERP", 61800.2, 2.507, 61800.3, 2.51, now_ns(), sequence};
}

/// Passes on what it gets; the last of the chain notes how old it is.
caf::actor spawn_chain(caf::actor_system& system, samples* result, std::int64_t count,
                       std::promise<void>* done) {
  caf::actor next = system.spawn([=](caf::event_based_actor* self) {
    return caf::behavior{[=](const quote& x) {
      result->push_back(now_ns() - x.sent_ns);
      if (x.sequence + 1 == count) {
        self->quit();
        done->set_value();
      }
    }};
  });
  for (int i = 1; i < hops; ++i)
    next = system.spawn([=](caf::event_based_actor* self) {
      return caf::behavior{[=](const quote& x) {
        self->send(next, x);
        if (x.sequence + 1 == count)
          self->quit();
      }};
    });
  return next;
}

/// Sends on time from a thread of its own, as a network thread does beside CAF's schedulers.
void pace_from_outside(const caf::actor& first, std::int64_t count) {
  auto next = clock::now();
  for (std::int64_t i = 0; i < count; ++i) {
    std::this_thread::sleep_until(next += period);
    caf::anon_send(first, make_quote(i));
  }
}

/// Sends on time from the reactor's thread, as the handler that has read a frame does.
class reactor_pacer {
 public:
  reactor_pacer(boost::asio::io_context& io, caf::actor first, std::int64_t count)
      : timer_(io), first_(std::move(first)), count_(count), next_(clock::now()) {}

  void arm() {
    timer_.expires_at(next_ += period);
    timer_.async_wait([this](const boost::system::error_code&) {
      if (sent_ + 1 < count_)
        arm();
      caf::anon_send(first_, make_quote(sent_));
      if (++sent_ == count_)
        first_ = nullptr;
    });
  }

 private:
  boost::asio::steady_timer timer_;
  caf::actor first_;
  std::int64_t count_;
  std::int64_t sent_ = 0;
  clock::time_point next_;
};

enum class source { inside, outside };

double flood(caf::actor_system& system, source from) {
  std::promise<void> done;
  auto counter = system.spawn([&done](caf::event_based_actor* self) {
    return caf::behavior{[self, &done, n = 0](const quote&) mutable {
      if (++n == flood_size) {
        self->quit();
        done.set_value();
      }
    }};
  });
  const auto send_all = [&] {
    for (int i = 0; i < flood_size; ++i)
      caf::anon_send(counter, make_quote(i));
  };
  const auto start = clock::now();
  if (from == source::inside)
    runtime::reactor_scheduler::of(system).core().post(send_all);
  else
    send_all();
  done.get_future().wait();
  return flood_size / std::chrono::duration<double>(clock::now() - start).count();
}

struct candidate {
  const char* name;
  std::function<std::unique_ptr<caf::actor_system_config>()> make_config;
  source from;
  samples latencies = {};
  std::vector<double> floods = {};
};

void measure(candidate& x, std::int64_t count) {
  auto config = x.make_config();
  config->add_message_types<caf::id_block::actorbot_bench>();
  caf::actor_system system{*config};
  std::promise<void> done;
  x.latencies.reserve(x.latencies.size() + static_cast<std::size_t>(count));
  auto first = spawn_chain(system, &x.latencies, count, &done);
  if (x.from == source::inside) {
    auto& reactor = runtime::reactor_scheduler::of(system);
    reactor_pacer pacer{reactor.io(), std::move(first), count};
    reactor.core().post([&] { pacer.arm(); });
    done.get_future().wait();
  } else {
    pace_from_outside(first, count);
    done.get_future().wait();
  }
  x.floods.push_back(flood(system, x.from));
}

std::unique_ptr<caf::actor_system_config> with_reactor(const runtime::reactor_options& options) {
  return std::make_unique<runtime::runtime_config>(options);
}

std::unique_ptr<caf::actor_system_config> with_policy(const char* policy) {
  auto config = std::make_unique<caf::actor_system_config>();
  config->set("scheduler.policy", caf::atom_from_string(policy));
  return config;
}

double percentile_us(const samples& sorted, double share) {
  return static_cast<double>(
             sorted[static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1))])
         / 1e3;
}

int run(double seconds, int rounds) {
  std::vector<candidate> all;
  all.push_back({"reactor, sent from its thread", [] { return with_reactor({}); }, source::inside});
  all.push_back({"reactor, spinning, from its thread", [] { return with_reactor({.spin = true}); },
                 source::inside});
  all.push_back(
      {"reactor, sent from another thread", [] { return with_reactor({}); }, source::outside});
  all.push_back({"CAF work stealing", [] { return with_policy("stealing"); }, source::outside});
  all.push_back({"CAF work sharing", [] { return with_policy("sharing"); }, source::outside});

  const auto count
      = static_cast<std::int64_t>(seconds * 1e9) / std::chrono::nanoseconds{period}.count();
  for (int round = 0; round < rounds; ++round)
    for (auto& x : all)
      measure(x, count);

  std::printf("%d hops, %d messages/s, %lld messages each, us; flood of %d, median, messages/s\n",
              hops, static_cast<int>(1s / period), static_cast<long long>(count * rounds),
              flood_size);
  std::printf("%-36s %9s %9s %9s %12s\n", "", "p50", "p99", "p99.9", "flood");
  for (auto& x : all) {
    std::sort(x.latencies.begin(), x.latencies.end());
    std::sort(x.floods.begin(), x.floods.end());
    std::printf("%-36s %9.1f %9.1f %9.1f %12.0f\n", x.name, percentile_us(x.latencies, 0.5),
                percentile_us(x.latencies, 0.99), percentile_us(x.latencies, 0.999),
                x.floods[x.floods.size() / 2]);
  }
  const auto& ours = all[0].latencies;
  const auto& stealing = all[3].latencies;
  std::printf("work stealing / reactor: p50 %.1f (wanted: 5), p99 %.1f (wanted: 20)\n",
              percentile_us(stealing, 0.5) / percentile_us(ours, 0.5),
              percentile_us(stealing, 0.99) / percentile_us(ours, 0.99));
  return 0;
}

} // namespace
} // namespace actorbot::bench

int main(int argc, char** argv) {
  const double seconds = argc > 1 ? std::atof(argv[1]) : 2;
  const int rounds = argc > 2 ? std::atoi(argv[2]) : 3;
  if (seconds <= 0 || rounds <= 0) {
    std::fprintf(stderr, "usage: bench-hops [seconds] [rounds]\n");
    return 2;
  }
  return actorbot::bench::run(seconds, rounds);
}
