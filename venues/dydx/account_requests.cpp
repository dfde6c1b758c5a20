#include "venues/dydx/account.hpp"

#include "venues/dydx/session.hpp"

#include <algorithm>

/// How each task is asked for.
namespace actorbot::venues::dydx {

namespace {

using namespace std::chrono_literals;

constexpr duration order_timeout = 5s;
constexpr duration query_timeout = 10s;
/// A cancel must reach at least as far as its order does.
constexpr std::uint32_t cancel_blocks = 20;
constexpr duration cancel_life = std::chrono::days{29};

/// With milliseconds, as the Indexer writes times.
std::string iso_ms(timestamp t) { return to_iso(t).substr(0, 23) + "Z"; }

} // namespace

void account::send(std::size_t slot, const event_time& at, account_sink& sink) {
  auto& p = slots_[slot];
  p.sent_ns = at.monotonic_ns;
  auto kind = request_class::query;
  if (p.what == task::place)
    kind = request_class::order;
  else if (p.what == task::cancel)
    kind = request_class::cancel;
  else if (p.what <= task::markets)
    kind = request_class::session;
  const bool transaction = p.what == task::place || p.what == task::cancel;
  const bool node = transaction || p.what == task::account || p.what == task::height;
  const auto id = static_cast<std::uint64_t>(p.generation) << 16 | slot;
  const auto request = build(p, id, at);
  sink.call(node ? node_endpoint : indexer_endpoint, request_id{id}, kind, request,
            transaction ? order_timeout : query_timeout);
}

/// Short-term messages: not compared, only part of what is signed. Stateful ones: the time in
/// milliseconds, each once ("timestamp nonce"), so that nothing needs to be counted and several
/// can be under way. Source: v4-chain, protocol/x/accountplus/keeper/timestampnonce.go.
std::uint64_t account::next_sequence(std::uint32_t flags, const event_time& at) {
  if (flags == short_term_flags)
    return account_sequence_;
  const auto now = static_cast<std::uint64_t>(std::max<std::int64_t>(to_ms(venue_now(at)), 0));
  // After our clock was set back, nonces beyond the window would be refused until it caught up.
  constexpr std::uint64_t window_ms = 30'000;
  if (last_nonce_ > now + window_ms)
    last_nonce_ = 0;
  return last_nonce_ = std::max(last_nonce_ + 1, now);
}

http_request_view account::build(pending& p, std::uint64_t id, const event_time& at) {
  const auto flags = p.terms.order.flags;
  switch (p.what) {
  case task::clock:
    return writer_.indexer("/v4/time");
  case task::account:
    return writer_.account_query(id);
  case task::height:
    return writer_.height_query(id);
  case task::markets:
    return writer_.indexer(markets_target);
  case task::funding:
    return writer_.indexer_account("/v4/fundingPayments",
                                   "&limit=100&afterOrAt=" + iso_ms(funding_since_));
  case task::place:
    return writer_.place(id, p.terms, next_sequence(flags, at));
  case task::cancel:
    p.terms.good_til = flags == short_term_flags
                           ? static_cast<std::uint32_t>(height_) + cancel_blocks
                           : static_cast<std::uint32_t>(to_ms(venue_now(at) + cancel_life) / 1000);
    return writer_.cancel(id, p.terms.order, p.terms.good_til, next_sequence(flags, at));
  case task::query:
  case task::owner:
    return writer_.indexer_order(p.venue_order);
  case task::open_orders:
    return writer_.indexer_account("/v4/orders",
                                   "&status=OPEN,UNTRIGGERED,BEST_EFFORT_OPENED&limit=1000");
  case task::positions:
    return writer_.indexer_account("/v4/perpetualPositions", "&status=OPEN");
  case task::balances:
    return writer_.indexer_subaccount();
  case task::fills:
    return build_fills(p);
  }
  return {};
}

/// Newest first; there is no way to ask for those after a time. The first page is small, because
/// most questions are about the last seconds.
http_request_view account::build_fills(const pending& p) {
  const auto& x = *instruments_.by_id(p.order.instrument);
  auto rest = "&market=" + x.parameter + "&marketType=PERPETUAL&limit=";
  rest += p.below == 0 ? "100" : "1000&createdBeforeOrAtHeight=" + std::to_string(p.below);
  return writer_.indexer_account("/v4/fills", rest);
}

} // namespace actorbot::venues::dydx
