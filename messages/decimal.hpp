#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace actorbot {

__extension__ typedef __int128 int128;
__extension__ typedef unsigned __int128 uint128;

/// Thrown when a result does not fit: a wrong number must never go on (it ends the actor, and its
/// supervisor decides). Also thrown on division by zero.
class decimal_overflow : public std::overflow_error {
 public:
  using std::overflow_error::overflow_error;
};

/// How to make a number fit a step. `down` and `up` mean towards and away from zero.
enum class rounding : std::uint8_t { down, up, floor, ceil, half_up, half_even };

/// An exact decimal: a 128-bit count of 1e-18. Range about +-1.7e20, which holds prices from 1e-12
/// to 1e9, sizes from 1e-9 to 1e12 and sums of their notionals. Addition and subtraction are exact;
/// a product is exact while the factors have together at most 18 decimals and is rounded half to
/// even at 1e-18 beyond. Nothing ever wraps: what does not fit throws decimal_overflow.
class decimal {
 public:
  static constexpr int scale = 18;
  static constexpr std::int64_t unit = 1'000'000'000'000'000'000;
  /// Longest text that to_chars writes: sign, 21 digits, point, 18 digits.
  static constexpr std::size_t max_chars = 41;

  constexpr decimal() = default;
  constexpr decimal(int value) : raw_{static_cast<int128>(value) * unit} {}

  static constexpr decimal from_raw(int128 raw) {
    decimal d;
    d.raw_ = raw;
    return d;
  }
  static constexpr decimal from_int(std::int64_t value) {
    return from_raw(static_cast<int128>(value) * unit);
  }
  /// mantissa * 10^exponent; throws when it does not fit or is finer than 1e-18.
  static decimal from_parts(std::int64_t mantissa, int exponent);

  /// Reads "12", "-0.50", ".5", "5.", "1e-7", "1.5E3". No spaces, no "+", no "inf". Empty when the
  /// text is not a number, does not fit, or has non-zero digits beyond 1e-18.
  static std::optional<decimal> parse(std::string_view text);

  constexpr int128 raw() const { return raw_; }
  constexpr bool is_zero() const { return raw_ == 0; }
  constexpr bool is_negative() const { return raw_ < 0; }
  constexpr bool is_positive() const { return raw_ > 0; }
  constexpr int sign() const { return raw_ < 0 ? -1 : (raw_ > 0 ? 1 : 0); }
  constexpr decimal abs() const { return raw_ < 0 ? -*this : *this; }

  constexpr decimal operator-() const {
    if (raw_ == min_raw)
      throw_overflow("negation");
    return from_raw(-raw_);
  }
  friend constexpr decimal operator+(decimal a, decimal b) {
    int128 r = 0;
    if (__builtin_add_overflow(a.raw_, b.raw_, &r))
      throw_overflow("addition");
    return from_raw(r);
  }
  friend constexpr decimal operator-(decimal a, decimal b) {
    int128 r = 0;
    if (__builtin_sub_overflow(a.raw_, b.raw_, &r))
      throw_overflow("subtraction");
    return from_raw(r);
  }
  friend decimal operator*(decimal a, decimal b) { return multiply(a, b, rounding::half_even); }
  decimal& operator+=(decimal b) { return *this = *this + b; }
  decimal& operator-=(decimal b) { return *this = *this - b; }
  friend constexpr bool operator==(decimal, decimal) = default;
  friend constexpr auto operator<=>(decimal, decimal) = default;

  /// a * b, rounded at 1e-18 as asked.
  static decimal multiply(decimal a, decimal b, rounding mode);
  /// a / b, rounded at 10^-places (0..18).
  static decimal divide(decimal a, decimal b, rounding mode = rounding::half_even,
                        int places = scale);

  /// The integer multiple of `step` (> 0) next to this number in the direction asked. Steps need
  /// not be powers of ten: 0.5 and 5 are ticks that exist.
  decimal round_to(decimal step, rounding mode) const;
  bool is_multiple_of(decimal step) const;
  /// How many `step`s this is; throws when it is not a whole number of them or above 2^63.
  std::int64_t count_of(decimal step) const;

