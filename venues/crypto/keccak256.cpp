#include "venues/crypto/keccak256.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

namespace actorbot::crypto {
namespace {

using lanes = std::array<std::uint64_t, 25>;

// The lane of column x and row y has the index x + 5y in all tables.
constexpr std::array<std::uint64_t, 24> round_constants
    = {0x0000000000000001, 0x0000000000008082, 0x800000000000808a, 0x8000000080008000,
       0x000000000000808b, 0x0000000080000001, 0x8000000080008081, 0x8000000000008009,
       0x000000000000008a, 0x0000000000000088, 0x0000000080008009, 0x000000008000000a,
       0x000000008000808b, 0x800000000000008b, 0x8000000000008089, 0x8000000000008003,
       0x8000000000008002, 0x8000000000000080, 0x000000000000800a, 0x800000008000000a,
       0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008};

constexpr std::array<int, 25> rotations = {0,  1,  62, 28, 27, 36, 44, 6,  55, 20, 3,  10, 43,
                                           25, 39, 41, 45, 15, 21, 8,  18, 2,  61, 56, 14};

/// Where step pi moves lane `i`: (x, y) to (y, 2x + 3y).
constexpr std::size_t pi_target(std::size_t i) {
  const auto x = i % 5;
  const auto y = i / 5;
  return y + 5 * ((2 * x + 3 * y) % 5);
}

// The steps take their indices as template arguments, so that the compiler unrolls them and every
// table look-up becomes a constant.

template <std::size_t... I>
[[gnu::always_inline]] inline void theta(lanes& a, std::index_sequence<I...>) noexcept {
  std::uint64_t c[5];
  for (std::size_t x = 0; x < 5; ++x)
    c[x] = a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20];
  const std::uint64_t d[5]
      = {c[4] ^ std::rotl(c[1], 1), c[0] ^ std::rotl(c[2], 1), c[1] ^ std::rotl(c[3], 1),
         c[2] ^ std::rotl(c[4], 1), c[3] ^ std::rotl(c[0], 1)};
  ((a[I] ^= d[I % 5]), ...);
}

template <std::size_t... I>
[[gnu::always_inline]] inline void rho_pi(const lanes& a, lanes& b,
                                          std::index_sequence<I...>) noexcept {
  ((b[pi_target(I)] = std::rotl(a[I], rotations[I])), ...);
}

template <std::size_t... I>
[[gnu::always_inline]] inline void chi(const lanes& b, lanes& a,
                                       std::index_sequence<I...>) noexcept {
  ((a[I] = b[I] ^ (~b[I / 5 * 5 + (I + 1) % 5] & b[I / 5 * 5 + (I + 2) % 5])), ...);
}

void permute(lanes& state) noexcept {
  constexpr auto all = std::make_index_sequence<25>{};
  lanes a = state;
  lanes b;
  for (const auto constant : round_constants) {
    theta(a, all);
    rho_pi(a, b, all);
    chi(b, a, all);
    a[0] ^= constant;
  }
  state = a;
}

std::uint64_t to_little_endian(std::uint64_t lane) noexcept {
  if constexpr (std::endian::native == std::endian::big)
    lane = __builtin_bswap64(lane);
  return lane;
}

} // namespace

void keccak256_hasher::absorb(const std::uint8_t* block) noexcept {
  for (std::size_t i = 0; i < rate / 8; ++i) {
    std::uint64_t lane;
    std::memcpy(&lane, block + 8 * i, 8);
    state_[i] ^= to_little_endian(lane);
  }
  permute(state_);
}

keccak256_hasher& keccak256_hasher::update(byte_view data) noexcept {
  if (pending_size_ != 0) {
    const auto part = std::min(rate - pending_size_, data.size());
    std::copy_n(data.begin(), part, pending_.begin() + static_cast<std::ptrdiff_t>(pending_size_));
    pending_size_ += part;
    data = data.subspan(part);
    if (pending_size_ != rate)
      return *this;
    absorb(pending_.data());
    pending_size_ = 0;
  }
  while (data.size() >= rate) {
    absorb(data.data());
    data = data.subspan(rate);
  }
  std::copy(data.begin(), data.end(), pending_.begin());
  pending_size_ = data.size();
  return *this;
}

bytes32 keccak256_hasher::finish() noexcept {
  std::fill(pending_.begin() + static_cast<std::ptrdiff_t>(pending_size_), pending_.end(),
            std::uint8_t{0});
  // With one free byte both bits fall into it (0x81), so these are combined, not assigned.
  pending_[pending_size_] ^= 0x01;
  pending_[rate - 1] ^= 0x80;
  absorb(pending_.data());
  bytes32 result;
  for (std::size_t i = 0; i < 4; ++i) {
    const auto lane = to_little_endian(state_[i]);
    std::memcpy(result.data() + 8 * i, &lane, 8);
  }
  return result;
}

bytes32 keccak256(byte_view data) noexcept { return keccak256_hasher{}.update(data).finish(); }

bytes32 keccak256(std::string_view text) noexcept { return keccak256(as_bytes(text)); }

} // namespace actorbot::crypto
