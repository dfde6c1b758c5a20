#pragma once

#include <nlohmann/json.hpp>

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace actorbot::vectors {

/// Members keep the order of the file: some vectors sign parameters in that order.
using json = nlohmann::ordered_json;

/// Checks one case of a vector file: reads its input and compares what the code produced with each
/// member of `expected`. Every member must be compared or left out by name, so that a value nobody
/// looks at is a failure and not a silent pass.
class case_check {
 public:
  case_check(const json& file, const json& vector_case) : file_{file}, case_{vector_case} {}

  /// The whole file, for keys and constants shared by its cases.
  [[nodiscard]] const json& file() const noexcept { return file_; }

  /// A member of `input`; the text form wants a string. Both throw when there is none.
  [[nodiscard]] const json& input(std::string_view name) const;
  [[nodiscard]] std::string text(std::string_view name) const;
  [[nodiscard]] bool has_input(std::string_view name) const;

  /// A member of `expected`, for the rare case that reads it before it can be compared.
  [[nodiscard]] const json& expected(std::string_view name) const;

  /// Compares `expected.<name>` with what was found.
  void equal(std::string_view name, const json& found);

  /// Records a failure unless `holds`; `what` says what should hold.
  void require(bool holds, std::string_view what);

  /// States that `expected.<name>` is not something this code produces.
  void leave_out(std::string_view name) { seen_.emplace(name); }

  /// What went wrong, after a look for members of `expected` that were not compared.
  [[nodiscard]] std::vector<std::string> finish();

 private:
  const json& file_;
  const json& case_;
  std::set<std::string, std::less<>> seen_;
  std::vector<std::string> failures_;
};

} // namespace actorbot::vectors
