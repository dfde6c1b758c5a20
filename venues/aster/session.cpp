#include "venues/aster/session.hpp"

#include "venues/aster/errors.hpp"

namespace actorbot::venues::aster {

bool uses_v1(const session_settings& settings) { return setting(settings, "api") == "v1"; }

void drop_credentials(session_settings& settings) {
  static constexpr std::string_view names[] = {"api_key", "api_secret", "signer_key"};
  venues::drop_credentials(settings, names);
}

void report_budget(const http_answer& answer, std::uint32_t limit, session_sink& sink) {
  if (answer.status == 429 || answer.status == 418) {
    sink.budget_used(limit, limit);
    return;
  }
  const auto used = parse_unsigned(find_header(answer.headers, "X-MBX-USED-WEIGHT-1M"));
  if (used && *used <= 0xffff'ffff)
    sink.budget_used(static_cast<std::uint32_t>(*used), limit);
}

venue_error read_error(const http_answer& answer, json_parser& parser) {
  venue_error out;
  if (const auto root = parser.parse(answer.body)) {
    out.code = integer_of(*root, "code");
    out.message = clean_text(text_of(*root, "msg"));
  }
  out.text = out.code ? std::to_string(*out.code) + " " + out.message
                      : "HTTP " + std::to_string(answer.status);
  if (const auto wait = find_header(answer.headers, "Retry-After"); !wait.empty())
    out.text += " (retry after " + clean_text(wait) + ")";
  return out;
}

session_end end_of(unsigned status, const venue_error& error) {
  if (status == 429 || status == 418 || error.code == -1003 || error.code == -1015)
    return session_end::rate_limited;
  if (status >= 500 || error.code == -1016)
    return session_end::maintenance;
  if (status == 401)
    return session_end::authentication;
  const auto known = error.code ? classify_code(*error.code) : std::nullopt;
  if (known && known->reason == reject_reason::authentication && error.code != -1125)
    return session_end::authentication;
  return known && known->what != verdict::unknown ? session_end::garbage : session_end::closed;
}

} // namespace actorbot::venues::aster
