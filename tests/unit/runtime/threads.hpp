#pragma once

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

namespace actorbot::runtime::test {

/// Names of this process's threads, sorted.
inline std::vector<std::string> thread_names() {
  std::vector<std::string> result;
  for (const auto& entry : std::filesystem::directory_iterator{"/proc/self/task"}) {
    std::string name;
    std::getline(std::ifstream{entry.path() / "comm"}, name);
    result.push_back(name);
  }
  std::sort(result.begin(), result.end());
  return result;
}

/// Waits until the threads have these names: a joined thread may stay listed for a moment.
inline bool threads_become(const std::vector<std::string>& expected) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{30};
  while (thread_names() != expected) {
    if (std::chrono::steady_clock::now() >= end)
      return false;
    std::this_thread::yield();
  }
  return true;
}

/// The threads before the first test.
inline const std::vector<std::string> threads_at_start = thread_names();

} // namespace actorbot::runtime::test
