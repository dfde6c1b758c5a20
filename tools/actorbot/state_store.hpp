#pragma once

#include "venues/number_ids.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace actorbot::tools {

/// What must outlive a process. Written durably (temporary file, fsync, rename) at the start, before
/// the first order, and at the end.
struct state {
  std::uint32_t run = 0;                           ///< of this process
  std::map<std::string, std::uint16_t> strategies; ///< number by name; a name keeps its number
  std::map<std::string, std::string> saved;        ///< strategies' save(), JSON text
};

/// A file lock that the kernel releases with the process.
class instance_lock {
 public:
  /// Throws std::runtime_error when the file cannot be made; held() is false when another process
  /// has it.
  explicit instance_lock(const std::string& path);
  ~instance_lock();
  instance_lock(instance_lock&& other) noexcept : file_{other.file_} { other.file_ = -1; }
  instance_lock(const instance_lock&) = delete;
  instance_lock& operator=(const instance_lock&) = delete;
  bool held() const { return file_ >= 0; }

 private:
  int file_ = -1;
};

/// The durable state of one bot: `<dir>/<bot>.json` beside `<dir>/<bot>.lock`.
class state_store {
 public:
  state_store(std::string dir, std::string bot);

  instance_lock lock() const;
  /// Reads the state, takes the next run number, numbers new strategies, writes it back. Throws
  /// std::runtime_error naming the file when it is damaged or cannot be written: a run number that
  /// was used before must never be used again.
  state begin_run(const std::vector<std::string>& strategies) const;
  void write(const state& s) const;
  /// Blocks of numeric client ids that this bot took on that venue, oldest first. They are lines of
  /// `<dir>/<bot>.ids`; a last line that a crash cut short was never used and is dropped.
  std::vector<venues::id_block> id_blocks(const std::string& venue) const;
  /// Makes one more durable (append, fdatasync). Returns what went wrong, empty when done.
  std::string append_id_block(const std::string& venue, const venues::id_block& block) const;
  const std::string& path() const { return path_; }

 private:
  state read() const;
  std::string dir_, path_, lock_path_, ids_path_;
};

/// Locks one venue account on this machine, whatever the state directory: two bots on one account
/// would count each other's orders as foreign. `identity` is hashed, never shown.
instance_lock lock_account(const std::string& venue_kind, const std::string& environment,
                           const std::string& identity);

} // namespace actorbot::tools
