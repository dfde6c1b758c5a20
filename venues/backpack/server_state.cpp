#include "venues/backpack/server_state.hpp"

#include "venues/wire/json_writer.hpp"

#include <algorithm>
#include <array>

namespace actorbot::venues::backpack::server {

namespace {

struct recorded_margin {
  std::string_view symbol;
  const char* initial_base;
  const char* initial_factor;
  const char* maintenance_base;
  const char* maintenance_factor;
};

/// As recorded from /api/v1/markets and /api/v1/position; the last line stands for all others.
constexpr std::array<recorded_margin, 3> recorded{{
    {"BTC_USDC_PERP", "0.01333333", "0.00002494", "0.00666667", "0.00001496"},
    {"ETH_USDC_PERP", "0.02", "0.0000935", "0.0125", "0.0000561"},
    {"SOL_USDC_PERP", "0.02", "0.0001275", "0.0125", "0.0000765"},
}};

const recorded_margin& margin_of(std::string_view symbol) {
  for (const auto& r : recorded)
    if (r.symbol == symbol)
      return r;
  return recorded.back();
}

/// Order ids of the outside world, far from those of the accounts.
constexpr exchange::order_id outside_orders = 111'063'114'377'265'150;

} // namespace

const market_format& server_state::format(exchange::market_id market) const {
  while (formats_.size() <= exchange::index_of(market)) {
    const auto& rules = core_.rules(static_cast<exchange::market_id>(formats_.size()));
    const auto& m = margin_of(rules.symbol);
    formats_.push_back({rules.symbol,
                        places_of(rules.tick),
                        places_of(rules.lot),
                        {m.initial_base, m.initial_factor},
                        {m.maintenance_base, m.maintenance_factor}});
  }
  return formats_[exchange::index_of(market)];
}

position_change server_state::note_position(const exchange::position_event& e) {
  auto& t = positions_[{e.account, e.market}];
  const bool was_flat = t.size.is_zero();
  if (was_flat) {
    t.id = next_position_++;
    t.fees_before = t.fees;
    t.funding_before = t.funding;
    t.realised_before = t.realised;
  }
  t.size = e.value.size;
  t.fees = e.value.fees;
  t.funding = e.value.funding;
  t.realised = e.value.realised;
  if (e.value.is_flat())
    return position_change::closed;
  return was_flat ? position_change::opened : position_change::adjusted;
}

position_view server_state::view(exchange::account_id account, exchange::market_id market,
                                 const exchange::position& p) const {
  position_view out;
  const auto found = positions_.find({account, market});
  const auto t = found == positions_.end() ? tracked{} : found->second;
  out.id = t.id;
  out.size = p.size;
  out.cost = p.cost;
  out.entry = p.entry().value();
  out.mark = core_.prices(market).mark.value();
  out.unrealised = p.unrealised(price{out.mark});
  out.realised = p.realised - t.realised_before;
  out.funding = p.funding - t.funding_before;
  if (!p.is_flat())
    out.break_even
        = decimal::divide(p.cost + (p.fees - t.fees_before) - out.funding, p.size.value());
  auto longest = p.size;
  auto shortest = p.size;
  for (const auto* o : core_.open_orders(account, market))
    if (!o->reduce_only)
      (o->order_side == side::buy ? longest : shortest)
          += o->order_side == side::buy ? o->remaining() : -o->remaining();
  out.exposure = std::max(longest.abs(), shortest.abs());
  return out;
}

quantity server_state::open_interest(exchange::market_id market) const {
  quantity longs;
  quantity shorts;
  for (std::size_t i = 0; i < core_.account_count(); ++i) {
    const auto size = core_.position(static_cast<exchange::account_id>(i), market).size;
    (size.is_negative() ? shorts : longs) += size.abs();
  }
  return std::max(longs, shorts);
}

void server_state::note_execution(const exchange::execution& e) {
  if (e.trade != last_trade_) {
    last_trade_ = e.trade;
    last_buyer_ = last_seller_ = 0;
  }
  (e.order_side == side::buy ? last_buyer_ : last_seller_) = e.order;
}

std::pair<exchange::order_id, exchange::order_id>
server_state::parties(const exchange::public_trade& trade) const {
  const bool ours = trade.trade == last_trade_;
  const auto outsider = outside_orders + 2 * trade.trade;
  return {ours && last_buyer_ != 0 ? last_buyer_ : outsider,
          ours && last_seller_ != 0 ? last_seller_ : outsider + 1};
}

std::string_view side_text(side s) { return s == side::buy ? "Bid" : "Ask"; }

std::string zoneless(timestamp t, bool millis) { return to_iso(t).substr(0, millis ? 23 : 19); }

bool is_symbol(std::string_view text) {
  std::size_t parts = 1;
  std::size_t length = 0;
  for (const auto c : text) {
    if (c == '_') {
      if (length == 0)
        return false;
      length = 0;
      ++parts;
    } else if ((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
      ++length;
    } else {
      return false;
    }
  }
  return length > 0 && (parts == 2 || parts == 3);
}

exchange::market_id read_market(parameter_reader& read, const exchange::core& core,
                                std::string_view payload) {
  const auto symbol = read.text("symbol");
  if (read.failed())
    return {};
  if (!is_symbol(symbol))
    read.fail(payload.empty() ? refuse::parameter("symbol", "Invalid market symbol")
                              : refuse::payload("MarketSymbol", "Invalid market symbol", payload));
  const auto market = core.find_market(symbol);
  if (!market)
    read.fail(refuse::symbol());
  return market.value_or(exchange::market_id{});
}

std::optional<exchange::market_id> read_optional_market(parameter_reader& read,
                                                        const exchange::core& core) {
  if (!read.has("symbol"))
    return std::nullopt;
  const auto market = read_market(read, core);
  return read.failed() ? std::nullopt : std::optional{market};
}

bool wants_perps(parameter_reader& read, const parameters& values) {
  static constexpr std::array<std::string_view, 7> known{"SPOT",       "PERP", "IPERP", "DATED",
                                                         "PREDICTION", "RFQ",  "MONAD"};
  bool any = false;
  bool perps = false;
  for (const auto& e : values.entries()) {
    if (e.name != "marketType")
      continue;
    any = true;
    perps = perps || e.value == "PERP";
    if (std::find(known.begin(), known.end(), e.value) == known.end())
      read.fail(refuse::parameter("marketType", "Invalid market type"));
  }
  return !any || perps;
}

} // namespace actorbot::venues::backpack::server
