#include "messages/decimal.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace actorbot {

namespace {

constexpr std::array<std::int64_t, 19> powers_of_ten = [] {
  std::array<std::int64_t, 19> table{};
  std::int64_t value = 1;
  for (auto& entry : table) {
    entry = value;
    if (value <= decimal::unit / 10)
      value *= 10;
  }
  return table;
}();

/// An unsigned 256-bit number, only for the middle of a product or a quotient.
struct uint256 {
  uint128 high = 0;
  uint128 low = 0;
};

uint256 multiply_wide(uint128 a, uint128 b) {
  constexpr auto mask = ~std::uint64_t{0};
  const uint128 a0 = static_cast<std::uint64_t>(a & mask), a1 = a >> 64;
  const uint128 b0 = static_cast<std::uint64_t>(b & mask), b1 = b >> 64;
  const uint128 p00 = a0 * b0, p01 = a0 * b1, p10 = a1 * b0, p11 = a1 * b1;
  const uint128 middle = (p00 >> 64) + (p01 & mask) + (p10 & mask);
  return {p11 + (p01 >> 64) + (p10 >> 64) + (middle >> 64), middle << 64 | (p00 & mask)};
}

struct division {
  uint256 quotient;
  uint128 remainder = 0;
};

/// School division; one 64-bit limb at a time where the divisor allows it (every product), bit by
/// bit for the rare quotient of two large numbers.
division divide_wide(uint256 n, uint128 d) {
  division result;
  if (n.high == 0) {
    result.quotient.low = n.low / d;
    result.remainder = n.low % d;
    return result;
  }
  if ((d >> 64) == 0) {
    const auto limb = [&](std::uint64_t next) {
      const uint128 part = result.remainder << 64 | next;
      result.remainder = part % d;
      return part / d;
    };
    const uint128 q3 = limb(static_cast<std::uint64_t>(n.high >> 64));
    const uint128 q2 = limb(static_cast<std::uint64_t>(n.high));
    const uint128 q1 = limb(static_cast<std::uint64_t>(n.low >> 64));
    const uint128 q0 = limb(static_cast<std::uint64_t>(n.low));
    result.quotient = {q3 << 64 | q2, q1 << 64 | q0};
    return result;
  }
  uint128 remainder = 0;
  for (int bit = 255; bit >= 0; --bit) {
    const bool carry = (remainder >> 127) != 0;
    const uint128 next = bit >= 128 ? (n.high >> (bit - 128)) & 1 : (n.low >> bit) & 1;
    remainder = remainder << 1 | next;
    if (carry || remainder >= d) {
      remainder -= d;
      auto& word = bit >= 128 ? result.quotient.high : result.quotient.low;
      word |= uint128{1} << (bit % 128);
    }
  }
  result.remainder = remainder;
  return result;
}

uint128 magnitude(int128 x) {
  return x < 0 ? uint128{0} - static_cast<uint128>(x) : static_cast<uint128>(x);
}

/// Whether the magnitude has to grow by one, given what was cut off.
bool rounds_away(rounding mode, bool negative, uint128 remainder, uint128 divisor, bool odd) {
  if (remainder == 0)
    return false;
  switch (mode) {
  case rounding::down:
    return false;
  case rounding::up:
    return true;
  case rounding::floor:
    return negative;
  case rounding::ceil:
    return !negative;
  case rounding::half_up:
    return remainder >= divisor - remainder;
  case rounding::half_even: {
    const uint128 rest = divisor - remainder;
    return remainder > rest || (remainder == rest && odd);
  }
  }
  return false;
}

constexpr uint128 largest_magnitude = ~uint128{0} >> 1;

/// The signed, rounded quotient n / d; empty when it does not fit.
std::optional<int128> rounded_quotient(uint256 n, uint128 d, bool negative, rounding mode) {
  auto [quotient, remainder] = divide_wide(n, d);
  if (quotient.high != 0)
    return std::nullopt;
  if (rounds_away(mode, negative, remainder, d, (quotient.low & 1) != 0))
    ++quotient.low;
  if (quotient.low > largest_magnitude || quotient.low == 0)
    return quotient.low == 0 ? std::optional<int128>{0} : std::nullopt;
  const auto value = static_cast<int128>(quotient.low);
  return negative ? -value : value;
}

std::size_t write_integer(std::uint64_t value, char* out) {
  char digits[20];
  std::size_t count = 0;
  do {
    digits[count++] = static_cast<char>('0' + value % 10);
    value /= 10;
  } while (value != 0);
  std::reverse_copy(digits, digits + count, out);
  return count;
}

} // namespace

