#include "venues/exchange/core.hpp"

#include "venues/exchange/core_state.hpp"

#include <algorithm>
#include <stdexcept>

namespace actorbot::exchange {

core::core(core_settings settings) : state_{std::make_unique<state>()} {
  if (settings.first_order_id == 0 || settings.first_trade_id == 0 || settings.first_update_id == 0)
    throw std::invalid_argument("core: ids begin at 1 or above");
  state_->clock = settings.start;
  state_->next_trade = settings.first_trade_id;
  state_->settings = std::move(settings);
}

core::~core() = default;

market_id core::add_market(market_rules rules) {
  if (!rules.tick.is_positive() || !rules.lot.is_positive())
    throw std::invalid_argument("core: a market needs a tick and a lot");
  if (rules.funding_interval <= duration{0})
    throw std::invalid_argument("core: the funding interval must be positive");
  if (rules.brackets.empty())
    rules.brackets.push_back({0, 0, 20, decimal::from_parts(25, -3), 0});
  auto& s = *state_;
  const auto id = static_cast<market_id>(s.markets.size());
  auto& m = s.markets.emplace_back(std::move(rules), s.settings.first_update_id);
  const auto interval = m.rules.funding_interval;
  m.next_funding = s.clock - s.clock.time_since_epoch() % interval + interval;
  s.outside.positions.emplace_back();
  for (auto& a : s.accounts)
    a.holdings.emplace_back().leverage = m.rules.default_leverage;
  return id;
}

account_id core::add_account(timestamp now, account_options options) {
  advance(now);
  auto& s = *state_;
  const auto id = static_cast<account_id>(s.accounts.size());
  auto& a = s.accounts.emplace_back();
  a.options = std::move(options);
  for (const auto& m : s.markets)
    a.holdings.emplace_back().leverage = m.rules.default_leverage;
  if (!a.options.balance.is_zero())
    s.pay(id, std::nullopt, income_kind::deposit, a.options.balance, 0);
  s.finish();
  return id;
}

void core::set_feed(market_id market, std::unique_ptr<market_feed> feed) {
  state_->at(market).feed = std::move(feed);
}

void core::add_listener(exchange_listener& listener) { state_->listeners.push_back(&listener); }

void core::remove_listener(exchange_listener& listener) {
  std::erase(state_->listeners, &listener);
}

timestamp core::now() const { return state_->clock; }
std::optional<timestamp> core::next_timer() const { return state_->next_timer(); }
void core::advance(timestamp now) { state_->advance(now); }

// -- events
// -----------------------------------------------------------------------------------------

void core::state::publish_book(market_id id) {
  auto& m = at(id);
  book_delta delta;
  if (!m.orders.publish(delta))
    return;
  delta.market = id;
  delta.time = m.book_time = clock;
  emit(std::move(delta));
  auto bid = m.orders.top(side::buy);
  auto ask = m.orders.top(side::sell);
  if (bid == m.last_bid && ask == m.last_ask)
    return;
  m.last_bid = bid;
  m.last_ask = ask;
  emit(book_top{id, bid, ask, m.orders.last_update(), clock});
}

void core::state::finish() {
  for (std::size_t i = 0; i < markets.size(); ++i)
    publish_book(static_cast<market_id>(i));
  if (dispatching)
    return;
  dispatching = true;
  while (!events.empty()) {
    const auto e = std::move(events.front());
    events.pop_front();
    dispatch(e);
  }
  dispatching = false;
}

namespace {

struct deliver {
  exchange_listener& to;
  void operator()(const order_event& e) const { to.on_order(e); }
  void operator()(const execution& e) const { to.on_execution(e); }
  void operator()(const position_event& e) const { to.on_position(e); }
  void operator()(const balance_event& e) const { to.on_balance(e); }
  void operator()(const funding_record& e) const { to.on_funding(e); }
  void operator()(const std::pair<market_id, funding_point>& e) const {
    to.on_funding_point(e.first, e.second);
  }
  void operator()(const public_trade& e) const { to.on_trade(e); }
  void operator()(const market_prices& e) const { to.on_prices(e); }
  void operator()(const book_delta& e) const { to.on_delta(e); }
  void operator()(const book_top& e) const { to.on_top(e); }
};

} // namespace

void core::state::dispatch(const event& e) {
  // By index: a handler may add or remove listeners.
  for (std::size_t i = 0; i < listeners.size(); ++i)
    std::visit(deliver{*listeners[i]}, e);
}

// -- queries
// ----------------------------------------------------------------------------------------

order* core::state::find(order_id id) {
  if (id < settings.first_order_id || id - settings.first_order_id >= orders.size())
    return nullptr;
  return &orders[static_cast<std::size_t>(id - settings.first_order_id)];
}

order* core::state::find(account_id account, order_id id) {
  auto* o = find(id);
  return o && o->account == account ? o : nullptr;
}

std::size_t core::market_count() const { return state_->markets.size(); }
std::size_t core::account_count() const { return state_->accounts.size(); }
const market_rules& core::rules(market_id market) const { return state_->at(market).rules; }
const account_options& core::options(account_id account) const {
  return state_->at(account).options;
}
bool core::is_trading(market_id market) const { return state_->at(market).trading; }

std::optional<market_id> core::find_market(std::string_view symbol) const {
  for (std::size_t i = 0; i < state_->markets.size(); ++i)
    if (state_->markets[i].rules.symbol == symbol)
      return static_cast<market_id>(i);
  return std::nullopt;
}

std::optional<account_id> core::find_account(std::string_view name) const {
  for (std::size_t i = 0; i < state_->accounts.size(); ++i)
    if (state_->accounts[i].options.name == name)
      return static_cast<account_id>(i);
  return std::nullopt;
}

book_snapshot core::book(market_id market, std::size_t depth) const {
  const auto& m = state_->at(market);
  book_snapshot result;
  for (const auto s : {side::buy, side::sell}) {
    auto& out = s == side::buy ? result.bids : result.asks;
    for (const auto& [k, l] : m.orders.levels(s)) {
      if (depth != 0 && out.size() == depth)
        break;
      if (l.shown().is_positive())
        out.push_back({book::price_of(s, k), quantity{l.shown()}});
    }
  }
  result.update = m.orders.last_update();
  result.time = m.book_time;
  return result;
}

book_top core::top(market_id market) const {
  const auto& m = state_->at(market);
  return {market, m.orders.top(side::buy), m.orders.top(side::sell), m.orders.last_update(),
          m.book_time};
}

market_prices core::prices(market_id market) const { return state_->prices(market); }

std::vector<public_trade> core::recent_trades(market_id market, std::size_t limit) const {
  const auto& t = state_->at(market).trades;
  const auto count = static_cast<std::ptrdiff_t>(std::min(limit, t.size()));
  return {t.end() - count, t.end()};
}

const std::vector<funding_point>& core::funding_history(market_id market) const {
  return state_->at(market).funding_history;
}

const order* core::find_order(account_id account, order_id id) const {
  return state_->find(account, id);
}

const order* core::find_order(account_id account, std::string_view client_id) const {
  const auto& ids = state_->at(account).by_client_id;
  const auto it = ids.find(client_id);
  return it == ids.end() ? nullptr : state_->find(it->second);
}

std::vector<const order*> core::open_orders(account_id account,
                                            std::optional<market_id> market) const {
  std::vector<const order*> result;
  for (const auto& [id, o] : state_->at(account).open)
    if (!market || o->market == *market)
      result.push_back(o);
  return result;
}

std::vector<const order*> core::order_history(account_id account,
                                              std::optional<market_id> market) const {
  std::vector<const order*> result;
  for (const auto* o : state_->at(account).orders)
    if (!market || o->market == *market)
      result.push_back(o);
  return result;
}

std::span<const execution> core::executions(account_id account) const {
  return state_->at(account).executions;
}
std::span<const income> core::incomes(account_id account) const {
  return state_->at(account).incomes;
}
std::span<const funding_record> core::funding_payments(account_id account) const {
  return state_->at(account).funding;
}
const exchange::position& core::position(account_id account, market_id market) const {
  return state_->at(account, market).position;
}
const outside_world& core::outside() const { return state_->outside; }

} // namespace actorbot::exchange
