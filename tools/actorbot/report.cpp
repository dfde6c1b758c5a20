#include "tools/actorbot/report.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <stdexcept>

namespace actorbot::tools {

namespace {

using nlohmann::json;

std::string ticker_of(const bot_report& report, instrument_id id) {
  for (const auto& strategy : report.strategies)
    for (const auto& row : strategy.positions)
      if (row.instrument == id)
        return row.ticker;
  return to_string(id);
}

double milliseconds(duration d) { return static_cast<double>(d.count()) / 1e6; }

json to_json(const strategy_report& x) {
  decimal realised, unrealised, fees;
  json positions = json::array();
  for (const auto& row : x.positions) {
    realised += row.realised;
    unrealised += row.unrealised;
    fees += row.fees;
    positions.push_back({{"ticker", row.ticker},
                         {"position", to_string(row.size)},
                         {"average_entry", to_string(row.average_entry)},
                         {"realised_pnl", to_string(row.realised)},
                         {"unrealised_pnl", to_string(row.unrealised)},
                         {"fees", to_string(row.fees)}});
  }
  return {{"name", x.name},
          {"kind", x.kind},
          {"state", x.state},
          {"orders", x.orders},
          {"cancels", x.cancels},
          {"fills", x.fills},
          {"rejects", x.rejects},
          {"rejects_by_reason", x.rejects_by_reason},
          {"cycles", x.cycles},
          {"cycle_pnl", to_string(x.cycle_pnl)},
          {"realised_pnl", to_string(realised)},
          {"unrealised_pnl", to_string(unrealised)},
          {"fees", to_string(fees)},
          {"instruments", positions}};
}

json to_json(const venue_report& x, const bot_report& report) {
  json positions = json::array(), balances = json::array(), orders = json::array(),
       fills = json::array();
  for (const auto& p : x.positions)
    positions.push_back({{"ticker", ticker_of(report, p.instrument)}, {"size", to_string(p.size)}});
  for (const auto& b : x.balances)
    balances.push_back({{"asset", b.asset},
                        {"total", to_string(b.total)},
                        {"equity", to_string(b.equity)},
                        {"available", to_string(b.available)}});
  for (const auto& o : x.orders)
    orders.push_back({{"client_id", to_string(o.id)},
                      {"venue_id", o.venue_order_id},
                      {"ticker", ticker_of(report, o.instrument)},
                      {"side", to_string(o.order_side)},
                      {"state", to_string(o.state)},
                      {"size", to_string(o.size)},
                      {"filled", to_string(o.filled)},
                      {"price", to_string(o.limit_price)},
                      {"average_price", to_string(o.average_price)},
                      {"reason", to_string(o.reason)},
                      {"text", o.text}});
  for (const auto& f : x.fills)
    fills.push_back({{"client_id", to_string(f.id)},
                     {"trade_id", f.trade_id},
                     {"ticker", ticker_of(report, f.instrument)},
                     {"side", to_string(f.order_side)},
                     {"price", to_string(f.at)},
                     {"size", to_string(f.size)},
                     {"fee", to_string(f.fee)},
                     {"maker", f.maker},
                     {"time", to_iso(f.time)}});
  json latency = json::object();
  if (x.latency_ns.size() == 4)
    latency = {{"count", x.latency_count},
               {"p50_us", static_cast<double>(x.latency_ns[0]) / 1e3},
               {"p99_us", static_cast<double>(x.latency_ns[1]) / 1e3},
               {"p99.9_us", static_cast<double>(x.latency_ns[2]) / 1e3},
               {"max_us", static_cast<double>(x.latency_ns[3]) / 1e3}};
  return {{"name", x.name},
          {"state", x.state},
          {"sessions", x.sessions},
          {"reconciliations", x.reconciliations},
          {"unknown_outcomes", x.unknown_outcomes},
          {"unknown_resolved", x.unknown_resolved},
          {"duplicate_fills_ignored", x.duplicate_fills},
          {"foreign_orders", x.foreign_orders},
          {"time_down_ms", milliseconds(x.time_down)},
          {"last_outage_ms", milliseconds(x.last_outage)},
          {"clock_offset_ms", milliseconds(x.clock_offset)},
          {"tick_to_order", latency},
          {"positions", positions},
          {"balances", balances},
          {"orders", orders},
          {"fills", fills}};
}

} // namespace

json to_json(const bot_report& report, const config::bot_config& config) {
  json strategies = json::array(), venues = json::array();
  for (const auto& x : report.strategies)
    strategies.push_back(to_json(x));
  for (const auto& x : report.venues)
    venues.push_back(to_json(x, report));
  return {{"bot", config.bot.name},
          {"reason", report.reason},
          {"complete", report.complete},
          {"strategies", strategies},
          {"venues", venues},
          {"risk",
           {{"state", report.risk.state},
            {"checked", report.risk.checked},
            {"denials", report.risk.denials}}},
          {"restarts", report.supervision.restarts}};
}

std::string to_text(const bot_report& report) {
  std::string text = "stopped: " + report.reason + "\n";
  for (const auto& x : report.strategies) {
    decimal realised, unrealised, fees;
    for (const auto& row : x.positions) {
      realised += row.realised;
      unrealised += row.unrealised;
      fees += row.fees;
    }
    text += x.name + ": " + std::to_string(x.orders) + " orders, " + std::to_string(x.fills)
            + " fills, " + std::to_string(x.cycles) + " cycles; PnL "
            + (realised + unrealised - fees).to_fixed(4) + " (realised " + realised.to_fixed(4)
            + ", unrealised " + unrealised.to_fixed(4) + ", fees " + fees.to_fixed(4) + ")\n";
    for (const auto& row : x.positions)
      if (!row.size.is_zero())
        text += "  open position: " + row.ticker + " " + to_string(row.size) + " @ "
                + row.average_entry.value().to_fixed(4) + "\n";
  }
  for (const auto& x : report.venues) {
    const auto open = std::count_if(x.orders.begin(), x.orders.end(),
                                    [](const order_update& o) { return !is_final(o.state); });
    if (open > 0)
      text += x.name + ": " + std::to_string(open)
              + (open == 1 ? " order stays open\n" : " orders stay open\n");
    if (x.sessions > 1 || x.unknown_outcomes > 0)
      text += x.name + ": " + std::to_string(x.sessions) + " sessions, "
              + std::to_string(x.unknown_outcomes) + " unknown outcomes, "
              + std::to_string(x.unknown_resolved) + " resolved, last outage "
              + actorbot::to_text(
                  std::chrono::duration_cast<std::chrono::milliseconds>(x.last_outage))
              + "\n";
  }
  if (!report.complete)
    text += "not everything that on_stop asked for was confirmed in time: look at the account\n";
  return text;
}

void check_report(const std::string& path) {
  // Appending nothing: what is there already stays until the new report is.
  const std::ofstream out{path, std::ios::app};
  if (!out)
    throw std::runtime_error("cannot write the report " + path + ": " + std::strerror(errno));
}

void append_orders(const std::string& path, const bot_report& report) {
  const bool is_new = !std::ifstream{path};
  std::ofstream out{path, std::ios::app};
  if (is_new)
    out << "Timestamp,OrderID,Side,Quantity,Price,Status\n";
  for (const auto& venue : report.venues)
    for (const auto& order : venue.orders) {
      if (order.filled.is_zero() || !is_final(order.state))
        continue;
      auto time = to_iso(order.time).substr(0, 19);
      time[10] = ' ';
      out << time << ',' << order.venue_order_id << ',' << to_string(order.order_side) << ','
          << to_string(order.filled) << ',' << to_string(order.average_price) << ','
          << (order.state == order_state::filled ? "FILLED" : "CANCELED") << '\n';
    }
  if (!out.flush())
    throw std::runtime_error("cannot write the orders to " + path);
}

void write_report(const std::string& path, const json& report) {
  std::ofstream out{path};
  out << report.dump(2) << "\n";
  if (!out.flush())
    throw std::runtime_error("cannot write the report " + path + ": " + std::strerror(errno));
}

} // namespace actorbot::tools