void decimal::throw_overflow(const char* what) {
  throw decimal_overflow(std::string("decimal overflow in ") + what);
}

decimal decimal::from_parts(std::int64_t mantissa, int exponent) {
  if (mantissa == 0)
    return {};
  int128 raw = mantissa;
  for (int places = exponent + scale; places > 0; --places)
    if (__builtin_mul_overflow(raw, int128{10}, &raw))
      throw_overflow("from_parts");
  for (int places = exponent + scale; places < 0; ++places) {
    if (raw % 10 != 0)
      throw_overflow("from_parts (finer than 1e-18)");
    raw /= 10;
  }
  return from_raw(raw);
}

std::optional<decimal> decimal::parse(std::string_view text) {
  const char* at = text.data();
  const char* const end = at + text.size();
  const bool negative = at != end && *at == '-';
  if (negative)
    ++at;
  // Leading digits go through 64 bits while they fit: that is every price and size in the field.
  uint128 mantissa = 0;
  int decimals = 0;
  bool any = false, point = false;
  for (; at != end; ++at) {
    if (*at == '.' && !point) {
      point = true;
      continue;
    }
    const auto digit = static_cast<unsigned>(*at - '0');
    if (digit > 9)
      break;
    any = true;
    if (mantissa > largest_magnitude / 10) {
      // Trailing zeros may go on for ever; any other digit here is finer or larger than we hold.
      if (digit != 0)
        return std::nullopt;
      if (!point)
        --decimals;
      continue;
    }
    mantissa = mantissa * 10 + digit;
    if (point)
      ++decimals;
  }
  if (!any)
    return std::nullopt;
  if (at != end && (*at == 'e' || *at == 'E')) {
    ++at;
    bool negative_exponent = false;
    if (at != end && (*at == '-' || *at == '+'))
      negative_exponent = *at++ == '-';
    if (at == end)
      return std::nullopt;
    int exponent = 0;
    for (; at != end; ++at) {
      const auto digit = static_cast<unsigned>(*at - '0');
      if (digit > 9)
        return std::nullopt;
      exponent = std::min(exponent * 10 + static_cast<int>(digit), 1000);
    }
    decimals += negative_exponent ? exponent : -exponent;
  }
  if (at != end)
    return std::nullopt;
  if (mantissa == 0)
    return decimal{};
  if (decimals >= 0 && decimals <= scale) {
    uint128 raw = 0;
    if (__builtin_mul_overflow(
            mantissa,
            static_cast<uint128>(powers_of_ten[static_cast<std::size_t>(scale - decimals)]), &raw))
      return std::nullopt;
    mantissa = raw;
  } else {
    for (; decimals > scale; --decimals) {
      if (mantissa % 10 != 0)
        return std::nullopt;
      mantissa /= 10;
    }
    for (int places = scale - decimals; places > 0; --places)
      if (__builtin_mul_overflow(mantissa, uint128{10}, &mantissa))
        return std::nullopt;
  }
  if (mantissa > largest_magnitude)
    return std::nullopt;
  const auto raw = static_cast<int128>(mantissa);
  return from_raw(negative ? -raw : raw);
}

decimal decimal::multiply(decimal a, decimal b, rounding mode) {
  const bool negative = (a.raw_ < 0) != (b.raw_ < 0);
  const auto product = multiply_wide(magnitude(a.raw_), magnitude(b.raw_));
  const auto result = rounded_quotient(product, static_cast<uint128>(unit), negative, mode);
  if (!result)
    throw_overflow("multiplication");
  return from_raw(*result);
}

