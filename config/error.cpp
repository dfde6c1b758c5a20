#include "config/error.hpp"

#include <algorithm>
#include <cstddef>

namespace actorbot::config {

namespace {

std::string folded(std::string_view word) {
  std::string out;
  for (char c : word) {
    if (c >= 'A' && c <= 'Z')
      out += static_cast<char>(c - 'A' + 'a');
    else
      out += c == '-' ? '_' : c;
  }
  return out;
}

/// Optimal string alignment: insert, delete, replace, swap of neighbours.
std::size_t edit_distance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> before_last(b.size() + 1);
  std::vector<std::size_t> last(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j)
    last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t cost = a[i - 1] == b[j - 1] ? 0 : 1;
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + cost});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
    before_last.swap(last);
    last.swap(row);
  }
  return last[b.size()];
}

} // namespace

std::string to_string(const origin& where) {
  if (where.line == 0)
    return where.source;
  return where.source + ':' + std::to_string(where.line) + ':' + std::to_string(where.column);
}

std::string to_string(const config_error& error) {
  return to_string(error.where) + ": " + error.text;
}

void sort_by_place(std::vector<config_error>& errors) {
  std::stable_sort(errors.begin(), errors.end(), [](const config_error& a, const config_error& b) {
    return a.where.line != b.where.line ? a.where.line < b.where.line
                                        : a.where.column < b.where.column;
  });
}

std::optional<std::string> nearest(std::string_view word,
                                   const std::vector<std::string>& candidates) {
  constexpr std::size_t longest = 64; // nobody slips in a longer word; bounds the work
  if (word.empty() || word.size() > longest)
    return std::nullopt;
  const auto wanted = folded(word);
  auto best = std::max<std::size_t>(1, wanted.size() / 3) + 1;
  std::optional<std::string> found;
  for (const auto& candidate : candidates) {
    const auto distance = edit_distance(wanted, folded(candidate));
    if (distance < best) {
      best = distance;
      found = candidate;
    }
  }
  return found;
}

std::string suggest(std::string_view word, const std::vector<std::string>& candidates,
                    std::string_view what) {
  if (const auto near = nearest(word, candidates))
    return ", did you mean `" + *near + "`?";
  if (candidates.empty())
    return {};
  std::string out = "; " + std::string(what) + ": ";
  for (std::size_t i = 0; i < candidates.size(); ++i)
    out += (i == 0 ? "`" : ", `") + candidates[i] + '`';
  return out;
}

std::string quoted(std::string_view text) {
  constexpr std::size_t longest = 60;
  std::string out = "`";
  for (char c : text.substr(0, longest)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f)
      out += '?';
    else
      out += c;
  }
  return out + (text.size() > longest ? "...`" : "`");
}

} // namespace actorbot::config
