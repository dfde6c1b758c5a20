#include "venues/protocol.hpp"

namespace actorbot::venues {

std::string_view to_string(session_end e) {
  switch (e) {
  case session_end::closed:
    return "closed";
  case session_end::silent:
    return "silent";
  case session_end::sequence_gap:
    return "sequence_gap";
  case session_end::authentication:
    return "authentication";
  case session_end::garbage:
    return "garbage";
  case session_end::maintenance:
    return "maintenance";
  case session_end::rate_limited:
    return "rate_limited";
  case session_end::stopped:
    return "stopped";
  case session_end::configuration:
    return "configuration";
  }
  return "?";
}

} // namespace actorbot::venues
