#include "messages/control.hpp"

namespace actorbot {

std::string_view to_string(venue_state s) {
  switch (s) {
  case venue_state::connecting:
    return "connecting";
  case venue_state::syncing:
    return "syncing";
  case venue_state::live:
    return "live";
  case venue_state::degraded:
    return "degraded";
  case venue_state::maintenance:
    return "maintenance";
  case venue_state::down:
    return "down";
  }
  return "?";
}

std::string_view to_string(trading_state s) {
  switch (s) {
  case trading_state::active:
    return "active";
  case trading_state::reduce_only:
    return "reduce_only";
  case trading_state::halted:
    return "halted";
  }
  return "?";
}

std::string_view to_string(stop_action a) {
  switch (a) {
  case stop_action::keep:
    return "keep";
  case stop_action::cancel:
    return "cancel";
  case stop_action::flatten:
    return "flatten";
  }
  return "?";
}

} // namespace actorbot
