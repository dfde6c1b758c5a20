#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace actorbot::exchange {

/// Reads a text file, gzip or plain, line by line. Each line is followed by at least 64 readable
/// bytes (SIMD parsers) and valid until the next call.
class gz_lines {
 public:
  /// Throws std::runtime_error when the file cannot be opened.
  explicit gz_lines(std::string path);
  ~gz_lines();
  gz_lines(const gz_lines&) = delete;
  gz_lines& operator=(const gz_lines&) = delete;
  /// Without the line end; false at the end of the file. Throws std::runtime_error on a broken
  /// file.
  bool next(std::string_view& line);
  void rewind();

 private:
  bool refill();
  std::string path_;
  struct file;
  std::unique_ptr<file> file_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

/// The first file inside a zip archive, whole (stored or deflated; no encryption, below 4 GB).
/// Throws std::runtime_error when the archive is not readable.
std::string read_zip(const std::string& path);

/// "1723161255.030314" (seconds with up to nine decimals) or a whole number of nanoseconds.
/// Returns false when the text is neither.
bool parse_seconds(std::string_view text, std::int64_t& ns);
bool parse_integer(std::string_view text, std::int64_t& value);

} // namespace actorbot::exchange
