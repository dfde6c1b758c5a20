#include "venues/backpack/session.hpp"

#include "venues/wire/http_text.hpp"
#include "venues/wire/iso_time.hpp"

namespace actorbot::venues::backpack {

void drop_credentials(session_settings& settings) {
  static constexpr std::string_view names[] = {"api_key", "api_secret"};
  venues::drop_credentials(settings, names);
}

void report_budget(const http_answer& answer, session_sink& sink) {
  if (answer.status == 429)
    sink.budget_used(requests_per_minute, requests_per_minute);
}

venue_error read_error(const http_answer& answer, json_parser& parser) {
  venue_error out;
  if (const auto root = parser.parse(answer.body)) {
    out.code = clean_text(text_of(*root, "code"));
    out.message = clean_text(text_of(*root, "message"));
  } else if (!answer.body.starts_with('<')) {
    out.message = clean_text(answer.body);
  }
  out.text = out.code.empty() ? "HTTP " + std::to_string(answer.status) : out.code;
  if (!out.message.empty())
    out.text += " " + out.message;
  if (const auto wait = find_header(answer.headers, "Retry-After"); !wait.empty())
    out.text += " (retry after " + clean_text(wait) + ")";
  return out;
}

session_end end_of(unsigned status, const venue_error& error) {
  if (status == 503 || error.code == "MAINTENANCE")
    return session_end::maintenance;
  const auto o = classify(status, error.code, error.message);
  if (o.reason == reject_reason::rate_limit)
    return session_end::rate_limited;
  if (o.reason == reject_reason::authentication)
    return session_end::authentication;
  return o.what == verdict::refused ? session_end::garbage : session_end::closed;
}

timestamp history_time_of(simdjson::dom::element from, std::string_view name) {
  const auto text = text_of(from, name);
  char zoned[32];
  if (text.size() >= sizeof zoned)
    return {};
  const auto end = text.copy(zoned, text.size());
  zoned[end] = 'Z';
  return parse_iso({zoned, end + 1}).value_or(timestamp{});
}

} // namespace actorbot::venues::backpack
