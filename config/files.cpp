#include "config/files.hpp"

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <system_error>

namespace actorbot::config {

std::optional<std::string> read_text_file(const std::string& path) {
  constexpr std::size_t largest = 16U << 20U;
  std::error_code error;
  if (std::filesystem::is_directory(path, error))
    return std::nullopt;
  std::ifstream in{path, std::ios::binary};
  if (!in)
    return std::nullopt;
  std::string text;
  char block[4096];
  while (in.read(block, sizeof block) || in.gcount() > 0) {
    text.append(block, static_cast<std::size_t>(in.gcount()));
    if (text.size() > largest)
      return std::nullopt;
  }
  return text;
}

} // namespace actorbot::config
