#include "venues/dydx/session.hpp"

namespace actorbot::venues::dydx {

void drop_credentials(session_settings& settings) {
  static constexpr std::string_view names[] = {"mnemonic", "private_key"};
  venues::drop_credentials(settings, names);
}

indexer_error read_error(const http_answer& answer, json_parser& parser) {
  indexer_error out;
  if (const auto root = parser.parse(answer.body)) {
    // {"errors":[{"msg":"..."}]}, or {"error":"Not Found","errorCode":404} for an unknown path.
    if (const auto errors = array_of(*root, "errors"))
      for (const auto error : *errors)
        if (out.message.empty())
          out.message = clean_text(text_of(error, "msg"));
  }
  out.text = "HTTP " + std::to_string(answer.status);
  if (!out.message.empty())
    out.text += " " + out.message;
  // In milliseconds here.
  if (const auto wait = find_header(answer.headers, "Retry-After"); !wait.empty())
    out.text += " (retry after " + clean_text(wait) + " ms)";
  return out;
}

session_end end_of(unsigned status) {
  if (status == 429)
    return session_end::rate_limited;
  if (status == 403) // the region or the address is barred: only the operator can help
    return session_end::configuration;
  return status >= 500 ? session_end::maintenance : session_end::garbage;
}

} // namespace actorbot::venues::dydx
