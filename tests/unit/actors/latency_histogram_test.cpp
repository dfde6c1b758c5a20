#include "actors/latency_histogram.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <vector>

using actorbot::latency_histogram;

TEST_CASE("an empty histogram has no summary") {
  const latency_histogram h;
  CHECK(h.count() == 0);
  CHECK(h.summary().empty());
}

TEST_CASE("small values are exact and negative ones count as zero") {
  latency_histogram h;
  for (std::int64_t i = -1; i < 32; ++i)
    h.add(i);
  CHECK(h.count() == 33);
  CHECK(h.quantile(100'000) == 31);
  CHECK(h.quantile(1) == 0);
}

TEST_CASE("quantiles are never below the true value and at most 1/32 above, the maximum is exact") {
  std::mt19937_64 random{42};
  for (int round = 0; round < 20; ++round) {
    latency_histogram h;
    std::vector<std::int64_t> truth;
    for (int i = 0; i < 5000; ++i) {
      const auto value = static_cast<std::int64_t>(random() >> (22 + random() % 40));
      truth.push_back(value);
      h.add(value);
    }
    std::sort(truth.begin(), truth.end());
    for (std::uint64_t q : {1'000u, 50'000u, 90'000u, 99'000u, 99'900u, 99'990u, 100'000u}) {
      const auto rank = std::max<std::size_t>(1, (truth.size() * q + 99'999) / 100'000);
      const auto exact = truth[rank - 1];
      CHECK(h.quantile(q) >= exact);
      CHECK(h.quantile(q) <= exact + exact / 32);
    }
    CHECK(h.summary().back() == truth.back());
  }
}

TEST_CASE("values beyond the last bucket do not get lost") {
  latency_histogram h;
  h.add(INT64_MAX);
  h.add(5);
  CHECK(h.count() == 2);
  CHECK(h.quantile(100'000) >= (std::int64_t{1} << 42));
  CHECK(h.summary().back() == INT64_MAX);
}
