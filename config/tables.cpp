#include "config/tables.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <stdexcept>
#include <string_view>

namespace actorbot::config {

namespace {

// Names of the enums, in the order of their values.
const std::vector<std::string> stop_actions{"keep", "cancel", "flatten"};
const std::vector<std::string> log_levels{"trace", "debug", "info", "warning", "error"};
const std::vector<std::string> self_trade_policies{"deny", "cancel_resting"};

template <class T>
parameter_value to_value(const T& x, const parameter& spec) {
  if constexpr (std::is_enum_v<T>)
    return spec.choices.at(static_cast<std::size_t>(x));
  else if constexpr (std::is_same_v<T, quantity>)
    return x.value();
  else if constexpr (std::is_same_v<T, std::uint16_t>)
    return static_cast<std::int64_t>(x);
  else
    return x;
}

template <class T>
T from_value(const parameter_value& value, const parameter& spec) {
  if constexpr (std::is_enum_v<T>) {
    const auto& choices = spec.choices;
    const auto at = std::find(choices.begin(), choices.end(), std::get<std::string>(value));
    return static_cast<T>(at - choices.begin());
  } else if constexpr (std::is_same_v<T, quantity>) {
    return quantity{std::get<decimal>(value)};
  } else if constexpr (std::is_same_v<T, std::uint16_t>) {
    return static_cast<std::uint16_t>(std::get<std::int64_t>(value)); // the row bounds it
  } else {
    return std::get<T>(value);
  }
}

template <class T>
struct unwrapped {
  using type = T;
};
template <class T>
struct unwrapped<std::optional<T>> {
  using type = T;
};

/// A row over what `member` finds in an S. The default is that of a fresh S; an empty text and a
/// zero bot number mean "not set".
template <class S, class Member>
field<S> row(parameter spec, Member member) {
  using held = std::remove_cvref_t<decltype(member(std::declval<S&>()))>;
  using type = typename unwrapped<held>::type;
  field<S> made;
  made.set
      = [member, spec](S& s, const parameter_value& v) { member(s) = from_value<type>(v, spec); };
  made.get = [member, spec](const S& s) -> std::optional<parameter_value> {
    const auto& x = member(s);
    if constexpr (!std::is_same_v<held, type>) {
      if (!x)
        return std::nullopt;
      return to_value(*x, spec);
    } else {
      if constexpr (std::is_same_v<type, std::string> || std::is_same_v<type, std::uint16_t>)
        if (x == type{})
          return std::nullopt;
      return to_value(x, spec);
    }
  };
  if (!spec.required)
    if (const auto value = made.get(S{}))
      spec.default_text = format_parameter(spec, *value);
  made.spec = std::move(spec);
  return made;
}

parameter row_of(std::string name, parameter_kind kind, std::string help, std::string minimum = {},
                 std::string maximum = {}) {
  parameter p;
  p.name = std::move(name);
  p.kind = kind;
  p.help = std::move(help);
  p.minimum = std::move(minimum);
  p.maximum = std::move(maximum);
  return p;
}

parameter choice_of(std::string name, std::string help, std::vector<std::string> choices) {
  auto p = row_of(std::move(name), parameter_kind::choice, std::move(help));
  p.choices = std::move(choices);
  return p;
}

/// Required where real orders are possible; the text is the default of a paper-only bot.
parameter required_money(std::string name, std::string paper_default, std::string help) {
  auto p = row_of(std::move(name), parameter_kind::money, std::move(help), "0.01");
  p.required = true;
  p.default_text = std::move(paper_default);
  return p;
}

// A member, as something that finds it in a const or non-const S.
#define ACTORBOT_MEMBER(path)                                                                      \
  [](auto& owner) -> auto& { return owner.path; }

using enum parameter_kind;

parameter_table without(const parameter_table& rows,
                        std::initializer_list<std::string_view> names) {
  parameter_table out;
  for (const auto& spec : rows) {
    if (std::find(names.begin(), names.end(), spec.name) != names.end())
      continue;
    out.push_back(spec);
    out.back().required = false;
    out.back().default_text.clear();
  }
  return out;
}

fields<bot_settings> make_bot_fields() {
  using s = bot_settings;
  fields<s> f;
  auto name = row_of("name", text, "name of this bot: letters, digits, - and _, at most 32");
  name.required = true;
  f.push_back(row<s>(name, ACTORBOT_MEMBER(name)));
  f.push_back(row<s>(row_of("number", integer,
                            "number in client order ids; derived from the name when not given", "1",
                            "65535"),
                     ACTORBOT_MEMBER(number)));
  f.push_back(row<s>(row_of("live", boolean, "allow trading with real money (mainnet)"),
                     ACTORBOT_MEMBER(live)));
  f.push_back(row<s>(row_of("state_dir", text, "folder of the journal and of saved states"),
                     ACTORBOT_MEMBER(state_dir)));
  f.push_back(
      row<s>(choice_of("on_stop", "at a stop: keep orders, cancel them, or also close positions",
                       stop_actions),
             ACTORBOT_MEMBER(on_stop)));
  f.push_back(
      row<s>(row_of("stop_deadline", time_span, "longest time for an orderly stop", "1s", "10m"),
             ACTORBOT_MEMBER(stop_deadline)));
  f.push_back(row<s>(choice_of("log_level", "least level that is logged", log_levels),
                     ACTORBOT_MEMBER(level)));
  f.push_back(
      row<s>(row_of("log_file", text, "also log into this file"), ACTORBOT_MEMBER(log_file)));
  f.push_back(row<s>(
      row_of("env_file", text, "KEY=VALUE file for secrets; the process environment comes first"),
      ACTORBOT_MEMBER(env_file)));
  return f;
}

fields<runtime_settings> make_runtime_fields() {
  using s = runtime_settings;
  return {
      row<s>(row_of("threads", integer, "reactor threads", "1", "64"), ACTORBOT_MEMBER(threads)),
      row<s>(row_of("spin", boolean, "poll without sleeping: lower latency, a core each thread"),
             ACTORBOT_MEMBER(spin)),
  };
}

fields<risk_limits> make_risk_fields() {
  using s = risk_limits;
  return {
      row<s>(row_of("max_order_quantity", size, "largest order, base units (set it per strategy)",
                    "1e-18"),
             ACTORBOT_MEMBER(max_order_quantity)),
      row<s>(required_money("max_order_notional", "10000", "largest order"),
             ACTORBOT_MEMBER(max_order_notional)),
      row<s>(required_money("max_position_notional", "100000",
                            "largest position of an instrument, open orders included, worst side"),
             ACTORBOT_MEMBER(max_position_notional)),
      row<s>(
          required_money("max_gross_exposure", "250000", "largest sum of all positions, no sign"),
          ACTORBOT_MEMBER(max_gross_exposure)),
      row<s>(row_of("max_open_orders", integer, "most open orders", "1", "10000"),
             ACTORBOT_MEMBER(max_open_orders)),
      row<s>(row_of("price_collar", ratio, "furthest a limit price may be beyond the mid price",
                    "0.01%", "50%"),
             ACTORBOT_MEMBER(price_collar)),
      row<s>(row_of("market_order_collar", ratio, "furthest a market order may trade from the mid",
                    "0.01%", "50%"),
             ACTORBOT_MEMBER(market_order_collar)),
      row<s>(row_of("stale_market", time_span, "older market data opens nothing", "50ms", "10m"),
             ACTORBOT_MEMBER(stale_market)),
      row<s>(row_of("stale_account", time_span, "older account data opens nothing", "500ms", "10m"),
             ACTORBOT_MEMBER(stale_account)),
      row<s>(row_of("duplicate_window", time_span,
                    "an equal order within this time is refused; 0 = off", "0", "1m"),
             ACTORBOT_MEMBER(duplicate_window)),
      row<s>(row_of("max_orders_per_second", integer, "most new orders a second", "1", "1000"),
             ACTORBOT_MEMBER(max_orders_per_second)),
      row<s>(
          choice_of("self_trade", "an order that would trade with an own one", self_trade_policies),
          ACTORBOT_MEMBER(self_trade)),
      row<s>(row_of("repeated_executions", integer,
                    "most fills of a strategy within repeated_window until the operator resumes",
                    "1", "1000000"),
             ACTORBOT_MEMBER(repeated_executions)),
      row<s>(row_of("repeated_window", time_span, "window of repeated_executions", "1s", "1d"),
             ACTORBOT_MEMBER(repeated_window)),
  };
}

fields<report_settings> make_report_fields() {
  using s = report_settings;
  return {
      row<s>(row_of("interval", time_span, "status line every so often; 0 = never", "0", "1d"),
             ACTORBOT_MEMBER(interval)),
      row<s>(row_of("file", text, "JSON report, written at the end"), ACTORBOT_MEMBER(file)),
      row<s>(row_of("orders_csv", text,
                    "CSV of filled orders: Timestamp,OrderID,Side,Quantity,Price,Status"),
             ACTORBOT_MEMBER(orders_csv)),
  };
}

parameter intensity_row() {
  return row_of("intensity", integer, "restarts within period that are still borne", "0", "1000");
}
parameter period_row() { return row_of("period", time_span, "window of intensity", "1s", "1d"); }
parameter first_row() {
  return row_of("back_off", time_span, "first delay; doubles, with full jitter", "0", "10m");
}
parameter cap_row() { return row_of("back_off_cap", time_span, "longest delay", "0", "1h"); }
parameter healthy_row() {
  return row_of("healthy_after", time_span, "back-off starts anew after this time in health", "1s",
                "1d");
}

using supervision = supervision_settings;

fields<supervision> make_strategies_supervision_fields() {
  using s = supervision;
  return {
      row<s>(intensity_row(), ACTORBOT_MEMBER(strategies.intensity)),
      row<s>(period_row(), ACTORBOT_MEMBER(strategies.period)),
      row<s>(first_row(), ACTORBOT_MEMBER(strategy_back_off.first)),
      row<s>(cap_row(), ACTORBOT_MEMBER(strategy_back_off.cap)),
      row<s>(healthy_row(), ACTORBOT_MEMBER(strategy_back_off.healthy_after)),
      row<s>(choice_of("on_park", "orders of a strategy that is given up", {"keep", "cancel"}),
             ACTORBOT_MEMBER(on_park)),
  };
}

fields<supervision> make_venue_supervision_fields() {
  using s = supervision;
  return {
      row<s>(intensity_row(), ACTORBOT_MEMBER(venue.intensity)),
      row<s>(period_row(), ACTORBOT_MEMBER(venue.period)),
      row<s>(first_row(), ACTORBOT_MEMBER(venue_back_off.first)),
      row<s>(cap_row(), ACTORBOT_MEMBER(venue_back_off.cap)),
      row<s>(healthy_row(), ACTORBOT_MEMBER(venue_back_off.healthy_after)),
  };
}

} // namespace

const fields<bot_settings>& bot_fields() {
  static const auto rows = make_bot_fields();
  return rows;
}

const fields<runtime_settings>& runtime_fields() {
  static const auto rows = make_runtime_fields();
  return rows;
}

const fields<risk_limits>& risk_fields() {
  static const auto rows = make_risk_fields();
  return rows;
}

const fields<report_settings>& report_fields() {
  static const auto rows = make_report_fields();
  return rows;
}

const fields<supervision_settings>& root_supervision_fields() {
  using s = supervision;
  static const fields<s> rows{
      row<s>(intensity_row(), ACTORBOT_MEMBER(root.intensity)),
      row<s>(period_row(), ACTORBOT_MEMBER(root.period)),
  };
  return rows;
}

const fields<supervision_settings>& venues_supervision_fields() {
  using s = supervision;
  static const fields<s> rows{
      row<s>(intensity_row(), ACTORBOT_MEMBER(venues.intensity)),
      row<s>(period_row(), ACTORBOT_MEMBER(venues.period)),
      row<s>(
          row_of("retry", time_span, "a venue that was given up is tried again after", "1s", "1d"),
          ACTORBOT_MEMBER(venue_retry)),
  };
  return rows;
}

const fields<supervision_settings>& venue_supervision_fields() {
  static const auto rows = make_venue_supervision_fields();
  return rows;
}

const fields<supervision_settings>& strategies_supervision_fields() {
  static const auto rows = make_strategies_supervision_fields();
  return rows;
}

#undef ACTORBOT_MEMBER

const parameter_table& venue_table() {
  static const parameter_table rows{
      row_of("kind", text, "which venue this is; default: the section's name"),
      choice_of("environment", "which system of the venue; local is a simulator",
                {"mainnet", "testnet", "local"}),
      row_of("rest", text, "local only: https://HOST:PORT"),
      row_of("ws", text, "local only: wss://HOST:PORT"),
      row_of("ca_file", text, "PEM file of an extra trusted certificate authority"),
      row_of("dead_man", time_span,
             "the venue cancels all orders when this bot is silent for so long; 0 = not armed", "0",
             "10m"),
  };
  return rows;
}

const parameter_table& strategy_table() {
  static const parameter_table rows{
      row_of("kind", text, "which strategy this is; default: the section's name"),
      row_of("venue", text, "name of a [venues.NAME]"),
      row_of("ticker", text, "base asset on that venue, e.g. BTC"),
      choice_of("on_stop", "as in [bot], for this strategy", stop_actions),
  };
  return rows;
}

const parameter_table& venue_risk_table() {
  static const auto rows = without(table_of(risk_fields()), {"max_gross_exposure"});
  return rows;
}

const parameter_table& strategy_risk_table() {
  static const auto rows = without(table_of(risk_fields()), {"max_gross_exposure", "self_trade"});
  return rows;
}

std::vector<documented_table> documented_tables() {
  auto strategy = strategy_table();
  strategy.insert(
      strategy.begin() + 3,
      row_of("instruments", text, "instead of venue and ticker: an array of \"VENUE:TICKER\""));
  return {
      {"[bot]", "the process as a whole", table_of(bot_fields())},
      {"[runtime]", "threads", table_of(runtime_fields())},
      {"[risk]", "limits that every opening order must keep", table_of(risk_fields())},
      {"[venues.NAME]", "one venue account each; the kind adds its own keys", venue_table()},
      {"[venues.NAME.risk]", "other limits for this venue", venue_risk_table()},
      {"[strategies.NAME]", "one strategy each; the kind adds its own keys", strategy},
      {"[strategies.NAME.risk]", "other limits for this strategy", strategy_risk_table()},
      {"[supervision.root]", "restarts of journal, risk and the other main parts",
       table_of(root_supervision_fields())},
      {"[supervision.venues]", "restarts of whole venues", table_of(venues_supervision_fields())},
      {"[supervision.venue]", "restarts inside each venue", table_of(venue_supervision_fields())},
      {"[supervision.strategies]", "restarts of strategies",
       table_of(strategies_supervision_fields())},
      {"[report]", "what is written about the run", table_of(report_fields())},
  };
}

} // namespace actorbot::config
