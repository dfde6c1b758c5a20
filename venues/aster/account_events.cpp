#include "venues/aster/account.hpp"

#include <algorithm>

/// The user stream.
namespace actorbot::venues::aster {

namespace {

namespace dom = simdjson::dom;
using namespace std::chrono_literals;

/// The venue books the funding of all positions within this.
constexpr duration income_delay = 3s;

} // namespace

void account::on(const stream_frame& event, account_sink& sink) {
  if (over_)
    return;
  const auto root = parser_.parse(event.data);
  if (!root || event.kind != frame_kind::text)
    return fail(sink, session_end::garbage, "a user frame is not JSON");
  const auto kind = text_of(*root, "e");
  if (kind == "ORDER_TRADE_UPDATE")
    return on_order_event(*root, sink);
  if (kind == "ACCOUNT_UPDATE")
    return on_account_event(*root, sink);
  if (kind == "listenKeyExpired")
    return fail(sink, session_end::closed, "the listen key expired");
  if (kind == "ACCOUNT_CONFIG_UPDATE") {
    const auto modes = member_of(*root, "ai");
    if (modes && boolean_of(*modes, "d").value_or(false))
      fail(sink, session_end::authentication,
           "the account was switched to hedge mode; switch it to one-way mode");
  }
}

void account::on_order_event(dom::element event, account_sink& sink) {
  switch (read_order_event(event, instruments_, settings_.bot, order_event_)) {
  case read_result::other_symbol:
    return;
  case read_result::malformed:
    return fail(sink, session_end::garbage, "an order event cannot be read");
  case read_result::ok:
    break;
  }
  remember_owner(order_event_.order);
  if (!order_event_.order.ours)
    return sink.emit_foreign(order_event_.order);
  if (order_event_.execution)
    sink.emit(*order_event_.execution);
  sink.emit(order_event_.order.order);
}

void account::on_account_event(dom::element event, account_sink& sink) {
  const auto body = member_of(event, "a");
  if (!body)
    return fail(sink, session_end::garbage, "an account event cannot be read");
  const auto time = time_of(event, "T");
  if (const auto rows = array_of(*body, "B"))
    for (const auto row : *rows) {
      on_wallet(row, time, sink);
      if (over_)
        return;
    }
  if (const auto rows = array_of(*body, "P"))
    for (const auto row : *rows) {
      position x;
      const auto result = read_position_event(row, instruments_, x);
      if (result == read_result::malformed)
        return fail(sink, session_end::garbage, "a position event cannot be read");
      x.time = time;
      if (result == read_result::ok)
        sink.emit(x);
    }
  if (text_of(*body, "m") == "FUNDING_FEE")
    sink.set_timer(income_timer, income_delay);
}

/// The event has the wallet only. Equity and free margin move with it until the next query.
void account::on_wallet(dom::element row, timestamp time, account_sink& sink) {
  const auto asset = text_of(row, "a");
  const auto wallet = decimal_of(row, "wb");
  const auto cross = decimal_of(row, "cw");
  if (asset.empty() || !wallet || !cross)
    return fail(sink, session_end::garbage, "a balance event cannot be read");
  auto at = std::find_if(balances_.begin(), balances_.end(),
                         [&](const balance& x) { return x.asset == asset; });
  if (at == balances_.end()) {
    balances_.push_back({settings_.venue, std::string{asset}, *wallet, *wallet, *cross, time});
    at = balances_.end() - 1;
  } else {
    const auto change = *wallet - at->total;
    at->total = *wallet;
    at->equity += change;
    at->available += change;
    at->time = time;
  }
  sink.emit(*at);
}

} // namespace actorbot::venues::aster
