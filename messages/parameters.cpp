#include "messages/parameters.hpp"

#include <algorithm>
#include <charconv>
#include <stdexcept>

namespace actorbot {

namespace {

std::string quoted(std::string_view text) { return '"' + std::string(text) + '"'; }

parsed_parameter accept(parameter_value value) { return {std::move(value), {}}; }
parsed_parameter refuse(std::string error) { return {std::nullopt, std::move(error)}; }

std::string_view trimmed_end(std::string_view text) {
  while (!text.empty() && text.back() == ' ')
    text.remove_suffix(1);
  return text;
}

/// The number of letters to insert, remove or exchange.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j)
    row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    auto diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const auto exchanged = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({exchanged, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

parsed_parameter parse_boolean(std::string_view text) {
  if (text == "true" || text == "false")
    return accept(text == "true");
  return refuse(quoted(text) + " is neither true nor false");
}

parsed_parameter parse_integer(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc::result_out_of_range)
    return refuse(quoted(text) + " is too large for a whole number");
  if (error != std::errc{} || end != text.data() + text.size())
    return refuse(quoted(text) + " is not a whole number; write it like 25");
  return accept(value);
}

parsed_parameter parse_plain(std::string_view text, std::string_view example) {
  if (const auto value = decimal::parse(text))
    return accept(*value);
  return refuse(quoted(text) + " is not a plain number that can be held exactly (at most 18 "
                + "decimals, no unit); write it like " + std::string(example));
}

/// For a bare number: what it would mean with each unit, in full, so that nobody has to guess.
std::string unit_missing(decimal found) {
  try {
    const auto as_percent = to_string(decimal::divide(found, 100));
    const auto percent = to_string(found * 100);
    const auto bps = to_string(found * 10'000);
    const auto plain = to_string(found);
    return quoted(plain) + " has no unit; write " + quoted(plain + "%") + " (" + as_percent + "), "
           + quoted(percent + "%") + " (" + plain + ") or " + quoted(bps + "bps") + " (" + plain
           + ")";
  } catch (const decimal_overflow&) {
    return quoted(to_string(found)) + R"( has no unit; write a ratio like "0.08%" or "8bps")";
  }
}

parsed_parameter parse_ratio(std::string_view text) {
  if (const auto bare = decimal::parse(text)) {
    if (bare->is_zero())
      return accept(*bare);
    return refuse(unit_missing(*bare));
  }
  const bool percent = text.ends_with("%");
  const bool bps = text.ends_with("bps");
  if (percent || bps) {
    const auto number = trimmed_end(text.substr(0, text.size() - (percent ? 1 : 3)));
    const decimal per_unit = percent ? 100 : 10'000;
    if (const auto value = decimal::parse(number)) {
      const auto fraction = decimal::divide(*value, per_unit);
      if (fraction * per_unit == *value)
        return accept(fraction);
      return refuse(quoted(text) + " is finer than can be held exactly (1e-18)");
    }
  }
  return refuse(quoted(text) + R"( is not a ratio; write it like "0.08%" or "8bps")");
}

parsed_parameter parse_span(std::string_view text) {
  if (const auto value = parse_duration(text))
    return accept(*value);
  const auto bare = decimal::parse(text);
  if (bare && !bare->is_negative())
    return refuse(quoted(text) + " has no unit; write " + quoted(to_string(*bare) + "s")
                  + " for seconds (units: ns, us, ms, s, m, h, d)");
  return refuse(quoted(text)
                + R"( is not a time span; write it like "35s", "250ms", "1.5m", "8h" or "2d")");
}

parsed_parameter parse_choice(const parameter& spec, std::string_view text) {
  if (std::find(spec.choices.begin(), spec.choices.end(), text) != spec.choices.end())
    return accept(std::string(text));
  std::string list;
  const std::string* nearest = nullptr;
  std::size_t least = 0;
  for (const auto& choice : spec.choices) {
    list += (list.empty() ? "" : ", ") + choice;
    const auto distance = edit_distance(text, choice);
    if (!nearest || distance < least) {
      nearest = &choice;
      least = distance;
    }
  }
  auto error = quoted(text) + " is not one of " + list;
  // Further away than half the word is no misspelling of it.
  if (nearest && least <= std::max<std::size_t>(1, nearest->size() / 2))
    error += "; did you mean " + quoted(*nearest) + "?";
  return refuse(std::move(error));
}

/// The text may be the secret itself, so no error repeats it.
parsed_parameter parse_secret(std::string_view text) {
  const bool env = text.starts_with("env:") && text.size() > 4;
  const bool file = text.starts_with("file:") && text.size() > 5;
  if (!env && !file)
    return refuse(R"(a secret is never written in the file; write "env:NAME" or "file:PATH")");
  const auto name_letter = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  };
  if (env && !std::all_of(text.begin() + 4, text.end(), name_letter))
    return refuse(R"(the name after "env:" may hold letters, digits and "_" only)");
  return accept(std::string(text));
}

parsed_parameter parse_unbounded(const parameter& spec, std::string_view text) {
  switch (spec.kind) {
  case parameter_kind::boolean:
    return parse_boolean(text);
  case parameter_kind::integer:
    return parse_integer(text);
  case parameter_kind::number:
    return parse_plain(text, "1.5");
  case parameter_kind::size:
    return parse_plain(text, "0.00273");
  case parameter_kind::money:
    return parse_plain(text, "1000");
  case parameter_kind::quote_price:
    return parse_plain(text, "62000.5");
  case parameter_kind::ratio:
    return parse_ratio(text);
  case parameter_kind::time_span:
    return parse_span(text);
  case parameter_kind::choice:
    return parse_choice(spec, text);
  case parameter_kind::text:
    return accept(std::string(text));
  case parameter_kind::secret:
    return parse_secret(text);
  }
  return refuse("unknown kind of parameter");
}

/// A bound of the table; one that does not parse is a bug of the table.
parameter_value bound_of(const parameter& spec, const std::string& text) {
  auto bound = parse_unbounded(spec, text);
  if (!bound.value)
    throw std::logic_error("parameter " + spec.name + ": its bound " + bound.error);
  return *bound.value;
}

bool has_order(parameter_kind kind) {
  switch (kind) {
  case parameter_kind::integer:
  case parameter_kind::number:
  case parameter_kind::ratio:
  case parameter_kind::time_span:
  case parameter_kind::size:
  case parameter_kind::money:
  case parameter_kind::quote_price:
    return true;
  default:
    return false;
  }
}

template <class T>
const T& as(const parameter_value& value, std::string_view name) {
  if (const auto* held = std::get_if<T>(&value))
    return *held;
  throw std::logic_error("parameter " + std::string(name) + " has another kind");
}

} // namespace

const parameter_value& parameter_values::at(std::string_view name) const {
  const auto found = values_.find(name);
  if (found == values_.end())
    throw std::logic_error("parameter " + std::string(name) + " is not set");
  return found->second;
}

bool parameter_values::boolean(std::string_view name) const { return as<bool>(at(name), name); }

std::int64_t parameter_values::integer(std::string_view name) const {
  return as<std::int64_t>(at(name), name);
}

decimal parameter_values::number(std::string_view name) const {
  return as<decimal>(at(name), name);
}

duration parameter_values::span(std::string_view name) const {
  return as<duration>(at(name), name);
}

const std::string& parameter_values::text(std::string_view name) const {
  return as<std::string>(at(name), name);
}

parsed_parameter parse_parameter(const parameter& spec, std::string_view text) {
  auto parsed = parse_unbounded(spec, text);
  if (!parsed.value || !has_order(spec.kind))
    return parsed;
  if (!spec.minimum.empty() && *parsed.value < bound_of(spec, spec.minimum))
    return refuse(quoted(text) + " is below the minimum " + spec.minimum);
  if (!spec.maximum.empty() && *parsed.value > bound_of(spec, spec.maximum))
    return refuse(quoted(text) + " is above the maximum " + spec.maximum);
  return parsed;
}

std::string format_parameter(const parameter& spec, const parameter_value& value) {
  switch (spec.kind) {
  case parameter_kind::boolean:
    return as<bool>(value, spec.name) ? "true" : "false";
  case parameter_kind::integer:
    return std::to_string(as<std::int64_t>(value, spec.name));
  case parameter_kind::ratio:
    return to_string(as<decimal>(value, spec.name) * 100) + "%";
  case parameter_kind::time_span:
    return to_text(as<duration>(value, spec.name));
  case parameter_kind::number:
  case parameter_kind::size:
  case parameter_kind::money:
  case parameter_kind::quote_price:
    return to_string(as<decimal>(value, spec.name));
  case parameter_kind::choice:
  case parameter_kind::text:
  case parameter_kind::secret:
    break;
  }
  return as<std::string>(value, spec.name);
}

std::string describe_kind(const parameter& spec) {
  switch (spec.kind) {
  case parameter_kind::boolean:
    return "true or false";
  case parameter_kind::integer:
    return "whole number, e.g. 25";
  case parameter_kind::number:
    return "number without a unit, e.g. 1.5";
  case parameter_kind::ratio:
    return "ratio with its unit, e.g. 0.08% or 8bps";
  case parameter_kind::time_span:
    return "time span with its unit, e.g. 35s, 250ms or 8h";
  case parameter_kind::size:
    return "size in base units, e.g. 0.00273";
  case parameter_kind::money:
    return "amount in quote currency, e.g. 1000";
  case parameter_kind::quote_price:
    return "price in quote currency, e.g. 62000.5";
  case parameter_kind::text:
    return "text";
  case parameter_kind::secret:
    return "secret, as env:NAME or file:PATH";
  case parameter_kind::choice:
    break;
  }
  std::string list;
  for (const auto& choice : spec.choices)
    list += (list.empty() ? "one of " : ", ") + choice;
  return list;
}

} // namespace actorbot
