#include "tests/unit/support/allocations.hpp"

#include <cstdlib>
#include <new>

namespace actorbot::venues::test {

std::size_t allocations = 0;

} // namespace actorbot::venues::test

#ifndef __SANITIZE_ADDRESS__

// Where it sees both insides at once, GCC takes a free() of what new gave for a mistake.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

void* operator new(std::size_t size) {
  ++actorbot::venues::test::allocations;
  if (void* p = std::malloc(size))
    return p;
  throw std::bad_alloc{};
}

void operator delete(void* p) noexcept { std::free(p); }
void operator delete(void* p, std::size_t) noexcept { std::free(p); }

#endif
