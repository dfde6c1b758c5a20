#include "strategies/grid_ledger.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <stdexcept>

namespace actorbot::strategies {

namespace {

using nlohmann::json;

json lot_to_json(const open_lot& lot) {
  return {{"size", to_string(lot.size)},
          {"cost", to_string(lot.cost)},
          {"target", to_string(lot.target)},
          {"fees", to_string(lot.fees)}};
}

open_lot lot_from_json(const json& j) {
  return {quantity{decimal_from_json(j.at("size"))}, decimal_from_json(j.at("cost")),
          decimal_from_json(j.at("target")), decimal_from_json(j.at("fees"))};
}

client_order_id id_from_json(const json& j) {
  const auto id = parse_client_order_text(j.get<std::string>());
  if (!id)
    throw std::invalid_argument("grid state: not a client order id: " + j.dump());
  return *id;
}

order_state state_from_json(const json& j) {
  const auto number = j.get<unsigned>();
  if (number > static_cast<unsigned>(order_state::unknown))
    throw std::invalid_argument("grid state: not an order state: " + j.dump());
  return static_cast<order_state>(number);
}

json entry_to_json(const client_order_id& id, const entry_order& e) {
  return {{"id", client_order_text(id)},
          {"size", to_string(e.size)},
          {"limit", to_string(e.limit)},
          {"filled", to_string(e.filled)},
          {"state", static_cast<unsigned>(e.state)},
          {"cancelling", e.cancelling},
          {"closes", e.closes}};
}

std::pair<client_order_id, entry_order> entry_from_json(const json& j) {
  entry_order e;
  e.size = quantity{decimal_from_json(j.at("size"))};
  e.limit = price{decimal_from_json(j.at("limit"))};
  e.filled = quantity{decimal_from_json(j.at("filled"))};
  e.state = state_from_json(j.at("state"));
  e.cancelling = j.at("cancelling").get<bool>();
  e.closes = j.at("closes").get<std::int64_t>();
  return {id_from_json(j.at("id")), e};
}

json close_to_json(const client_order_id& id, const close_order& c) {
  return {{"id", client_order_text(id)},
          {"buy", c.order_side == side::buy},
          {"lot", lot_to_json(c.lot)},
          {"limit", to_string(c.limit)},
          {"filled", to_string(c.filled)},
          {"proceeds", to_string(c.proceeds)},
          {"fees", to_string(c.fees)},
          {"state", static_cast<unsigned>(c.state)},
          {"market", c.market},
          {"cancelling", c.cancelling}};
}

std::pair<client_order_id, close_order> close_from_json(const json& j) {
  close_order c;
  c.order_side = j.at("buy").get<bool>() ? side::buy : side::sell;
  c.lot = lot_from_json(j.at("lot"));
  c.limit = price{decimal_from_json(j.at("limit"))};
  c.filled = quantity{decimal_from_json(j.at("filled"))};
  c.proceeds = decimal_from_json(j.at("proceeds"));
  c.fees = decimal_from_json(j.at("fees"));
  c.state = state_from_json(j.at("state"));
  c.market = j.at("market").get<bool>();
  c.cancelling = j.at("cancelling").get<bool>();
  return {id_from_json(j.at("id")), c};
}

} // namespace

decimal decimal_from_json(const json& j) {
  const auto value = decimal::parse(j.get<std::string>());
  if (!value)
    throw std::invalid_argument("grid state: not a decimal: " + j.dump());
  return *value;
}

void open_lot::add(const open_lot& other) {
  size += other.size;
  cost += other.cost;
  target += other.target;
  fees += other.fees;
}

open_lot open_lot::take(quantity part) {
  if (part >= size)
    return std::exchange(*this, open_lot{});
  const auto share = [&](decimal& total) {
    const auto amount = decimal::divide(total * part.value(), size.value());
    total -= amount;
    return amount;
  };
  open_lot taken{part, share(cost), share(target), share(fees)};
  size -= part;
  return taken;
}

decimal open_lot::average_cost() const {
  return size.is_zero() ? decimal{} : decimal::divide(cost, size.value());
}

decimal open_lot::average_target() const {
  return size.is_zero() ? decimal{}
                        : decimal::divide(target, size.value(), rounding::half_even, 12);
}

bool close_order::in_flight() const {
  return market || state == order_state::pending || state == order_state::unknown;
}

entry_order* grid_ledger::find_entry(const client_order_id& id) {
  if (entry && entry->first == id)
    return &entry->second;
  const auto stray = strays.find(id);
  return stray == strays.end() ? nullptr : &stray->second;
}

quantity grid_ledger::accounted(side direction) const {
  auto sum = uncovered.size;
  for (const auto& [id, order] : closes)
    sum += order.order_side == direction ? -order.remaining() : order.remaining();
  return sum;
}

std::int64_t grid_ledger::resting(side direction) const {
  return std::count_if(closes.begin(), closes.end(), [&](const auto& entry_of) {
    return entry_of.second.order_side != direction && entry_of.second.remaining().is_positive();
  });
}

std::optional<price> grid_ledger::nearest(side direction) const {
  std::optional<price> best;
  for (const auto& [id, order] : closes) {
    if (order.market || order.order_side == direction)
      continue;
    const bool nearer
        = direction == side::buy ? !best || order.limit < *best : !best || order.limit > *best;
    if (nearer)
      best = order.limit;
  }
  return best;
}

bool grid_ledger::any_unknown() const {
  const auto unknown = [](const auto& of) { return of.second.state == order_state::unknown; };
  return (entry && unknown(*entry)) || std::any_of(strays.begin(), strays.end(), unknown)
         || std::any_of(closes.begin(), closes.end(), unknown);
}

bool grid_ledger::any_close_in_flight() const {
  return std::any_of(closes.begin(), closes.end(),
                     [](const auto& of) { return of.second.in_flight(); });
}

json to_json(const grid_ledger& ledger) {
  json j;
  j["entry"] = ledger.entry ? entry_to_json(ledger.entry->first, ledger.entry->second) : json{};
  j["strays"] = json::array();
  for (const auto& [id, order] : ledger.strays)
    j["strays"].push_back(entry_to_json(id, order));
  j["closes"] = json::array();
  for (const auto& [id, order] : ledger.closes)
    j["closes"].push_back(close_to_json(id, order));
  j["uncovered"] = lot_to_json(ledger.uncovered);
  return j;
}

grid_ledger ledger_from_json(const json& j) {
  grid_ledger ledger;
  if (!j.at("entry").is_null())
    ledger.entry = entry_from_json(j.at("entry"));
  for (const auto& stray : j.at("strays"))
    ledger.strays.insert(entry_from_json(stray));
  for (const auto& close : j.at("closes"))
    ledger.closes.insert(close_from_json(close));
  ledger.uncovered = lot_from_json(j.at("uncovered"));
  return ledger;
}

} // namespace actorbot::strategies
