#pragma once

#include "messages/ids.hpp"
#include "messages/time.hpp"

#include <caf/meta/type_name.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace actorbot {

/// connecting -> syncing -> live <-> degraded; maintenance and down are entered from anywhere.
/// Opening orders only in live; cancels and reduce-only wherever the transport works.
enum class venue_state : std::uint8_t { connecting, syncing, live, degraded, maintenance, down };

/// What a venue can do for us changed; `text` says why.
struct venue_state_changed {
  venue_id venue{};
  venue_state state = venue_state::connecting;
  std::string text;
  timestamp time;
  friend bool operator==(const venue_state_changed&, const venue_state_changed&) = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, venue_state_changed& x) {
  return f(caf::meta::type_name("venue_state_changed"), x.venue, x.state, x.text, x.time);
}

/// The kill switch: active, only reducing orders and cancels, or cancels only.
enum class trading_state : std::uint8_t { active, reduce_only, halted };

/// Goes to risk and, directly, to every gateway. `halted` also cancels every open order of ours.
struct set_trading_state {
  trading_state state = trading_state::active;
  std::string text; ///< who and why
  friend bool operator==(const set_trading_state&, const set_trading_state&) = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, set_trading_state& x) {
  return f(caf::meta::type_name("set_trading_state"), x.state, x.text);
}

/// Stop opening; what is open stays and is followed.
struct pause_strategy {
  std::string text;
  friend bool operator==(const pause_strategy&, const pause_strategy&) = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, pause_strategy& x) {
  return f(caf::meta::type_name("pause_strategy"), x.text);
}

struct resume_strategy {
  std::string text;
  friend bool operator==(const resume_strategy&, const resume_strategy&) = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, resume_strategy& x) {
  return f(caf::meta::type_name("resume_strategy"), x.text);
}

/// What is left on the venue when a strategy stops.
enum class stop_action : std::uint8_t {
  keep,    ///< orders and position stay
  cancel,  ///< own orders are cancelled, the position stays
  flatten, ///< own orders are cancelled, the virtual position is closed at market
};

/// Stop, and answer with strategy_stopped when `action` is done or the deadline has passed.
struct stop_strategy {
  stop_action action = stop_action::cancel;
  duration deadline{};
  friend bool operator==(const stop_strategy&, const stop_strategy&) = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, stop_strategy& x) {
  return f(caf::meta::type_name("stop_strategy"), x.action, x.deadline);
}

struct strategy_stopped {
  strategy_id strategy{};
  bool complete = false; ///< false: the deadline passed first
  std::string text;
  friend bool operator==(const strategy_stopped&, const strategy_stopped&) = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, strategy_stopped& x) {
  return f(caf::meta::type_name("strategy_stopped"), x.strategy, x.complete, x.text);
}

std::string_view to_string(venue_state s);
std::string_view to_string(trading_state s);
std::string_view to_string(stop_action a);

} // namespace actorbot
