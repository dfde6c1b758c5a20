#include "tools/vectors/case_check.hpp"

#include <stdexcept>

namespace actorbot::vectors {
namespace {

const json& member(const json& object, const char* part, std::string_view name) {
  const auto found = object.find(part);
  if (found == object.end() || !found->is_object() || !found->contains(std::string{name}))
    throw std::runtime_error("the case has no " + std::string{part} + "." + std::string{name});
  return found->at(std::string{name});
}

} // namespace

const json& case_check::input(std::string_view name) const { return member(case_, "input", name); }

std::string case_check::text(std::string_view name) const {
  const auto& value = input(name);
  if (!value.is_string())
    throw std::runtime_error("input." + std::string{name} + " should be a text");
  return value.get<std::string>();
}

bool case_check::has_input(std::string_view name) const {
  return case_.contains("input") && case_["input"].contains(std::string{name});
}

const json& case_check::expected(std::string_view name) const {
  return member(case_, "expected", name);
}

void case_check::equal(std::string_view name, const json& found) {
  const auto& wanted = expected(name);
  seen_.emplace(name);
  if (wanted != found)
    failures_.push_back(std::string{name} + ": expected " + wanted.dump() + ", found "
                        + found.dump());
}

void case_check::require(bool holds, std::string_view what) {
  if (!holds)
    failures_.push_back("expected: " + std::string{what} + ", found the opposite");
}

std::vector<std::string> case_check::finish() {
  if (const auto found = case_.find("expected"); found != case_.end() && found->is_object()) {
    for (const auto& [name, value] : found->items()) {
      if (!seen_.contains(name))
        failures_.push_back(name + ": expected " + value.dump() + ", found no check for it");
    }
  }
  return failures_;
}

} // namespace actorbot::vectors
