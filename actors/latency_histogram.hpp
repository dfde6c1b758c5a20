#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <vector>

namespace actorbot {

/// Counts of nanosecond latencies in buckets of at most 1/32 relative width, 0 .. about 70 minutes.
/// Fixed size, no allocation; exact maximum.
class latency_histogram {
 public:
  void add(std::int64_t ns) {
    const auto value = static_cast<std::uint64_t>(std::max<std::int64_t>(ns, 0));
    ++buckets_[index_of(value)];
    ++count_;
    max_ = std::max(max_, value);
  }

  std::uint64_t count() const { return count_; }

  /// The upper bound of the bucket that holds the q-quantile, q in thousandths of a percent
  /// (50'000 = p50).
  std::int64_t quantile(std::uint64_t q) const {
    const auto rank = std::max<std::uint64_t>(1, (count_ * q + 99'999) / 100'000);
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i + 1 < buckets_.size(); ++i) { // the last one has no bound
      seen += buckets_[i];
      if (seen >= rank)
        return static_cast<std::int64_t>(std::min(upper_bound(i), max_));
    }
    return static_cast<std::int64_t>(max_);
  }

  /// p50, p99, p99.9, max; empty without a value.
  std::vector<std::int64_t> summary() const {
    if (count_ == 0)
      return {};
    return {quantile(50'000), quantile(99'000), quantile(99'900), static_cast<std::int64_t>(max_)};
  }

 private:
  static constexpr unsigned sub_bits = 5;

  static std::size_t index_of(std::uint64_t value) {
    if (value < (1u << sub_bits))
      return static_cast<std::size_t>(value);
    const auto shift = static_cast<unsigned>(std::bit_width(value)) - 1 - sub_bits;
    const auto index = (static_cast<std::uint64_t>(shift + 1) << sub_bits)
                       + ((value >> shift) & ((1u << sub_bits) - 1));
    return std::min<std::size_t>(static_cast<std::size_t>(index), size - 1);
  }
  static std::uint64_t upper_bound(std::size_t index) {
    if (index < (1u << sub_bits))
      return index;
    const auto shift = (index >> sub_bits) - 1;
    const auto base = (index & ((1u << sub_bits) - 1)) | (1u << sub_bits);
    return ((static_cast<std::uint64_t>(base) + 1) << shift) - 1;
  }

  static constexpr std::size_t size = 38u << sub_bits;
  std::array<std::uint32_t, size> buckets_{};
  std::uint64_t count_ = 0;
  std::uint64_t max_ = 0;
};

} // namespace actorbot
