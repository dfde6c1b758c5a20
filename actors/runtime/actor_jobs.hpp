#pragma once

#include "actors/runtime/job.hpp"

#include <caf/actor.hpp>
#include <caf/execution_unit.hpp>
#include <caf/resumable.hpp>

namespace actorbot::runtime {

inline job* to_job(caf::resumable* x) { return reinterpret_cast<job*>(x); }
inline caf::resumable* to_resumable(job* x) { return reinterpret_cast<caf::resumable*>(x); }

/// Resumes an actor the way CAF's own workers do, reference count included. True: it wants more.
bool resume_actor(job* j, caf::execution_unit& unit, std::size_t max_messages);

/// Stands in for CAF's printer, the receiver of `caf::aout`, which would be a thread of its own.
/// Writes at once, from whatever thread sends: for debugging only.
caf::actor make_plain_printer(caf::actor_system& system);

} // namespace actorbot::runtime
