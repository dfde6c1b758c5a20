#include "strategies/grid_parameters.hpp"

namespace actorbot::strategies {

namespace {

using kind = parameter_kind;

parameter required(std::string name, kind k, std::string help) {
  parameter p;
  p.name = std::move(name);
  p.kind = k;
  p.help = std::move(help);
  p.required = true;
  return p;
}

parameter optional(std::string name, kind k, std::string default_text, std::string help) {
  parameter p;
  p.name = std::move(name);
  p.kind = k;
  p.help = std::move(help);
  p.default_text = std::move(default_text);
  return p;
}

parameter bounded(parameter p, std::string minimum, std::string maximum = {}) {
  p.minimum = std::move(minimum);
  p.maximum = std::move(maximum);
  return p;
}

parameter one_of(parameter p, std::vector<std::string> choices) {
  p.choices = std::move(choices);
  return p;
}

parameter also(parameter p, std::vector<std::string> aliases) {
  p.aliases = std::move(aliases);
  return p;
}

parameter_table make_table() {
  return {
      bounded(required("quantity", kind::size, "size of every entry, in base units"), "1e-18"),
      bounded(required("take_profit", kind::ratio,
                       "distance from the fill price to the price of its close order"),
              "0", "100%"),
      one_of(required("direction", kind::choice, "side of the entries"), {"buy", "sell"}),
      bounded(optional("max_orders", kind::integer, "40",
                       "highest number of close orders resting at the same time"),
              "1", "100000"),
      bounded(optional("wait_time", kind::time_span, "450s",
                       "base of the cool-down: a quarter on an empty grid, twice when nearly full"),
              "0", "7d"),
      bounded(optional("grid_step", kind::ratio, "-100%",
                       "least distance between a new close order and the nearest one; -100% = off"),
              "-100%", "100%"),
      one_of(
          optional("entry", kind::choice, "far_touch",
                   "where entries are quoted, always post-only: far_touch = one tick better than "
                   "the far side"),
          {"far_touch", "mid", "join", "improve"}),
      optional("random_timing", kind::boolean, "false", "vary the cool-down, drawn once per cycle"),
      bounded(optional("timing_range", kind::ratio, "50%", "how far random_timing varies it"), "0",
              "100%"),
      optional("dynamic_profit", kind::boolean, "false",
               "vary the take-profit, drawn once per cycle"),
      bounded(optional("profit_range", kind::ratio, "50%", "how far dynamic_profit varies it"), "0",
              "100%"),
      also(bounded(optional("no_entry_beyond", kind::quote_price, "",
                            "no entries while the price is at or past this: too good to open more"),
                   "0"),
           {"pause_price"}),
      one_of(optional("beyond_action", kind::choice, "pause",
                      "what reaching no_entry_beyond does: pause until the price is back, or stop "
                      "with close orders and position left"),
             {"pause", "stop"}),
      also(bounded(optional("stop_beyond", kind::quote_price, "",
                            "stop at this price, close orders and position left: a second "
                            "no_entry_beyond with beyond_action = \"stop\""),
                   "0"),
           {"stop_price"}),
      bounded(optional("protective_stop", kind::quote_price, "",
                       "price on the loss side that cancels everything, closes the position at "
                       "market and stops"),
              "0"),
      also(optional("boost", kind::boolean, "false",
                    "close every fill at market at once, without cool-down (volume, not profit)"),
           {"boost_mode"}),
      bounded(optional("reprice_first", kind::time_span, "10s",
                       "time an entry may rest before it can follow the price"),
              "100ms", "1h"),
      bounded(optional("reprice_interval", kind::time_span, "5s",
                       "time between later looks at a resting entry"),
              "100ms", "1h"),
      bounded(optional("entry_attempts", kind::integer, "15",
                       "refused entries in a row before a pause of wait_time, one minute at least"),
              "1", "1000"),
      bounded(optional("entry_backoff", kind::time_span, "100ms",
                       "wait after a refused entry; doubles up to 30s"),
              "1ms", "30s"),
      bounded(optional("close_attempts", kind::integer, "3",
                       "post-only attempts for a close order before it is executed at market"),
              "1", "100"),
      bounded(optional("close_retry", kind::time_span, "250ms",
                       "wait after a refused close order; doubles up to 30s at market"),
              "1ms", "1m"),
      bounded(optional("close_timeout", kind::time_span, "10s",
                       "longest time of refused close orders before the position is closed at "
                       "market, with an alarm"),
              "100ms", "1h"),
      bounded(optional("repair_delay", kind::time_span, "10s",
                       "time a difference between position and close orders must last before it is "
                       "repaired"),
              "100ms", "1h"),
      bounded(optional("max_book_age", kind::time_span, "10s",
                       "no decision to open on a book that was received longer ago"),
              "100ms", "1h"),
  };
}

std::optional<price> optional_price(const parameter_values& values, std::string_view name) {
  if (!values.has(name))
    return std::nullopt;
  const auto value = values.number(name);
  return value.is_zero() ? std::nullopt : std::optional{price{value}};
}

entry_style entry_style_of(const std::string& text) {
  if (text == "mid")
    return entry_style::mid;
  if (text == "join")
    return entry_style::join;
  return text == "improve" ? entry_style::improve : entry_style::far_touch;
}

} // namespace

const parameter_table& grid_parameter_table() {
  static const parameter_table table = make_table();
  return table;
}

grid_parameters read_grid_parameters(const parameter_values& v) {
  grid_parameters p;
  p.size = quantity{v.number("quantity")};
  p.take_profit = v.number("take_profit");
  p.direction = v.text("direction") == "buy" ? side::buy : side::sell;
  p.max_orders = v.integer("max_orders");
  p.wait_time = v.span("wait_time");
  p.grid_step = v.number("grid_step");
  p.entry = entry_style_of(v.text("entry"));
  p.random_timing = v.boolean("random_timing");
  p.timing_range = v.number("timing_range");
  p.dynamic_profit = v.boolean("dynamic_profit");
  p.profit_range = v.number("profit_range");
  p.no_entry_beyond = optional_price(v, "no_entry_beyond");
  p.on_beyond = v.text("beyond_action") == "stop" ? beyond_action::stop : beyond_action::pause;
  p.stop_beyond = optional_price(v, "stop_beyond");
  p.protective_stop = optional_price(v, "protective_stop");
  p.boost = v.boolean("boost");
  p.reprice_first = v.span("reprice_first");
  p.reprice_interval = v.span("reprice_interval");
  p.entry_attempts = v.integer("entry_attempts");
  p.entry_backoff = v.span("entry_backoff");
  p.close_attempts = v.integer("close_attempts");
  p.close_retry = v.span("close_retry");
  p.close_timeout = v.span("close_timeout");
  p.repair_delay = v.span("repair_delay");
  p.max_book_age = v.span("max_book_age");
  return p;
}

std::vector<std::string> validate_grid_parameters(const parameter_values& values) {
  const auto p = read_grid_parameters(values);
  std::vector<std::string> problems;
  if (p.take_profit.is_zero() && !p.boost)
    problems.emplace_back("take_profit is 0: every close order would lose its fees");
  const bool buy = p.direction == side::buy;
  const auto wrong_side = [&](const std::optional<price>& gain_side) {
    if (!gain_side || !p.protective_stop)
      return false;
    return buy ? *gain_side <= *p.protective_stop : *gain_side >= *p.protective_stop;
  };
  const std::string where = buy ? "below" : "above";
  if (wrong_side(p.no_entry_beyond))
    problems.push_back("protective_stop must be " + where + " no_entry_beyond: it is on the loss "
                       + "side");
  if (wrong_side(p.stop_beyond))
    problems.push_back("protective_stop must be " + where + " stop_beyond: it is on the loss side");
  return problems;
}

} // namespace actorbot::strategies
