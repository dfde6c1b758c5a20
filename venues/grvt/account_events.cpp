#include "venues/grvt/account.hpp"

#include <algorithm>
#include <utility>

/// The private stream.
namespace actorbot::venues::grvt {

namespace {

namespace dom = simdjson::dom;

using namespace std::chrono_literals;

constexpr unsigned all_subscriptions = 0b111;
/// An update that reports a fill waits this long for it.
constexpr duration held_for = 250ms;
constexpr std::size_t heard_limit = 4096;

} // namespace

void account::on(const stream_frame& event, account_sink& sink) {
  auto* stream = stream_ && stream_->id == event.stream             ? &*stream_
                 : next_stream_ && next_stream_->id == event.stream ? &*next_stream_
                                                                    : nullptr;
  if (over_ || stream == nullptr)
    return;
  const auto root = parser_.parse(event.data);
  if (!root || event.kind != frame_kind::text)
    return fail(sink, session_end::garbage, "a private frame is not JSON");
  const auto feed = member_of(*root, "feed");
  if (!feed)
    return on_answer_frame(*stream, *root, sink);
  if (!in_sequence(*stream, *root, sink))
    return;
  const auto name = text_of(*root, "stream");
  if (name == "v1.order")
    return on_order_event(*feed, sink);
  if (name == "v1.fill")
    return on_fill_event(*feed, sink);
  if (name == "v1.position")
    return on_position_event(*feed, sink);
}

/// Answers to the subscriptions.
void account::on_answer_frame(user_stream& stream, dom::element frame, account_sink& sink) {
  const bool taking_over = next_stream_ && &stream == &*next_stream_;
  const auto inner = member_of(frame, "error");
  const auto error = read_error(inner ? *inner : frame);
  if (error.code) {
    if (taking_over) {
      sink.close(stream.id);
      return give_up_next(sink);
    }
    return fail(sink, end_of(400, error), "grvt refused a subscription: " + error.text);
  }
  const auto id = integer_of(frame, "id").value_or(0);
  if (!member_of(frame, "result") || id < 1 || id > 3)
    return fail(sink, session_end::garbage, "a private frame cannot be read");
  stream.subscribed |= 1u << (id - 1);
  if (stream.subscribed == all_subscriptions)
    on_subscribed(stream, sink);
}

/// Numbers rise by one on each stream and selector; zero marks what was there before.
bool account::in_sequence(user_stream& stream, dom::element frame, account_sink& sink) {
  const auto number = number_of(frame, "sequence_number");
  const auto name = text_of(frame, "stream");
  if (!number || name.empty()) {
    fail(sink, session_end::garbage, "a private frame has no number");
    return false;
  }
  if (*number == 0)
    return true;
  key_.assign(name).append(1, ' ').append(text_of(frame, "selector"));
  const auto found = stream.sequences.find(key_);
  if (found == stream.sequences.end()) {
    stream.sequences.emplace(key_, *number);
    return true;
  }
  if (*number == found->second)
    return false;
  const auto previous = number_of(frame, "prev_sequence_number").value_or(*number - 1);
  if (previous != found->second || *number != found->second + 1) {
    fail(sink, session_end::sequence_gap,
         std::string{name} + ": number " + std::to_string(*number) + " follows "
             + std::to_string(found->second));
    return false;
  }
  found->second = *number;
  return true;
}

void account::on_order_event(dom::element feed, account_sink& sink) {
  switch (read_order(feed, instruments_, *settings_.ids, evidence::stream, seen_)) {
  case read_result::other_symbol:
    return;
  case read_result::malformed:
    return fail(sink, session_end::garbage, "an order event cannot be read");
  case read_result::ok:
    break;
  }
  if (seen_.ours)
    tell(seen_.order, sink);
  else
    sink.emit_foreign(seen_);
}

/// Orders and fills come on streams that are not in step: what an order is said to have filled waits
/// for the fills that say so.
void account::tell(const order_update& x, account_sink& sink) {
  const auto heard = heard_.find(x.id);
  if (x.filled > (heard == heard_.end() ? quantity{} : heard->second.size)) {
    if (held_.empty())
      sink.set_timer(held_timer, held_for);
    held_.insert_or_assign(x.id, x);
    return;
  }
  if (is_final(x.state))
    heard_.erase(x.id);
  sink.emit(x);
}

void account::count(const fill& x) {
  auto& heard = heard_[x.id];
  if (heard.last_trade == x.trade_id)
    return; // while two streams overlap it comes twice
  heard.last_trade = x.trade_id;
  heard.size += x.size;
  if (heard_.size() > heard_limit)
    heard_.erase(heard_.begin());
}

void account::release_held(const client_order_id& id, account_sink& sink) {
  const auto held = held_.find(id);
  const auto heard = heard_.find(id);
  if (held == held_.end() || heard == heard_.end() || held->second.filled > heard->second.size)
    return;
  const auto x = std::move(held->second);
  held_.erase(held);
  if (held_.empty())
    sink.cancel_timer(held_timer);
  tell(x, sink);
}

void account::release_all_held(account_sink& sink) {
  for (const auto& [id, x] : std::exchange(held_, {})) {
    if (is_final(x.state))
      heard_.erase(id);
    else // from here on these fills count as heard of
      heard_[id].size = std::max(heard_[id].size, x.filled);
    sink.emit(x);
  }
}

void account::on_fill_event(dom::element feed, account_sink& sink) {
  switch (read_fill(feed, instruments_, *settings_.ids, seen_fill_)) {
  case read_result::other_symbol:
    return;
  case read_result::malformed:
    return fail(sink, session_end::garbage, "a fill cannot be read");
  case read_result::ok:
    break;
  }
  if (!seen_fill_.ours)
    return sink.emit_foreign(foreign_order(seen_fill_));
  count(seen_fill_.execution);
  sink.emit(seen_fill_.execution);
  release_held(seen_fill_.execution.id, sink);
}

void account::on_position_event(dom::element feed, account_sink& sink) {
  position x;
  const auto result = read_position(feed, instruments_, x);
  if (result == read_result::malformed)
    return fail(sink, session_end::garbage, "a position cannot be read");
  if (result == read_result::ok)
    sink.emit(x);
}

} // namespace actorbot::venues::grvt
