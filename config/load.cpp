#include "config/load.hpp"

#include "config/files.hpp"

namespace actorbot::config {

load_result load_file(const std::string& path, const known_kinds& kinds) {
  const auto text = read_text_file(path);
  if (text)
    return load_text(*text, path, kinds);
  load_result out;
  out.errors.push_back(
      {error_code::unreadable, {path, 0, 0}, "", "the file does not exist or cannot be read"});
  return out;
}

load_result load_text(std::string_view text, const std::string& name, const known_kinds& kinds) {
  auto document = parse_document(text, name);
  if (!document.root)
    return {std::nullopt, std::move(document.errors)};
  const bool incomplete = !document.errors.empty();
  auto out = build(*document.root, kinds, incomplete);
  if (!incomplete)
    return out;
  out.config.reset();
  out.errors.insert(out.errors.begin(), document.errors.begin(), document.errors.end());
  sort_by_place(out.errors);
  return out;
}

} // namespace actorbot::config
