#include "venues/exchange/truth.hpp"

#include <nlohmann/json.hpp>

namespace actorbot::exchange {

namespace {

using nlohmann::json;

json to_json(const core& exchange, const order& o) {
  return {{"order_id", o.id},
          {"client_id", o.client_id},
          {"market", exchange.rules(o.market).symbol},
          {"side", to_string(o.order_side)},
          {"type", to_string(o.type)},
          {"time_in_force", to_string(o.tif)},
          {"post_only", o.post_only},
          {"reduce_only", o.reduce_only},
          {"liquidation", o.liquidation},
          {"size", to_string(o.size)},
          {"price", to_string(o.limit_price)},
          {"filled", to_string(o.filled)},
          {"filled_notional", to_string(o.filled_notional)},
          {"average_price", to_string(o.average_price())},
          {"fees", to_string(o.fees)},
          {"realised", to_string(o.realised)},
          {"state", to_string(o.state)},
          {"cause", to_string(o.cause)},
          {"reason", to_string(o.reason)},
          {"amendments", o.amendments},
          {"created_ns", to_ns(o.created)},
          {"updated_ns", to_ns(o.updated)}};
}

json to_json(const core& exchange, const execution& e) {
  json j{{"trade_id", e.trade},
         {"order_id", e.order},
         {"client_id", e.client_id},
         {"market", exchange.rules(e.market).symbol},
         {"side", to_string(e.order_side)},
         {"price", to_string(e.at)},
         {"size", to_string(e.size)},
         {"fee", to_string(e.fee)},
         {"realised", to_string(e.realised)},
         {"maker", e.maker},
         {"liquidation", e.liquidation},
         {"time_ns", to_ns(e.time)}};
  j["counterparty"]
      = e.counterparty ? json(exchange.options(*e.counterparty).name) : json("external");
  return j;
}

json positions(const core& exchange, account_id account) {
  auto list = json::array();
  for (std::size_t i = 0; i < exchange.market_count(); ++i) {
    const auto m = static_cast<market_id>(i);
    const auto& p = exchange.position(account, m);
    if (p.updated == timestamp{})
      continue; // never held
    list.push_back({{"market", exchange.rules(m).symbol},
                    {"size", to_string(p.size)},
                    {"entry_price", to_string(p.entry())},
                    {"mark_price", to_string(exchange.prices(m).mark)},
                    {"unrealised", to_string(p.unrealised(exchange.prices(m).mark))},
                    {"realised", to_string(p.realised)},
                    {"fees", to_string(p.fees)},
                    {"funding", to_string(p.funding)},
                    {"leverage", exchange.leverage(account, m)}});
  }
  return list;
}

} // namespace

json truth(const core& exchange, account_id account) {
  const auto s = exchange.summary(account);
  json j{{"name", exchange.options(account).name},
         {"summary",
          {{"wallet", to_string(s.wallet)},
           {"unrealised", to_string(s.unrealised)},
           {"equity", to_string(s.equity)},
           {"position_margin", to_string(s.position_margin)},
           {"order_margin", to_string(s.order_margin)},
           {"maintenance_margin", to_string(s.maintenance_margin)},
           {"available", to_string(s.available)}}},
         {"positions", positions(exchange, account)},
         {"orders", json::array()},
         {"fills", json::array()},
         {"income", json::array()},
         {"funding", json::array()}};
  for (const auto* o : exchange.order_history(account, std::nullopt))
    j["orders"].push_back(to_json(exchange, *o));
  for (const auto& e : exchange.executions(account))
    j["fills"].push_back(to_json(exchange, e));
  for (const auto& i : exchange.incomes(account))
    j["income"].push_back({{"id", i.id},
                           {"kind", to_string(i.kind)},
                           {"market", i.market ? json(exchange.rules(*i.market).symbol) : json()},
                           {"amount", to_string(i.amount)},
                           {"trade_id", i.trade},
                           {"time_ns", to_ns(i.time)}});
  for (const auto& f : exchange.funding_payments(account))
    j["funding"].push_back({{"market", exchange.rules(f.market).symbol},
                            {"size", to_string(f.size)},
                            {"rate", to_string(f.rate)},
                            {"mark_price", to_string(f.mark)},
                            {"amount", to_string(f.amount)},
                            {"time_ns", to_ns(f.time)}});
  return j;
}

json truth(const core& exchange) {
  json j{
      {"now_ns", to_ns(exchange.now())}, {"markets", json::array()}, {"accounts", json::array()}};
  for (std::size_t i = 0; i < exchange.market_count(); ++i) {
    const auto m = static_cast<market_id>(i);
    const auto top = exchange.top(m);
    const auto best = [](const maybe_level& l) {
      return l ? json{{"price", to_string(l->at)}, {"size", to_string(l->size)}} : json();
    };
    const auto p = exchange.prices(m);
    j["markets"].push_back({{"symbol", exchange.rules(m).symbol},
                            {"trading", exchange.is_trading(m)},
                            {"bid", best(top.bid)},
                            {"ask", best(top.ask)},
                            {"mark_price", to_string(p.mark)},
                            {"index_price", to_string(p.index)},
                            {"funding_rate", to_string(p.funding_rate)},
                            {"next_funding_ns", to_ns(p.next_funding)},
                            {"update_id", top.update}});
  }
  for (std::size_t i = 0; i < exchange.account_count(); ++i)
    j["accounts"].push_back(truth(exchange, static_cast<account_id>(i)));
  return j;
}

} // namespace actorbot::exchange