  /// Shortest text without exponent ("62049.6"); returns the number of characters written to `out`,
  /// which must hold max_chars.
  std::size_t to_chars(char* out) const;
  /// Exactly `places` decimals ("62049.60"), rounded half to even.
  std::string to_fixed(int places) const;
  /// For charts and log lines only: never compare, add or send what this returns.
  double to_double() const;

 private:
  static constexpr int128 max_raw = static_cast<int128>(~uint128{0} >> 1);
  static constexpr int128 min_raw = -max_raw - 1;
  [[noreturn]] static void throw_overflow(const char* what);

  int128 raw_ = 0;
};

std::string to_string(decimal x);

/// "0.1"_d; a text that is no decimal throws std::invalid_argument.
decimal operator""_d(const char* text, std::size_t size);

/// A decimal that means one thing, so that a price is never passed where a size is expected.
template <class Tag>
class tagged_decimal {
 public:
  constexpr tagged_decimal() = default;
  constexpr explicit tagged_decimal(decimal value) : value_{value} {}
  constexpr decimal value() const { return value_; }
  constexpr bool is_zero() const { return value_.is_zero(); }
  constexpr bool is_positive() const { return value_.is_positive(); }
  constexpr bool is_negative() const { return value_.is_negative(); }
  constexpr tagged_decimal abs() const { return tagged_decimal{value_.abs()}; }
  constexpr tagged_decimal operator-() const { return tagged_decimal{-value_}; }
  friend constexpr tagged_decimal operator+(tagged_decimal a, tagged_decimal b) {
    return tagged_decimal{a.value_ + b.value_};
  }
  friend constexpr tagged_decimal operator-(tagged_decimal a, tagged_decimal b) {
    return tagged_decimal{a.value_ - b.value_};
  }
  friend tagged_decimal operator*(tagged_decimal a, decimal b) {
    return tagged_decimal{a.value_ * b};
  }
  tagged_decimal& operator+=(tagged_decimal b) { return *this = *this + b; }
  tagged_decimal& operator-=(tagged_decimal b) { return *this = *this - b; }
  friend constexpr bool operator==(tagged_decimal, tagged_decimal) = default;
  friend constexpr auto operator<=>(tagged_decimal, tagged_decimal) = default;
  friend std::string to_string(tagged_decimal x) { return actorbot::to_string(x.value_); }

 private:
  decimal value_;
};

/// In quote currency per unit of base.
using price = tagged_decimal<struct price_tag>;
/// In base units; signed where it is a position (negative = short).
using quantity = tagged_decimal<struct quantity_tag>;

/// price x quantity, in quote currency.
inline decimal notional(price p, quantity q) { return p.value() * q.value(); }

inline price operator""_price(const char* text, std::size_t size) {
  return price{operator""_d(text, size)};
}
inline quantity operator""_qty(const char* text, std::size_t size) {
  return quantity{operator""_d(text, size)};
}

// -- CAF inspection ------------------------------------------------------------------------------

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, decimal& x) {
  auto bits = static_cast<uint128>(x.raw());
  auto high = static_cast<std::uint64_t>(bits >> 64);
  auto low = static_cast<std::uint64_t>(bits);
  if constexpr (Inspector::writes_state) {
    if (auto err = f(high, low))
      return err;
    x = decimal::from_raw(static_cast<int128>(static_cast<uint128>(high) << 64 | low));
    return {};
  } else {
    return f(high, low);
  }
}

template <class Inspector, class Tag>
typename Inspector::result_type inspect(Inspector& f, tagged_decimal<Tag>& x) {
  auto value = x.value();
  if constexpr (Inspector::writes_state) {
    if (auto err = f(value))
      return err;
    x = tagged_decimal<Tag>{value};
    return {};
  } else {
    return f(value);
  }
}

} // namespace actorbot
