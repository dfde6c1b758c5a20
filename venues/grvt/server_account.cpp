#include "venues/grvt/server_account.hpp"

#include <algorithm>

namespace actorbot::venues::grvt::server {

namespace {

bool has(const std::vector<std::string>& wanted, std::string_view value) {
  return wanted.empty() || std::find(wanted.begin(), wanted.end(), value) != wanted.end();
}

} // namespace

account_desk::account_desk(server_state& state, const order_desk& orders,
                           const session_desk& sessions, const signature_check& signatures,
                           private_feeds& feeds)
    : state_{state}, orders_{orders}, sessions_{sessions}, signatures_{signatures}, feeds_{feeds} {}

std::optional<failure> account_desk::read(const call& c, reader& r, filter& out) const {
  const auto sub = r.unsigned64("sub_account_id");
  out.kinds = r.texts("kind");
  out.bases = r.texts("base");
  out.quotes = r.texts("quote");
  out.instrument = r.text("instrument");
  if (r.bad() || !sub)
    return refuse(1003);
  out.who = sessions_.use(*c.who, *sub);
  if (!out.who)
    return refuse(1001);
  if (!out.instrument.empty() && !state_.core().find_market(out.instrument))
    return refuse(3000);
  return std::nullopt;
}

bool account_desk::passes(const filter& f, exchange::market_id m) const {
  const auto& rules = state_.rules(m);
  return has(f.kinds, "PERPETUAL") && has(f.bases, rules.base) && has(f.quotes, rules.quote)
         && (f.instrument.empty() || f.instrument == rules.symbol);
}

// -- orders
// ------------------------------------------------------------------------------------------

reply account_desk::order(const call& c) const {
  reader r{c.body};
  filter f;
  if (const auto wrong = read(c, r, f))
    return *wrong;
  const auto id = lower(r.text("order_id"));
  const auto client = r.unsigned64("client_order_id");
  if (r.bad())
    return refuse(1003);
  if (id.empty() && !client)
    return refuse(3021);
  const auto* found = id.empty() ? orders_.find(f.who->id, *client) : orders_.find(f.who->id, id);
  return found ? reply{"{\"result\":" + orders_.text(*found) + "}"} : reply{refuse(1004)};
}

reply account_desk::open_orders(const call& c) const {
  reader r{c.body};
  filter f;
  if (const auto wrong = read(c, r, f))
    return *wrong;
  reply out;
  json_writer json{out.body};
  json.open_object().open_array("result");
  for (const auto* open : state_.core().open_orders(f.who->id, std::nullopt))
    if (const auto* o = orders_.of_engine(open->id); o && passes(f, o->market))
      json.item(orders_.text(*o));
  json.close_array().close_object();
  return out;
}

reply account_desk::order_history(const call& c) const {
  reader r{c.body};
  filter f;
  if (const auto wrong = read(c, r, f))
    return *wrong;
  page_request page;
  if (const auto wrong = page_request::read(r, page))
    return *wrong;
  const auto& all = orders_.records();
  return reply{write_page(
      page, all.size(), [&](std::size_t i) { return all[i]->created; },
      [&](std::size_t i) {
        const auto& o = *all[i];
        return o.account == f.who->id && o.status != order_status::pending && passes(f, o.market);
      },
      [&](json_writer& to, std::size_t i) { to.item(orders_.text(*all[i])); })};
}

// -- fills
// -------------------------------------------------------------------------------------------

void account_desk::on_execution(const exchange::execution& e) {
  const auto prices = state_.core().prices(e.market);
  auto& mine = fills_[e.account];
  mine.push_back({e, prices.mark, prices.index, orders_.of_engine(e.order)});
  feeds_.tell("v1.fill", e.account, e.market, fill_text(mine.back()));

  auto& sum = exits_[{e.account, e.market}];
  const auto change = e.order_side == side::buy ? e.size.value() : -e.size.value();
  if (sum.held.sign() * change.sign() < 0) {
    const auto closed = std::min(sum.held.abs(), change.abs());
    sum.size += closed;
    sum.cost += closed * e.at.value();
  }
  const auto before = sum.held;
  sum.held += change;
  if (sum.held.is_zero() || before.sign() * sum.held.sign() < 0)
    sum = {sum.held, {}, {}};
}

std::string account_desk::fill_text(const fill_record& f) const {
  const auto& e = f.value;
  const auto rate = e.maker ? state_.core().maker_fee(e.account, e.market)
                            : state_.core().taker_fee(e.account, e.market);
  const auto rounded_rate = (rate * 100).round_to(decimal::from_parts(1, -3), rounding::half_up);
  std::string out;
  json_writer json{out};
  json.open_object();
  put(json, "event_time", e.time);
  json.text("sub_account_id", sessions_.of(e.account).sub_account_text)
      .text("instrument", state_.rules(e.market).symbol)
      .flag("is_buyer", e.order_side == side::buy)
      .flag("is_taker", !e.maker);
  put(json, "size", e.size.value());
  put(json, "price", e.at.value());
  put(json, "mark_price", f.mark.value());
  put(json, "index_price", f.index.value());
  put(json, "interest_rate", decimal{});
  put(json, "forward_price", decimal{});
  put(json, "realized_pnl", e.realised);
  put(json, "fee", e.fee);
  put(json, "fee_rate", rounded_rate);
  json.text("trade_id", std::to_string(e.trade) + "-1")
      .text("order_id", f.order ? f.order->id : "0x00")
      .text("venue", "ORDERBOOK")
      .flag("is_liquidation", e.liquidation)
      .text("client_order_id", f.order ? std::to_string(f.order->client_id) : "0")
      .text("signer", f.order ? f.order->signer : "0x00")
      .text("broker", f.order ? f.order->broker : "UNSPECIFIED")
      .flag("is_rpi", f.order && f.order->time_in_force == "RETAIL_PRICE_IMPROVEMENT")
      .text("builder", f.order ? f.order->builder : "0x00");
  put(json, "builder_fee_rate", f.order ? f.order->builder_fee : decimal{});
  json.text("builder_fee", "0").close_object();
  return out;
}

reply account_desk::fill_history(const call& c) const {
  reader r{c.body};
  filter f;
  if (const auto wrong = read(c, r, f))
    return *wrong;
  page_request page;
  if (const auto wrong = page_request::read(r, page))
    return *wrong;
  static const std::deque<fill_record> none;
  const auto found = fills_.find(f.who->id);
  const auto& all = found == fills_.end() ? none : found->second;
  return reply{write_page(
      page, all.size(), [&](std::size_t i) { return all[i].value.time; },
      [&](std::size_t i) { return passes(f, all[i].value.market); },
      [&](json_writer& to, std::size_t i) { to.item(fill_text(all[i])); })};
}

// -- positions
// ---------------------------------------------------------------------------------------

void account_desk::on_position(const exchange::position_event& e) {
  feeds_.tell("v1.position", e.account, e.market,
              position_text(e.time, e.account, e.market, e.value));
}

std::string account_desk::position_text(timestamp now, exchange::account_id a,
                                        exchange::market_id m, const exchange::position& p) const {
  const auto& core = state_.core();
  const auto mark = core.prices(m).mark;
  const auto exit = exits_.find({a, m});
  const auto unrealised = p.unrealised(mark);
  const auto total = unrealised + p.realised;
  const auto roi = p.cost.is_zero() ? decimal{} : decimal::divide(total * 100, p.cost.abs());
  std::string out;
  json_writer json{out};
  json.open_object();
  put(json, "event_time", now);
  json.text("sub_account_id", sessions_.of(a).sub_account_text)
      .text("instrument", state_.rules(m).symbol);
  put(json, "size", p.size.value());
  put(json, "notional", notional(mark, p.size));
  put(json, "entry_price", p.entry().value());
  put(json, "exit_price",
      exit == exits_.end() || exit->second.size.is_zero()
          ? decimal{}
          : decimal::divide(exit->second.cost, exit->second.size));
  put(json, "mark_price", mark.value());
  put(json, "unrealized_pnl", unrealised);
  put(json, "realized_pnl", p.realised);
  put(json, "total_pnl", total);
  put(json, "roi", roi.round_to(decimal::from_parts(1, -4), rounding::half_even));
  put(json, "quote_index_price", 1);
  put(json, "est_liquidation_price", core.liquidation_price(a, m).value());
  put(json, "leverage", decimal{core.leverage(a, m)});
  put(json, "cumulative_fee", p.fees);
  put(json, "cumulative_realized_funding_payment", -p.funding);
  json.text("margin_type", "CROSS").close_object();
  return out;
}

std::vector<std::string> account_desk::position_texts(timestamp now, exchange::account_id a,
                                                      std::optional<exchange::market_id> m) const {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < state_.core().market_count(); ++i) {
    const auto market = static_cast<exchange::market_id>(i);
    const auto& p = state_.core().position(a, market);
    if ((!m || *m == market) && !p.is_flat())
      out.push_back(position_text(now, a, market, p));
  }
  return out;
}

