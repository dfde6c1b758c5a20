#include "actors/runtime/reactor_environment.hpp"

#include <sys/random.h>

#include <cerrno>
#include <system_error>

namespace actorbot::runtime {

timestamp reactor_environment::now() const {
  return std::chrono::time_point_cast<duration>(std::chrono::system_clock::now());
}

std::int64_t reactor_environment::monotonic_ns() const {
  return duration{std::chrono::steady_clock::now().time_since_epoch()}.count();
}

std::uint64_t reactor_environment::random() {
  std::uint64_t result = 0;
  // Requests of up to 256 bytes are never cut short (getrandom(2)); before the kernel's pool is
  // ready the call blocks, and a signal may end that wait.
  while (getrandom(&result, sizeof(result), 0) != static_cast<ssize_t>(sizeof(result)))
    if (errno != EINTR)
      throw std::system_error(errno, std::generic_category(), "getrandom");
  return result;
}

void reactor_environment::after(duration delay, std::function<void()> f) {
  core_.after(delay, std::move(f));
}

void reactor_environment::post(std::function<void()> f) { core_.post(std::move(f)); }

} // namespace actorbot::runtime
