#include "venues/edgex/session.hpp"

#include "venues/wire/json_writer.hpp"

namespace actorbot::venues::edgex {

namespace {

venue_error make_error(std::string_view code, std::string_view message) {
  venue_error out;
  out.code = clean_text(code);
  out.text = out.code;
  const auto known = classify(400, out.code);
  if (known.reason != reject_reason::authentication && !message.empty())
    out.text += " " + clean_text(message);
  return out;
}

} // namespace

void drop_credentials(session_settings& settings) {
  static constexpr std::string_view names[]
      = {"api_key", "api_secret", "api_passphrase", "signer_key"};
  venues::drop_credentials(settings, names);
}

void report_budget(const http_answer& answer, session_sink& sink) {
  if (answer.status == 429)
    sink.budget_used(weight_per_minute, weight_per_minute);
}

envelope read_envelope(const http_answer& answer, json_parser& parser) {
  envelope out;
  const auto root = parser.parse(answer.body);
  if (!root || !root->is_object())
    return out;
  out.code = text_of(*root, "code");
  out.readable = !out.code.empty();
  if (out.code == "SUCCESS" && answer.status / 100 == 2)
    out.data = member_of(*root, "data");
  return out;
}

venue_error read_error(const http_answer& answer, json_parser& parser) {
  venue_error out;
  const auto root = parser.parse(answer.body);
  if (root && root->is_object())
    out = make_error(text_of(*root, "code"), text_of(*root, "msg"));
  if (out.code.empty())
    out.text = "HTTP " + std::to_string(answer.status);
  if (const auto wait = find_header(answer.headers, "Retry-After"); !wait.empty())
    out.text += " (retry after " + clean_text(wait) + ")";
  return out;
}

venue_error read_stream_error(simdjson::dom::element frame) {
  const auto content = member_of(frame, "content");
  if (!content)
    return {{}, "no words"};
  return make_error(text_of(*content, "code"), text_of(*content, "msg"));
}

session_end end_of(unsigned status, std::string_view code) {
  const auto o = classify(status, code);
  if (o.reason == reject_reason::rate_limit)
    return session_end::rate_limited;
  if (status >= 500 || o.reason == reject_reason::venue_unavailable)
    return session_end::maintenance;
  if (status == 401 || o.reason == reject_reason::authentication)
    return session_end::authentication;
  return o.what == verdict::refused ? session_end::garbage : session_end::closed;
}

bool answer_ping(simdjson::dom::element frame, std::string_view type, stream_id stream,
                 std::string& buffer, session_sink& sink) {
  if (type != "ping")
    return false;
  buffer.clear();
  json_writer out{buffer};
  out.open_object().text("type", "pong");
  if (const auto number = integer_of(frame, "time"))
    out.text("time", std::to_string(*number));
  else
    out.text("time", text_of(frame, "time"));
  out.close_object();
  sink.send(stream, frame_kind::text, buffer);
  return true;
}

void send_ping(stream_id stream, timestamp now, std::string& buffer, session_sink& sink) {
  buffer.clear();
  json_writer{buffer}
      .open_object()
      .text("type", "ping")
      .text("time", std::to_string(to_ms(now)))
      .close_object();
  sink.send(stream, frame_kind::text, buffer);
}

} // namespace actorbot::venues::edgex