reply account_desk::positions(const call& c) const {
  reader r{c.body};
  filter f;
  if (const auto wrong = read(c, r, f))
    return *wrong;
  reply out;
  json_writer json{out.body};
  json.open_object().open_array("result");
  for (std::size_t i = 0; i < state_.core().market_count(); ++i) {
    const auto m = static_cast<exchange::market_id>(i);
    if (passes(f, m))
      for (const auto& text : position_texts(c.now, f.who->id, m))
        json.item(text);
  }
  json.close_array().close_object();
  return out;
}

// -- funding
// -----------------------------------------------------------------------------------------

reply account_desk::funding_payments(const call& c) const {
  reader r{c.body};
  filter f;
  if (const auto wrong = read(c, r, f))
    return *wrong;
  page_request page;
  if (const auto wrong = page_request::read(r, page))
    return *wrong;
  const auto all = state_.core().funding_payments(f.who->id);
  return reply{write_page(
      page, all.size(), [&](std::size_t i) { return all[i].time; },
      [&](std::size_t i) { return passes(f, all[i].market); },
      [&](json_writer& to, std::size_t i) {
        to.open_object();
        put(to, "event_time", all[i].time);
        to.text("sub_account_id", f.who->sub_account_text)
            .text("instrument", state_.rules(all[i].market).symbol)
            .text("currency", "USDT");
        put(to, "amount", -all[i].amount);
        to.text("tx_id", std::to_string(all[i].id)).close_object();
      })};
}

} // namespace actorbot::venues::grvt::server
