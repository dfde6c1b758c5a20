#pragma once

#include "tools/vectors/case_check.hpp"

#include <cstddef>
#include <ostream>
#include <span>
#include <string>
#include <string_view>

/// Runs files of test vectors made by other implementations.
/// To add a file: write <name>_runner.cpp with a table of its case kinds, declare its function
/// below and list it in runners.cpp.
namespace actorbot::vectors {

/// Checks the cases of one kind. May throw; the text of the exception is then the failure.
struct kind_runner {
  std::string_view kind;
  void (*run)(case_check& check);
};

/// Knows the kinds of one file. `name` is the file's member "venue" or the stem of its file name.
struct file_runner {
  std::string_view name;
  std::span<const kind_runner> kinds;
};

/// All runners, in alphabetical order.
[[nodiscard]] std::span<const file_runner> runners();

file_runner aster_runner();
file_runner backpack_runner();
file_runner dydx_runner();
file_runner edgex_runner();
file_runner ethereum_runner();
file_runner grvt_runner();

/// How many cases ended which way.
struct tally {
  std::size_t passed = 0;
  std::size_t failed = 0;
  std::size_t skipped = 0; ///< Of a kind, or in a file, that no runner knows.

  tally& operator+=(const tally& other) noexcept;
  [[nodiscard]] std::string text() const;
};

/// Runs every case of a file and writes a line for each that failed, for each unknown kind, and for
/// the file. `path` names the file in the output and, failing a member "venue", tells its runner.
/// Throws std::runtime_error when the file has no list "cases".
tally run_file(const std::string& path, const json& file, std::ostream& out);

} // namespace actorbot::vectors