decimal decimal::divide(decimal a, decimal b, rounding mode, int places) {
  if (b.raw_ == 0)
    throw_overflow("division by zero");
  if (places < 0 || places > scale)
    throw std::invalid_argument("decimal::divide: places must be 0..18");
  const auto power = powers_of_ten[static_cast<std::size_t>(places)];
  const bool negative = (a.raw_ < 0) != (b.raw_ < 0);
  const auto numerator = multiply_wide(magnitude(a.raw_), static_cast<uint128>(power));
  const auto result = rounded_quotient(numerator, magnitude(b.raw_), negative, mode);
  int128 raw = 0;
  if (!result || __builtin_mul_overflow(*result, static_cast<int128>(unit / power), &raw))
    throw_overflow("division");
  return from_raw(raw);
}

decimal decimal::round_to(decimal step, rounding mode) const {
  if (!step.is_positive())
    throw std::invalid_argument("decimal::round_to: the step must be positive");
  const auto count = rounded_quotient({0, magnitude(raw_)}, magnitude(step.raw_), raw_ < 0, mode);
  int128 raw = 0;
  if (!count || __builtin_mul_overflow(*count, step.raw_, &raw))
    throw_overflow("round_to");
  return from_raw(raw);
}

bool decimal::is_multiple_of(decimal step) const { return step.raw_ != 0 && raw_ % step.raw_ == 0; }

std::int64_t decimal::count_of(decimal step) const {
  if (!is_multiple_of(step))
    throw decimal_overflow(to_string(*this) + " is not a multiple of " + to_string(step));
  const int128 count = raw_ / step.raw_;
  if (count > std::numeric_limits<std::int64_t>::max()
      || count < std::numeric_limits<std::int64_t>::min())
    throw_overflow("count_of");
  return static_cast<std::int64_t>(count);
}

std::size_t decimal::to_chars(char* out) const {
  char* at = out;
  if (raw_ < 0)
    *at++ = '-';
  const uint128 value = magnitude(raw_);
  // At most 1.7e20 units: one 128-bit division, then 64-bit arithmetic.
  const uint128 whole = value / static_cast<uint128>(unit);
  auto fraction = static_cast<std::uint64_t>(value - whole * static_cast<uint128>(unit));
  if (whole <= std::numeric_limits<std::uint64_t>::max()) {
    at += write_integer(static_cast<std::uint64_t>(whole), at);
  } else {
    at += write_integer(static_cast<std::uint64_t>(whole / 1'000'000'000), at);
    auto rest = static_cast<std::uint64_t>(whole % 1'000'000'000);
    for (int i = 8; i >= 0; --i) {
      at[i] = static_cast<char>('0' + rest % 10);
      rest /= 10;
    }
    at += 9;
  }
  if (fraction != 0) {
    int digits = scale;
    while (fraction % 10 == 0) {
      fraction /= 10;
      --digits;
    }
    *at++ = '.';
    for (int i = digits - 1; i >= 0; --i) {
      at[i] = static_cast<char>('0' + fraction % 10);
      fraction /= 10;
    }
    at += digits;
  }
  return static_cast<std::size_t>(at - out);
}

std::string decimal::to_fixed(int places) const {
  if (places < 0 || places > scale)
    throw std::invalid_argument("decimal::to_fixed: places must be 0..18");
  const auto step = from_raw(powers_of_ten[static_cast<std::size_t>(scale - places)]);
  auto text = to_string(round_to(step, rounding::half_even));
  if (places == 0)
    return text;
  const auto point = text.find('.');
  const auto have = point == std::string::npos ? 0 : text.size() - point - 1;
  if (point == std::string::npos)
    text += '.';
  text.append(static_cast<std::size_t>(places) - have, '0');
  return text;
}

double decimal::to_double() const { return static_cast<double>(raw_) / static_cast<double>(unit); }

std::string to_string(decimal x) {
  char buffer[decimal::max_chars];
  return {buffer, x.to_chars(buffer)};
}

decimal operator""_d(const char* text, std::size_t size) {
  const auto value = decimal::parse({text, size});
  if (!value)
    throw std::invalid_argument("not a decimal: " + std::string(text, size));
  return *value;
}

} // namespace actorbot
