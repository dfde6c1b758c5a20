#include "venues/dydx/account.hpp"

#include "venues/dydx/session.hpp"

#include <algorithm>

/// The socket: block heights and the subaccount's channel, and what this session knows of its orders.
namespace actorbot::venues::dydx {

namespace {

namespace dom = simdjson::dom;
using namespace std::chrono_literals;

/// Equity and free collateral are not pushed: they are asked for this long after a change.
constexpr duration balances_delay = 1s;

/// The rows of a list that need not be there. False when it is there and is no list.
template <class Use>
bool each_row(dom::element contents, std::string_view name, Use use) {
  dom::element member;
  if (contents[name].get(member) != simdjson::SUCCESS)
    return true;
  dom::array rows;
  if (member.get(rows) != simdjson::SUCCESS)
    return false;
  for (const auto row : rows)
    if (!use(row))
      return false;
  return true;
}

} // namespace

bool account::on_message(const socket_frame& frame, const event_time& at, account_sink& sink) {
  if (frame.kind == socket_message::connected) {
    socket_.subscribe(sink, account_stream, "v4_block_height", {});
    socket_.subscribe(sink, account_stream, "v4_subaccounts", writer_.channel_id());
    return true;
  }
  if (frame.kind == socket_message::error) {
    fail(sink, end_of_socket_error(frame.words),
         "the indexer refused a subscription: " + clean_text(frame.words));
    return true;
  }
  if (frame.channel == "v4_block_height")
    return on_block_message(frame, at, sink);
  if (frame.channel != "v4_subaccounts" || frame.id != writer_.channel_id())
    return true;
  if (frame.kind == socket_message::batch) {
    dom::array list;
    if (frame.contents.get(list) != simdjson::SUCCESS)
      return false;
    for (const auto contents : list)
      if (!on_subaccount(frame, contents, at, sink))
        return false;
    return true;
  }
  if (frame.kind == socket_message::unsubscribed || frame.kind == socket_message::other)
    return true;
  return on_subaccount(frame, frame.contents, at, sink);
}

bool account::on_block_message(const socket_frame& frame, const event_time& at,
                               account_sink& sink) {
  if (frame.kind == socket_message::unsubscribed)
    return true;
  auto newest = frame.contents;
  dom::array list;
  if (frame.kind == socket_message::batch) {
    if (frame.contents.get(list) != simdjson::SUCCESS || list.size() == 0)
      return false;
    newest = list.at(list.size() - 1).value();
  }
  const bool first = frame.kind == socket_message::subscribed;
  const auto height = integer_of(newest, first ? "height" : "blockHeight");
  if (!height || *height <= 0 || *height > 0x7fff'ffff)
    return false;
  blocks_subscribed_ = blocks_subscribed_ || first;
  on_block(*height, at, sink);
  return true;
}

/// Fills before the orders that report them. The snapshot is only remembered: the gateway asks for
/// lists of its own.
bool account::on_subaccount(const socket_frame& frame, dom::element contents, const event_time& at,
                            account_sink& sink) {
  if (!contents.is_object() || !read_orders(contents))
    return false;
  if (frame.kind == socket_message::subscribed) {
    for (auto& order : event_orders_)
      note_heard(order);
    account_subscribed_ = true;
    return true;
  }
  if (!tell_fills(contents, sink))
    return false;
  for (auto& order : event_orders_)
    tell_order(order, at, sink);
  if (!tell_positions(contents, at, sink))
    return false;
  if (const auto height = integer_of(contents, "blockHeight"); height && *height <= 0x7fff'ffff)
    on_block(*height, at, sink);
  return true;
}

bool account::read_orders(dom::element contents) {
  event_orders_.clear();
  return each_row(contents, "orders", [&](dom::element row) {
    auto& order = event_orders_.emplace_back();
    const auto result = read_order(row, instruments_, settings_.ids.get(), settings_.bot,
                                   evidence::stream, order);
    if (result != read_result::ok) {
      event_orders_.pop_back();
      return result == read_result::other_market;
    }
    const auto& seen = order.seen;
    remember_owner(seen.order.venue_order_id, seen.ours, seen.order.id);
    return true;
  });
}

bool account::tell_fills(dom::element contents, account_sink& sink) {
  return each_row(contents, "fills", [&](dom::element row) {
    fill x;
    std::uint64_t height = 0;
    const auto result = read_fill(row, instruments_, x, height);
    if (result != read_result::ok)
      return result == read_result::other_market;
    const auto* const owner = owner_of(x.venue_order_id);
    if (owner != nullptr && owner->ours) {
      x.id = owner->id;
      sink.emit(x);
      return true;
    }
    if (x.venue_order_id.empty() || x.liquidation) {
      // No order stands behind it: the position was taken away.
      seen_order seen;
      seen.foreign_id = x.trade_id;
      auto& o = seen.order;
      o.instrument = x.instrument;
      o.venue_order_id = x.venue_order_id;
      o.state = order_state::filled;
      o.order_side = x.order_side;
      o.size = o.filled = x.size;
      o.limit_price = o.average_price = x.at;
      o.reason = reject_reason::liquidation;
      o.source = evidence::stream;
      o.time = x.time;
      sink.emit_foreign(seen);
    }
    return true; // a foreign order speaks for itself
  });
}

bool account::tell_positions(dom::element contents, const event_time& at, account_sink& sink) {
  bool money_moved = member_of(contents, "assetPositions") || member_of(contents, "transfers");
  const bool readable = each_row(contents, "perpetualPositions", [&](dom::element row) {
    money_moved = true;
    position x;
    const auto result = read_position(row, instruments_, x);
    x.time = at.now;
    if (result == read_result::ok)
      sink.emit(x);
    return result != read_result::malformed;
  });
  if (money_moved && !balances_due_) {
    balances_due_ = true;
    sink.set_timer(balances_timer, balances_delay);
  }
  return readable;
}

void account::tell_order(venue_order& order, const event_time& at, account_sink& sink) {
  auto& x = order.seen.order;
  if (x.time == timestamp{})
    x.time = at.now;
  if (!order.seen.ours) {
    order.seen.order = judge(order, height_);
    return sink.emit_foreign(order.seen);
  }
  note_heard(order);
  const auto told = judge(order, height_);
  if (is_final(told.state))
    forget(told.id);
  sink.emit(told);
}

// -- what is known of our orders ---------------------------------------------------------------------

void account::track(const client_order_id& id, const order_reference& reference,
                    std::uint32_t good_til_block) {
  auto& known = orders_[id];
  known.reference = reference;
  known.good_til_block = good_til_block;
  if (good_til_block != 0)
    ending_.emplace(good_til_block, id);
}

/// Messages from a node's memory do not say what was filled on chain: that is added from what was
/// heard before.
void account::note_heard(venue_order& order) {
  auto& x = order.seen.order;
  if (!order.seen.ours || (is_final(x.state) && !order.may_still_fill))
    return;
  remember_owner(x.venue_order_id, true, x.id);
  if (const auto before = orders_.find(x.id); before != orders_.end()) {
    ending_.erase({before->second.good_til_block, x.id});
    if (before->second.filled > x.filled) {
      x.filled = before->second.filled;
      if (x.state == order_state::open)
        x.state = order_state::partially_filled;
      else if (x.state == order_state::rejected)
        x.state = order_state::cancelled;
    }
  }
  track(x.id, order.reference,
        order.reference.flags == short_term_flags ? order.good_til_block : 0);
  auto& known = orders_[x.id];
  known.heard = true;
  known.filled = x.filled;
  known.last = order;
}

void account::forget(const client_order_id& id) {
  const auto known = orders_.find(id);
  if (known == orders_.end())
    return;
  ending_.erase({known->second.good_til_block, id});
  orders_.erase(known);
}

/// Short-term orders whose block has passed are over. Of one that the Indexer never spoke of nothing
/// is said: the gateway asks for it.
void account::on_block(std::int64_t height, const event_time& at, account_sink& sink) {
  if (height <= height_)
    return;
  height_ = height;
  block_seen_ns_ = at.monotonic_ns;
  while (!ending_.empty() && has_passed(ending_.begin()->first, height_)) {
    const auto id = ending_.begin()->second;
    const auto known = orders_.find(id);
    const auto heard = known->second.heard;
    auto last = std::move(known->second.last);
    forget(id);
    if (!heard)
      continue;
    auto x = judge(last, height_);
    x.source = evidence::stream;
    x.time = at.now;
    sink.emit(x);
  }
}

} // namespace actorbot::venues::dydx
