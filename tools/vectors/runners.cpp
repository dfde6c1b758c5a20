#include "tools/vectors/runner.hpp"

#include <algorithm>
#include <array>
#include <exception>
#include <filesystem>
#include <map>
#include <stdexcept>

namespace actorbot::vectors {
namespace {

/// The failure texts of one case; none when it passed.
std::vector<std::string> run_case(const kind_runner& runner, const json& file,
                                  const json& vector_case) {
  case_check check{file, vector_case};
  try {
    runner.run(check);
  } catch (const std::exception& problem) {
    return {std::string{"stopped: "} + problem.what()};
  }
  return check.finish();
}

const file_runner* find_runner(const std::string& path, const json& file) {
  const auto name = file.contains("venue") && file["venue"].is_string()
                        ? file["venue"].get<std::string>()
                        : std::filesystem::path{path}.stem().string();
  const auto all = runners();
  const auto found = std::find_if(all.begin(), all.end(),
                                  [&](const auto& runner) { return runner.name == name; });
  return found == all.end() ? nullptr : &*found;
}

std::string member_text(const json& vector_case, const char* name) {
  const auto found = vector_case.find(name);
  return found != vector_case.end() && found->is_string() ? found->get<std::string>() : "?";
}

} // namespace

std::span<const file_runner> runners() {
  static const std::array all = {aster_runner(), backpack_runner(), dydx_runner(),
                                 edgex_runner(), ethereum_runner(), grvt_runner()};
  return all;
}

tally& tally::operator+=(const tally& other) noexcept {
  passed += other.passed;
  failed += other.failed;
  skipped += other.skipped;
  return *this;
}

std::string tally::text() const {
  return std::to_string(passed) + " passed, " + std::to_string(failed) + " failed, "
         + std::to_string(skipped) + " skipped";
}

tally run_file(const std::string& path, const json& file, std::ostream& out) {
  if (!file.is_object() || !file.contains("cases") || !file["cases"].is_array())
    throw std::runtime_error(path + ": expected an object with a list \"cases\"");
  const auto* runner = find_runner(path, file);
  tally counts;
  std::map<std::string, std::size_t> unknown_kinds;
  for (const auto& vector_case : file["cases"]) {
    const auto kind = member_text(vector_case, "kind");
    const kind_runner* known = nullptr;
    if (runner != nullptr) {
      const auto found = std::find_if(runner->kinds.begin(), runner->kinds.end(),
                                      [&](const auto& entry) { return entry.kind == kind; });
      known = found == runner->kinds.end() ? nullptr : &*found;
    }
    if (known == nullptr) {
      ++counts.skipped;
      ++unknown_kinds[kind];
      continue;
    }
    const auto failures = run_case(*known, file, vector_case);
    ++(failures.empty() ? counts.passed : counts.failed);
    if (failures.empty())
      continue;
    out << "FAILED " << member_text(vector_case, "name") << " (" << kind << ")";
    for (const auto& failure : failures)
      out << "; " << failure;
    out << "\n";
  }
  if (runner == nullptr)
    out << "SKIPPED " << path << ": no runner for this file\n";
  for (const auto& [kind, count] : unknown_kinds)
    out << "SKIPPED " << count << " of the unknown kind " << kind << "\n";
  out << path << ": " << counts.text() << "\n";
  return counts;
}

} // namespace actorbot::vectors
