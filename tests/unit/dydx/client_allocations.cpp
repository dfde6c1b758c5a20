#include "client_support.hpp"

#include <cstdlib>
#include <new>

/// The program's allocation functions, counted. In a file of their own, so that the compiler sees
/// calls to them and not their insides.
namespace dydx_client {

std::size_t allocations = 0;

} // namespace dydx_client

// The address sanitizer has allocation functions of its own; then nothing is counted.
#ifndef __SANITIZE_ADDRESS__

void* operator new(std::size_t size) {
  ++dydx_client::allocations;
  if (void* p = std::malloc(size))
    return p;
  throw std::bad_alloc{};
}

void operator delete(void* p) noexcept { std::free(p); }
void operator delete(void* p, std::size_t) noexcept { std::free(p); }

#endif
