#include "venues/backpack/account.hpp"

/// The private stream.
namespace actorbot::venues::backpack {

namespace {

/// What the venue would say of a signature, a key or a timestamp that it does not take; the words
/// are not documented.
bool is_about_credentials(std::string_view message) {
  for (const auto* word : {"ignature", "uthor", "xpired", "key", "Key"})
    if (message.find(word) != std::string_view::npos)
      return true;
  return false;
}

} // namespace

void account::on(const stream_frame& event, account_sink& sink) {
  if (over_)
    return;
  if (event.kind != frame_kind::text || !scan_flat_frame(event.data, fields_)) {
    if (!read_frame(event, sink))
      return;
  }
  if (fields_.stream().starts_with("account.orderUpdate"))
    on_order_event(sink);
  else if (fields_.stream().starts_with("account.positionUpdate"))
    on_position_event(sink);
}

/// Whatever the scanner does not take. False when there is nothing more to do.
bool account::read_frame(const stream_frame& event, account_sink& sink) {
  const auto root = parser_.parse(event.data);
  if (!root || event.kind != frame_kind::text) {
    fail(sink, session_end::garbage, "a private frame is not JSON");
    return false;
  }
  if (const auto error = member_of(*root, "error"); error && !error->is_null()) {
    const auto message = clean_text(text_of(*error, "message"));
    fail(sink, is_about_credentials(message) ? session_end::authentication : session_end::garbage,
         "backpack refused the private subscription: "
             + std::to_string(integer_of(*error, "code").value_or(0)) + " " + message);
    return false;
  }
  const auto data = member_of(*root, "data");
  if (!data)
    return false; // an acknowledgement
  if (!read_flat(*data, fields_, digits_)) {
    fail(sink, session_end::garbage, "a private frame cannot be read");
    return false;
  }
  fields_.set_stream(text_of(*root, "stream"));
  return true;
}

void account::on_order_event(account_sink& sink) {
  switch (read_order_event(fields_, instruments_, settings_.ids.get(), order_event_)) {
  case read_result::malformed:
    return fail(sink, session_end::garbage, "an order event cannot be read");
  case read_result::other_symbol:
    return live_ ? void() : go_live(sink);
  case read_result::ok:
    break;
  }
  // Something private was heard: the subscription works.
  if (!live_)
    go_live(sink);
  if (!order_event_.order.ours)
    return sink.emit_foreign(order_event_.order);
  if (order_event_.execution)
    sink.emit(*order_event_.execution);
  sink.emit(order_event_.order.order);
}

/// Also what is sent on subscription: the open positions, without `e`.
void account::on_position_event(account_sink& sink) {
  position x;
  const auto result = read_position_event(fields_, instruments_, x);
  if (result == read_result::malformed)
    return fail(sink, session_end::garbage, "a position event cannot be read");
  if (!live_)
    go_live(sink);
  if (result == read_result::ok)
    sink.emit(x);
}

} // namespace actorbot::venues::backpack
