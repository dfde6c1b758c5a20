#include "tools/bench/stopwatch.hpp"

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <limits>
#include <sstream>

namespace actorbot::bench {

namespace {

constexpr std::int64_t base_price = 500'000; ///< in tenths

} // namespace

std::string price_text(std::int64_t number) {
  const auto tenths = base_price + number;
  auto text = std::to_string(tenths / 10) + ".0";
  text.back() = static_cast<char>('0' + tenths % 10);
  return text;
}

std::int64_t tick_of_price(std::string_view price) {
  constexpr auto none = std::numeric_limits<std::int64_t>::min();
  std::int64_t whole = 0, tenth = 0;
  const auto* const end = price.data() + price.size();
  const auto [at, error] = std::from_chars(price.data(), end, whole);
  if (error != std::errc{})
    return none;
  if (at != end && *at == '.' && at + 1 != end)
    tenth = at[1] - '0';
  return whole * 10 + tenth - base_price;
}

machine_time machine_time::read() {
  std::ifstream file{"/proc/stat"};
  std::string word;
  file >> word;
  machine_time result;
  std::uint64_t value = 0;
  // user nice system idle iowait irq softirq steal; what follows is counted in user already.
  for (int i = 0; i < 8 && file >> value; ++i) {
    result.total += value;
    if (i == 3 || i == 4)
      result.idle += value;
    if (i == 7)
      result.stolen = value;
  }
  return result;
}

process_use process_use::read(int pid) {
  process_use result;
  const auto folder = "/proc/" + std::to_string(pid);
  std::ifstream stat{folder + "/stat"};
  std::string text{std::istreambuf_iterator<char>{stat}, {}};
  if (const auto close = text.rfind(')'); close != std::string::npos) {
    std::istringstream fields{text.substr(close + 2)};
    std::string skipped;
    for (int i = 0; i < 11; ++i)
      fields >> skipped;
    std::int64_t user = 0, system = 0;
    fields >> user >> system;
    result.cpu_ms = (user + system) * 1000 / sysconf(_SC_CLK_TCK);
  }
  std::ifstream status{folder + "/status"};
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmHWM:"))
      std::istringstream{line.substr(6)} >> result.peak_rss_kib;
  return result;
}

void stopwatch::order_read(std::int64_t number, std::int64_t ns) {
  if (number < 0 || static_cast<std::size_t>(number) >= read_.size()
      || written_[static_cast<std::size_t>(number)] == 0)
    return;
  ++orders_;
  auto& at = read_[static_cast<std::size_t>(number)];
  if (at != 0)
    ++duplicates_;
  else
    at = ns;
  if (number < newest_)
    ++backwards_;
  newest_ = std::max(newest_, number);
}

std::uint64_t stopwatch::answers() const {
  return static_cast<std::uint64_t>(
      std::count_if(read_.begin(), read_.end(), [](auto x) { return x != 0; }));
}

std::vector<std::int64_t> stopwatch::latencies() const {
  std::vector<std::int64_t> result;
  result.reserve(read_.size());
  for (std::size_t i = 0; i < read_.size(); ++i)
    if (read_[i] != 0)
      result.push_back(read_[i] - written_[i]);
  std::sort(result.begin(), result.end());
  return result;
}

std::int64_t quantile(const std::vector<std::int64_t>& ascending, std::size_t permyriad) {
  if (ascending.empty())
    return 0;
  return ascending[std::min(ascending.size() - 1, ascending.size() * permyriad / 10'000)];
}

} // namespace actorbot::bench
