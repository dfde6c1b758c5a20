#pragma once

#include "venues/protocol.hpp"

#include <caf/error.hpp>
#include <caf/make_message.hpp>

#include <cstdint>
#include <exception>
#include <string>

/// Why an actor of ours ended. Travels as a CAF error, with the text for people in its context.
namespace actorbot {

/// Values are pinned: they cross hosts. 1 + venues::session_end for the first nine.
enum class actor_errc : std::uint8_t {
  session_closed = 1,              ///< the venue or the network closed; a fresh session follows
  session_silent = 2,              ///< a deadline passed without a sign of life
  session_sequence_gap = 3,        ///< a book or stream lost its thread
  session_authentication = 4,      ///< the operator must look at the credentials
  session_garbage = 5,             ///< the venue broke its protocol; look at the log
  session_maintenance = 6,         ///< the venue is closed for now
  session_rate_limited = 7,        ///< told to stay away for a while
  session_stopped = 8,             ///< asked to stop
  session_configuration = 9,       ///< the operator must look at the configuration
  exception_thrown = 20,           ///< a programming error or an overflow; the text says which
  start_failed = 21,               ///< could not be created; the text says why
  restart_intensity_exceeded = 22, ///< a supervisor gave up; the text says on which child
  invalid_specification = 23,      ///< a programming error in a supervisor's specification
};

std::string to_string(actor_errc code);

inline actor_errc from_session_end(venues::session_end end) {
  return static_cast<actor_errc>(static_cast<std::uint8_t>(end) + 1);
}

/// An error of ours with its words.
caf::error make_actor_error(actor_errc code, std::string text);

/// "session_silent: no message for 5s": for logs, notes and restart reports.
std::string describe(const caf::error& reason);

/// Lets an exception in a handler end the actor with its text in the reason (CAF alone prints it to
/// stderr and forgets it).
template <class Self>
void install_exception_text(Self* self) {
  self->set_exception_handler([](std::exception_ptr& pointer) -> caf::error {
    try {
      std::rethrow_exception(pointer);
    } catch (const std::exception& error) {
      return make_actor_error(actor_errc::exception_thrown, error.what());
    } catch (...) {
      return make_actor_error(actor_errc::exception_thrown, "not a std::exception");
    }
  });
}

} // namespace actorbot

CAF_ERROR_CODE_ENUM(actorbot::actor_errc, "actorbot")
