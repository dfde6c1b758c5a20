#include "messages/decimal.hpp"
#include "tools/fuzz/require.hpp"
#include "tools/fuzz/script.hpp"

#include <boost/multiprecision/cpp_int.hpp>

#include <array>

using namespace actorbot;
using namespace actorbot::fuzz;

namespace {

using boost::multiprecision::cpp_int;

constexpr std::array modes{rounding::down, rounding::up,      rounding::floor,
                           rounding::ceil, rounding::half_up, rounding::half_even};

cpp_int exact(decimal x) {
  const auto raw = x.raw();
  cpp_int out = static_cast<std::int64_t>(raw >> 64);
  out <<= 64;
  out += static_cast<std::uint64_t>(raw);
  return out;
}

/// n / d to an integer, by the definition of the mode.
cpp_int rounded(cpp_int n, cpp_int d, rounding mode) {
  if (d < 0) {
    n = -n;
    d = -d;
  }
  cpp_int floor = n / d;
  if (n < 0 && floor * d != n)
    --floor;
  const cpp_int twice = 2 * (n - floor * d);
  if (twice == 0)
    return floor;
  switch (mode) {
  case rounding::down:
    return n < 0 ? cpp_int{floor + 1} : floor;
  case rounding::up:
    return n < 0 ? floor : cpp_int{floor + 1};
  case rounding::floor:
    return floor;
  case rounding::ceil:
    return floor + 1;
  case rounding::half_up: // ties away from zero
    return twice > d || (twice == d && n > 0) ? cpp_int{floor + 1} : floor;
  case rounding::half_even:
    return twice > d || (twice == d && floor % 2 != 0) ? cpp_int{floor + 1} : floor;
  }
  return floor;
}

/// The operation gives exactly `wanted` units, or throws because that does not fit.
template <class Operation>
void check(const cpp_int& wanted, Operation operation) {
  static const cpp_int largest = (cpp_int{1} << 127) - 1;
  try {
    require(exact(operation()) == wanted, "not the exact result");
  } catch (const decimal_overflow&) {
    require(wanted > largest || wanted < -largest, "refused although it fits");
  }
}

void check_text(decimal x) {
  const auto text = to_string(x);
  require(text.size() <= decimal::max_chars, "longer than promised");
  const auto back = decimal::parse(text);
  require(back && *back == x, "text and back");
  require(to_string(*back) == text, "two texts for one number");
}

void check_pair(decimal a, decimal b, int places) {
  const cpp_int x = exact(a), y = exact(b), unit = decimal::unit;
  check(x + y, [&] { return a + b; });
  check(x - y, [&] { return a - b; });
  require((a < b) == (x < y) && (a == b) == (x == y), "order");
  cpp_int power = 1;
  for (int i = places; i < decimal::scale; ++i)
    power *= 10;
  for (const auto mode : modes) {
    check(rounded(x * y, unit, mode), [&] { return decimal::multiply(a, b, mode); });
    if (!b.is_zero())
      check(rounded(x * unit, y * power, mode) * power,
            [&] { return decimal::divide(a, b, mode, places); });
    if (b.is_positive())
      check(rounded(x, y, mode) * y, [&] { return a.round_to(b, mode); });
  }
  if (!b.is_zero())
    require(a.is_multiple_of(b) == (x % y == 0), "multiple of");
  // At most 18 places: half even at the place asked.
  try {
    const auto text = a.to_fixed(places);
    const auto back = decimal::parse(text);
    require(back && exact(*back) == rounded(x, power, rounding::half_even) * power, "to_fixed");
  } catch (const decimal_overflow&) {
  }
}

} // namespace

/// Two numbers, "A B", and how many places; what is no number must be refused.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  step input{' ', as_text(data, size)};
  const auto first = input.word();
  const auto second = input.word();
  const auto places = static_cast<int>(number_in(input.rest, decimal::scale));
  const auto a = decimal::parse(first);
  if (!a)
    return 0;
  check_text(*a);
  if (const auto b = decimal::parse(second)) {
    check_text(*b);
    check_pair(*a, *b, places);
  }
  return 0;
}
