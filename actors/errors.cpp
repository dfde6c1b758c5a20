#include "actors/errors.hpp"

#include <caf/exit_reason.hpp>
#include <caf/message.hpp>
#include <caf/sec.hpp>

namespace actorbot {

std::string to_string(actor_errc code) {
  switch (code) {
  case actor_errc::session_closed:
    return "session_closed";
  case actor_errc::session_silent:
    return "session_silent";
  case actor_errc::session_sequence_gap:
    return "session_sequence_gap";
  case actor_errc::session_authentication:
    return "session_authentication";
  case actor_errc::session_garbage:
    return "session_garbage";
  case actor_errc::session_maintenance:
    return "session_maintenance";
  case actor_errc::session_rate_limited:
    return "session_rate_limited";
  case actor_errc::session_stopped:
    return "session_stopped";
  case actor_errc::session_configuration:
    return "session_configuration";
  case actor_errc::exception_thrown:
    return "exception_thrown";
  case actor_errc::start_failed:
    return "start_failed";
  case actor_errc::restart_intensity_exceeded:
    return "restart_intensity_exceeded";
  case actor_errc::invalid_specification:
    return "invalid_specification";
  }
  return "actor_errc(" + std::to_string(static_cast<unsigned>(code)) + ")";
}

caf::error make_actor_error(actor_errc code, std::string text) {
  return caf::make_error(code, std::move(text));
}

std::string describe(const caf::error& reason) {
  if (!reason)
    return "normal";
  std::string text;
  if (reason.category() == caf::detail::error_factory<actor_errc>::category)
    text = to_string(static_cast<actor_errc>(reason.code()));
  else if (reason.category() == caf::atom("exit"))
    text = caf::to_string(static_cast<caf::exit_reason>(reason.code()));
  else if (reason.category() == caf::atom("system"))
    text = caf::to_string(static_cast<caf::sec>(reason.code()));
  else
    text = "error " + std::to_string(static_cast<unsigned>(reason.code()));
  if (reason.context().match_elements<std::string>())
    text += ": " + reason.context().get_as<std::string>(0);
  return text;
}

} // namespace actorbot
