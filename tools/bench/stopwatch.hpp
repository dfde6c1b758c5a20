#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace actorbot::bench {

/// Prices are whole numbers of this venue's tick of 0.1: tick number `n` of a slice has a bid of
/// 50000 + n / 10, and no other tick of the slice has it. Warm-up ticks are numbered below zero.
std::string price_text(std::int64_t number);
/// The number of the tick with this price; empty text or no such price: lowest.
std::int64_t tick_of_price(std::string_view price);

/// Time of the whole machine so far, in clock ticks of /proc/stat.
struct machine_time {
  std::uint64_t total = 0;
  std::uint64_t idle = 0;
  std::uint64_t stolen = 0;
  static machine_time read();
};

/// What the kernel says of a process.
struct process_use {
  std::int64_t cpu_ms = 0;
  std::int64_t peak_rss_kib = 0;
  /// Zeros when there is no such process.
  static process_use read(int pid);
};

/// When each tick was written and when the order that repeats its price had been read.
class stopwatch {
 public:
  explicit stopwatch(std::size_t ticks) : written_(ticks), read_(ticks) {}

  void tick_written(std::size_t number, std::int64_t ns) { written_[number] = ns; }
  void order_read(std::int64_t number, std::int64_t ns);

  bool answered(std::size_t number) const { return read_[number] != 0; }
  std::int64_t written(std::size_t number) const { return written_[number]; }
  std::int64_t order_time(std::size_t number) const { return read_[number]; }
  std::uint64_t orders() const { return orders_; }
  std::uint64_t duplicates() const { return duplicates_; }
  std::uint64_t backwards() const { return backwards_; }
  std::uint64_t answers() const;
  /// Nanoseconds from tick to order of all answered ticks, ascending.
  std::vector<std::int64_t> latencies() const;

 private:
  std::vector<std::int64_t> written_, read_;
  std::uint64_t orders_ = 0;
  std::uint64_t duplicates_ = 0; ///< a second order for the same tick
  std::uint64_t backwards_ = 0;  ///< an order for an older tick than the order before
  std::int64_t newest_ = -1;
};

/// The value at a share of `permyriad` / 10000 of ascending values; zero without any.
std::int64_t quantile(const std::vector<std::int64_t>& ascending, std::size_t permyriad);

} // namespace actorbot::bench
