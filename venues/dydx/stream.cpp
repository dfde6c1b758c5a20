#include "venues/dydx/stream.hpp"

#include "venues/wire/json_reader.hpp"
#include "venues/wire/json_writer.hpp"

namespace actorbot::venues::dydx {

namespace {

socket_message kind_of(std::string_view type) {
  if (type == "channel_data")
    return socket_message::data;
  if (type == "channel_batch_data")
    return socket_message::batch;
  if (type == "subscribed")
    return socket_message::subscribed;
  if (type == "unsubscribed")
    return socket_message::unsubscribed;
  if (type == "connected")
    return socket_message::connected;
  return type == "error" ? socket_message::error : socket_message::other;
}

} // namespace

void indexer_socket::request(session_sink& sink, stream_id stream, std::string_view type,
                             std::string_view channel, std::string_view id) {
  text_.clear();
  json_writer out{text_};
  out.open_object().text("type", type).text("channel", channel);
  if (!id.empty())
    out.text("id", id);
  out.close_object();
  ++unanswered_;
  sink.send(stream, frame_kind::text, text_);
}

void indexer_socket::subscribe(session_sink& sink, stream_id stream, std::string_view channel,
                               std::string_view id) {
  request(sink, stream, "subscribe", channel, id);
}

void indexer_socket::unsubscribe(session_sink& sink, stream_id stream, std::string_view channel,
                                 std::string_view id) {
  request(sink, stream, "unsubscribe", channel, id);
}

std::string indexer_socket::read(simdjson::dom::element root, socket_frame& out, bool& gap) {
  gap = false;
  const auto type = text_of(root, "type");
  const auto number = integer_of(root, "message_id");
  if (type.empty())
    return "a frame has no type";
  out = {};
  out.kind = kind_of(type);
  if (out.kind == socket_message::other)
    return {};
  if (!number || *number < 0)
    return "a frame has no message_id";
  out.number = static_cast<std::uint64_t>(*number);
  out.channel = text_of(root, "channel");
  out.id = text_of(root, "id");
  out.words = text_of(root, "message");
  const bool wants_contents = out.kind == socket_message::subscribed
                              || out.kind == socket_message::data
                              || out.kind == socket_message::batch;
  if (wants_contents && (out.channel.empty() || root["contents"].get(out.contents)))
    return "a frame has no channel or no contents";
  if (in_sequence(out))
    return {};
  gap = true;
  return "message " + std::to_string(out.number) + " after " + std::to_string(newest_)
         + ": the indexer's stream lost something";
}

bool indexer_socket::in_sequence(const socket_frame& frame) {
  switch (frame.kind) {
  case socket_message::connected:
    newest_ = frame.number;
    return true;
  case socket_message::error: // carries the current number again
  case socket_message::other:
    return true;
  default:
    break;
  }
  const bool is_reply
      = frame.kind == socket_message::subscribed || frame.kind == socket_message::unsubscribed;
  if (frame.number > newest_) {
    missing_ += frame.number - newest_ - 1;
    newest_ = frame.number;
  } else if (is_reply && missing_ > 0) {
    --missing_;
  } else {
    return false;
  }
  if (is_reply && unanswered_ > 0)
    --unanswered_;
  return missing_ <= unanswered_;
}

session_end end_of_socket_error(std::string_view words) {
  const auto says
      = [&](std::string_view what) { return words.find(what) != std::string_view::npos; };
  if (says("Too many") || says("limit reached") || says("Rate limited"))
    return session_end::rate_limited;
  if (says("Internal error"))
    return session_end::closed;
  if (says("Invalid subscription id") || says("GEO") || says("blocked"))
    return session_end::configuration;
  return session_end::garbage;
}

} // namespace actorbot::venues::dydx
