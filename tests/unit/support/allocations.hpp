#pragma once

#include <cstddef>

namespace actorbot::venues::test {

/// How often `operator new` was called in a program that links counted_allocations; not counted under
/// the address sanitizer, which has allocation functions of its own.
extern std::size_t allocations;

} // namespace actorbot::venues::test
