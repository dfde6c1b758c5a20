#pragma once

#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace actorbot::fuzz {

/// What must hold whatever the input is; libFuzzer keeps the input that breaks it.
inline void require(bool holds, std::string_view what) {
  if (holds)
    return;
  std::fprintf(stderr, "broken: %.*s\n", static_cast<int>(what.size()), what.data());
  std::abort();
}

} // namespace actorbot::fuzz
