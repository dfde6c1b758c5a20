#pragma once

#include "venues/dialect.hpp"

#include <cstdint>
#include <fstream>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace actorbot::sim {

/// Something that changed the simulator from outside.
struct journal_entry {
  enum class kind : std::uint8_t { start, request, hold, release, speed, jump };
  kind what = kind::start;
  timestamp time;
  std::uint64_t seed = 0;  ///< of start
  std::int64_t amount = 0; ///< of speed: thousandths; of jump: nanoseconds
  venues::http_method method = venues::http_method::post;
  std::string target;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
};

/// What came in, line by line, so that a simulator that was killed goes on where it was: exchange and
/// dialect are deterministic, so the same requests at the same times make the same orders, ids and
/// money again. Survives the death of the process, not of the machine.
class journal {
 public:
  /// Throws std::invalid_argument when the file cannot be read or written, or a whole line of it
  /// makes no sense. A torn last line is dropped.
  explicit journal(const std::string& path);

  const std::vector<journal_entry>& past() const { return past_; }
  void forget_past() { past_.clear(); }
  void append(const journal_entry& entry);

 private:
  std::string path_;
  std::vector<journal_entry> past_;
  std::ofstream out_;
};

} // namespace actorbot::sim
