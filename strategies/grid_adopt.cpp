// Save, restore, and what a restart finds: from saved state and venue evidence to a ledger that
// agrees with the position. Evidence alone is enough; saved state makes costs and targets exact.
#include "strategies/grid.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>
#include <stdexcept>

namespace actorbot::strategies {

namespace {

constexpr int state_version = 1;

} // namespace

void grid::adopt(const started& event, context& ctx) {
  const bool first = !started_;
  started_ = true;
  for (const auto& order : event.orders)
    if (order.instrument == instrument_ && !is_final(order.state))
      adopt_order(order, ctx);
  // Said again later in a run, it only adds: orders placed since may be missing from its list.
  if (!first)
    return;
  drop_missing(event, ctx);
  if (!drawn_)
    draw_cycle(ctx);
  if (ledger_.entry)
    start_timer(ctx, timer::follow, p_.reprice_interval);
  const auto resting = ledger_.resting(p_.direction);
  // The count is as of before the entry that is still under way.
  pacer_.last_orders = ledger_.entry ? std::min(pacer_.last_orders, resting) : resting;
  if (resting > 0 || ledger_.uncovered.size.is_positive()) {
    pacer_.last_entry = ctx.now();
    ctx.note(severity::info, "Adopted " + std::to_string(resting) + " close orders; position "
                                 + to_string(signed_position(ctx))
                                 + ". One cool-down before the next entry.");
  }
  if (stop_)
    cancel_orders(ctx, stop_->how != ending::leave);
}

void grid::adopt_order(const order_update& found, context& ctx) {
  const auto at = found.average_price.is_positive() ? found.average_price : found.limit_price;
  if (found.order_side == p_.direction && !found.reduce_only) {
    if (auto* known = ledger_.find_entry(found.id)) {
      known->state = found.state;
      const auto missed = found.filled - known->filled;
      if (missed.is_positive())
        ledger_.uncovered.add(lot_at(missed, at.value(), {}));
      known->filled = std::max(known->filled, found.filled);
      return;
    }
    entry_order stray;
    stray.size = found.size;
    stray.limit = found.limit_price;
    stray.filled = found.filled;
    stray.state = found.state;
    stray.cancelling = true;
    ledger_.strays.emplace(found.id, stray);
    ctx.note(severity::info, "Cancelling an entry found at " + to_string(found.limit_price)
                                 + " that is not the one followed.");
    ctx.cancel(found.id);
    start_timer(ctx, timer::stop, p_.reprice_interval);
    return;
  }
  auto [at_id, is_new] = ledger_.closes.try_emplace(found.id);
  auto& order = at_id->second;
  if (is_new) {
    order.order_side = found.order_side;
    order.limit = found.limit_price;
    order.market = found.limit_price.is_zero();
    // Its entry is not on record: the price that would have led to this close order stands in.
    const auto factor = decimal{1} + p_.take_profit * decimal{sign_of(p_.direction)};
    order.lot = lot_at(found.size, decimal::divide(found.limit_price.value(), factor), {});
    order.lot.target = notional(found.limit_price, found.size);
  }
  const auto missed = found.filled - order.filled;
  if (missed.is_positive()) {
    order.proceeds += notional(at, missed);
    order.filled = found.filled;
  }
  order.state = found.state;
}

void grid::drop_missing(const started& event, context& ctx) {
  std::set<client_order_id> seen;
  for (const auto& order : event.orders)
    if (!is_final(order.state))
      seen.insert(order.id);
  // What the lost orders may have left behind, to be counted only as far as the position shows it.
  open_lot lost;
  if (ledger_.entry && !seen.contains(ledger_.entry->first)) {
    const auto& order = ledger_.entry->second;
    lost.add(lot_at(order.remaining(), order.limit.value(), {}));
    ledger_.entry.reset();
  }
  std::erase_if(ledger_.strays, [&](const auto& of) { return !seen.contains(of.first); });
  std::erase_if(ledger_.closes, [&](const auto& of) {
    if (seen.contains(of.first))
      return false;
    auto lot = of.second.lot;
    lot.take(std::max(quantity{}, of.second.filled));
    if (of.second.order_side != p_.direction)
      lost.add(lot);
    return true;
  });
  const auto difference = signed_position(ctx) - ledger_.accounted(p_.direction);
  if (difference.is_positive())
    ledger_.uncovered.add(lost.take(std::min(difference, lost.size)));
  if (difference.is_negative())
    ledger_.uncovered.take(std::min(-difference, ledger_.uncovered.size));
}

nlohmann::json grid::save() const {
  nlohmann::json j{{"version", state_version},
                   {"ledger", to_json(ledger_)},
                   {"last_orders", pacer_.last_orders},
                   {"last_entry", to_ns(pacer_.last_entry)},
                   {"paused", paused_},
                   {"beyond", beyond_},
                   {"timing_draw", to_string(timing_draw_)},
                   {"profit_draw", to_string(profit_draw_)},
                   {"drawn", drawn_},
                   {"last_fill", to_string(last_fill_)},
                   {"entry_refusals", entry_refusals_},
                   {"entry_not_before", to_ns(entry_not_before_)},
                   {"close_refusals", trouble_.refusals},
                   {"close_failures", trouble_.failures},
                   {"close_alarmed", trouble_.alarmed},
                   {"close_since", to_ns(trouble_.since)},
                   {"close_last", to_ns(trouble_.last)},
                   {"close_not_before", to_ns(trouble_.not_before)},
                   {"stop", nullptr}};
  if (stop_ && !stop_->by_operator && !finished_)
    j["stop"] = {{"how", static_cast<unsigned>(stop_->how)}, {"cause", stop_->cause}};
  return j;
}

void grid::restore(const nlohmann::json& j) {
  try {
    if (j.at("version").get<int>() != state_version)
      throw std::invalid_argument("grid state: unknown version " + j.at("version").dump());
    const auto time = [&](const char* name) { return from_ns(j.at(name).get<std::int64_t>()); };
    ledger_ = ledger_from_json(j.at("ledger"));
    pacer_.last_orders = j.at("last_orders").get<std::int64_t>();
    pacer_.last_entry = time("last_entry");
    paused_ = j.at("paused").get<bool>();
    beyond_ = j.at("beyond").get<bool>();
    timing_draw_ = decimal_from_json(j.at("timing_draw"));
    profit_draw_ = decimal_from_json(j.at("profit_draw"));
    drawn_ = j.at("drawn").get<bool>();
    last_fill_ = decimal_from_json(j.at("last_fill"));
    entry_refusals_ = j.at("entry_refusals").get<std::int64_t>();
    entry_not_before_ = time("entry_not_before");
    trouble_.refusals = j.at("close_refusals").get<std::int64_t>();
    trouble_.failures = j.at("close_failures").get<std::int64_t>();
    trouble_.alarmed = j.at("close_alarmed").get<bool>();
    trouble_.since = time("close_since");
    trouble_.last = time("close_last");
    trouble_.not_before = time("close_not_before");
    if (!j.at("stop").is_null()) {
      const auto how = j.at("stop").at("how").get<unsigned>();
      if (how > static_cast<unsigned>(ending::flatten))
        throw std::invalid_argument("grid state: unknown ending");
      stop_ = stop_in_progress{static_cast<ending>(how), false,
                               j.at("stop").at("cause").get<std::string>()};
    }
  } catch (const nlohmann::json::exception& error) {
    throw std::invalid_argument(std::string("grid state: ") + error.what());
  }
}

} // namespace actorbot::strategies
