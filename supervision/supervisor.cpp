#include "supervision/supervisor.hpp"

#include "actors/errors.hpp"

#include <caf/actor_cast.hpp>
#include <caf/exit_reason.hpp>
#include <caf/send.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_response_promise.hpp>

#include <algorithm>
#include <exception>
#include <memory>
#include <utility>

namespace actorbot::supervision {

namespace {

/// How long a report waits for a nested supervisor, which may be on another host.
constexpr std::chrono::seconds report_deadline{1};

bool is_normal(const caf::error& reason) {
  return !reason || reason == caf::exit_reason::user_shutdown;
}

caf::expected<caf::actor> call_start(const child_spec& spec, caf::actor_system& system) {
  try {
    auto result = spec.start(system);
    if (result && !*result)
      return make_actor_error(actor_errc::start_failed, "the start function gave no actor");
    return result;
  } catch (const std::exception& e) {
    return make_actor_error(actor_errc::start_failed, e.what());
  }
}

} // namespace

supervisor_state::~supervisor_state() {
  for (auto& c : children_)
    if (c.actor)
      caf::anon_send_exit(c.actor, caf::exit_reason::kill);
}

// -- start and stop -------------------------------------------------------------------------------

void supervisor_state::start(runtime::environment& env, supervisor_spec spec) {
  env_ = &env;
  spec_ = std::move(spec);
  if (auto problem = validate(spec_); !problem.empty())
    return self_->quit(make_actor_error(actor_errc::invalid_specification, std::move(problem)));
  window_ = restart_window{spec_.intensity, spec_.period};
  for (auto& c : std::exchange(spec_.children, {}))
    children_.emplace_back(std::move(c), spec_);
  for (std::size_t i = 0; i < children_.size(); ++i) {
    if (group_of(i))
      continue; // waits for an elder that did not start
    const auto error = start_child(i);
    if (!error)
      continue;
    if (parks()) {
      fail(i, error, std::nullopt);
      continue;
    }
    auto text = spec_.name + '/' + children_[i].spec.id + ": " + describe(error);
    note(note_level::alarm, "not started: " + text);
    return stop(make_actor_error(actor_errc::start_failed, std::move(text)));
  }
}

caf::error supervisor_state::start_child(std::size_t index) {
  auto& c = children_[index];
  auto actor = call_start(c.spec, self_->system());
  if (!actor)
    return std::move(actor.error());
  c.actor = std::move(*actor);
  c.was_started = true;
  c.up_since = clock();
  self_->monitor(c.actor);
  if (c.spec.announce)
    c.spec.announce(c.actor);
  return {};
}

void supervisor_state::stop_child(std::size_t index) {
  auto& c = children_[index];
  c.stopping = true;
  if (c.spec.stop.kills_at_once())
    return kill_child(index);
  self_->send_exit(c.actor, caf::exit_reason::user_shutdown);
  if (c.spec.stop.has_deadline()) {
    c.kill_generation = ++last_generation_;
    send_timer(index, c.spec.stop.deadline(), c.kill_generation);
  }
}

void supervisor_state::kill_child(std::size_t index) {
  auto& c = children_[index];
  // Ahead of whatever fills the mailbox of a child that does not keep up.
  c.actor->eq_impl(caf::make_message_id(caf::message_priority::high), self_->ctrl(),
                   self_->context(), caf::exit_msg{self_->address(), caf::exit_reason::kill});
}

void supervisor_state::stop(caf::error reason) {
  if (stopping_)
    return;
  stopping_ = true;
  stop_reason_ = std::move(reason);
  groups_.clear();
  continue_stop();
}

void supervisor_state::continue_stop() {
  const auto last = std::find_if(children_.rbegin(), children_.rend(),
                                 [](const child& c) { return c.actor != nullptr; });
  if (last == children_.rend())
    return self_->quit(stop_reason_);
  if (!last->stopping)
    stop_child(static_cast<std::size_t>(std::distance(last, children_.rend())) - 1);
}

// -- ends and failures ----------------------------------------------------------------------------

void supervisor_state::child_down(const caf::down_msg& message) {
  const auto found = std::find_if(children_.begin(), children_.end(), [&](const child& c) {
    return c.actor && c.actor.address() == message.source;
  });
  if (found == children_.end())
    return;
  auto& c = *found;
  const auto index = static_cast<std::size_t>(std::distance(children_.begin(), found));
  c.actor = nullptr;
  c.stopping = false;
  c.kill_generation = 0;
  if (c.spec.announce)
    c.spec.announce(c.actor);
  if (stopping_)
    return continue_stop();
  if (const auto group = group_of(index))
    return proceed(*group);
  if (c.spec.kind == restart::permanent
      || (c.spec.kind == restart::transient && !is_normal(message.reason)))
    return fail(index, message.reason, clock() - c.up_since);
  ended(index, message.reason);
}

void supervisor_state::ended(std::size_t index, const caf::error& reason) {
  const auto& c = children_[index];
  if (!is_normal(reason))
    note(note_level::warning, c.spec.id + " ended: " + describe(reason));
  if (!c.spec.significant)
    return;
  bool other_left = false;
  for (std::size_t i = 0; i < children_.size(); ++i)
    other_left |= children_[i].spec.significant && (children_[i].actor || group_of(i));
  if (spec_.auto_shutdown == auto_shutdown::any_significant || !other_left)
    stop(caf::exit_reason::user_shutdown);
}

void supervisor_state::fail(std::size_t index, const caf::error& reason,
                            std::optional<duration> uptime) {
  auto& c = children_[index];
  c.reason = describe(reason);
  const bool healthy = uptime && *uptime >= c.spec.back_off.reset_after;
  c.on_probation = c.on_probation && !healthy;
  const bool was_beyond_help
      = std::exchange(c.beyond_help, c.spec.beyond_help && c.spec.beyond_help(reason));
  const bool too_many = !(parks() ? c.window : window_).add(clock()) || c.on_probation
                        || (parks() && was_beyond_help && c.beyond_help);
  if (!too_many)
    // A failed start waits even for a delay of zero: for its turn, so that no loop starves others.
    return form_group(index, c.delays.next(uptime, env_->random()), !uptime);
  if (parks())
    park(index);
  else
    escalate(index);
}

void supervisor_state::escalate(std::size_t index) {
  const auto& c = children_[index];
  auto text = spec_.name + ": more than " + std::to_string(spec_.intensity) + " restarts in "
              + to_text(spec_.period) + ", at last of " + c.spec.id + " (" + c.reason + ')';
  note(note_level::alarm, text);
  stop(make_actor_error(actor_errc::restart_intensity_exceeded, std::move(text)));
}

void supervisor_state::park(std::size_t index) {
  auto& c = children_[index];
  c.on_probation = true;
  c.window = restart_window{spec_.intensity, spec_.period};
  c.delays.reset();
  const bool for_good = spec_.park_for <= duration{0};
  note(note_level::alarm, c.spec.id + " is parked"
                              + (for_good ? std::string{} : " for " + to_text(spec_.park_for))
                              + ": " + c.reason);
  const auto reason = c.reason;
  form_group(index, for_good ? duration::max() : spec_.park_for, true);
  if (c.spec.parked)
    c.spec.parked(reason);
}

// -- groups ---------------------------------------------------------------------------------------

void supervisor_state::form_group(std::size_t leader, duration delay, bool wait) {
  const auto now = clock();
  const auto generation = ++last_generation_;
  const bool for_good = delay == duration::max();
  restart_group group{affected_by(leader), for_good ? delay : now + delay, delay,
                      wait || delay > duration{0}};
  for (const auto i : group.members)
    if (auto& c = children_[i]; i != leader && c.reason.empty())
      c.reason = "restarts with " + children_[leader].spec.id;
  std::erase_if(groups_, [&](const auto& entry) {
    const auto& other = entry.second;
    const bool shared = std::any_of(other.members.begin(), other.members.end(),
                                    [&](std::size_t i) { return group.members.contains(i); });
    if (!shared)
      return false;
    group.members.insert(other.members.begin(), other.members.end());
    if (other.waiting && other.due > group.due) {
      group.due = other.due;
      group.delay = other.delay;
      group.waiting = true;
    }
    return true;
  });
  if (group.waiting && group.due != duration::max())
    send_timer(leader, group.due - now, generation);
  groups_.emplace(generation, std::move(group));
  proceed(generation);
}

void supervisor_state::proceed(std::uint64_t generation) {
  const auto& members = groups_.at(generation).members;
  const auto last = std::find_if(members.rbegin(), members.rend(),
                                 [&](std::size_t i) { return children_[i].actor != nullptr; });
  if (last != members.rend()) {
    if (!children_[*last].stopping)
      stop_child(*last);
    return;
  }
  if (groups_.at(generation).waiting)
    return;
  const auto group = std::move(groups_.extract(generation).mapped());
  for (const auto i : group.members)
    restart_child(i, group.delay);
}

void supervisor_state::restart_child(std::size_t index, duration delay) {
  auto& c = children_[index];
  // Two reasons not to: it belongs to the group of one that just failed to start, or that failure
  // was one too many.
  if (stopping_ || group_of(index))
    return;
  const bool never_again = c.spec.kind == restart::temporary && c.was_started;
  if (!never_again) {
    if (const auto error = start_child(index))
      return fail(index, error, std::nullopt);
    ++c.restarts;
    tell_restart(c, delay);
  }
  c.reason.clear();
}

std::set<std::size_t> supervisor_state::affected_by(std::size_t index) const {
  std::set<std::size_t> result{index};
  for (std::size_t i = 0; i < children_.size(); ++i) {
    const auto& elders = children_[i].spec.depends_on;
    if (spec_.strategy == strategy::one_for_all
        || (spec_.strategy == strategy::rest_for_one && i > index)
        || std::any_of(result.begin(), result.end(), [&](std::size_t elder) {
             return std::find(elders.begin(), elders.end(), children_[elder].spec.id)
                    != elders.end();
           }))
      result.insert(i);
  }
  return result;
}

std::optional<std::uint64_t> supervisor_state::group_of(std::size_t index) const {
  for (const auto& [generation, group] : groups_)
    if (group.members.contains(index))
      return generation;
  return std::nullopt;
}

// -- time and words -------------------------------------------------------------------------------

void supervisor_state::timer(std::uint32_t index, std::uint64_t generation) {
  if (children_.at(index).kill_generation == generation)
    return kill_child(index);
  const auto group = groups_.find(generation);
  if (group == groups_.end())
    return; // of a group that merged into another, or of a child that went in time
  group->second.waiting = false;
  proceed(generation);
}

void supervisor_state::send_timer(std::size_t index, duration delay, std::uint64_t generation) {
  self_->delayed_send(self_, delay, atom::timeout_v, static_cast<std::uint32_t>(index), generation);
}

void supervisor_state::note(note_level level, std::string text) {
  if (!spec_.operator_surface)
    return;
  if (const auto surface = spec_.operator_surface())
    self_->send(surface, operator_note{level, spec_.name, std::move(text), env_->now()});
}

void supervisor_state::tell_restart(const child& c, duration delay) {
  if (!spec_.operator_surface)
    return;
  if (const auto surface = spec_.operator_surface())
    self_->send(surface,
                restart_happened{spec_.name, c.spec.id, c.reason, delay, c.restarts, env_->now()});
}

caf::result<supervisor_report> supervisor_state::report() {
  struct collection {
    caf::typed_response_promise<supervisor_report> promise;
    supervisor_report report;
    std::size_t missing = 1;
    void arrived() {
      if (--missing == 0)
        promise.deliver(report);
    }
  };
  auto all = std::make_shared<collection>();
  all->promise = self_->make_response_promise<supervisor_report>();
  all->report.name = spec_.name;
  for (const auto& c : children_) {
    all->report.restarts[c.spec.id] = c.restarts;
    if (!c.spec.supervisor || !c.actor)
      continue;
    ++all->missing;
    self_->request(caf::actor_cast<supervisor_actor>(c.actor), report_deadline, get_report{})
        .then(
            [all, id = c.spec.id](const supervisor_report& nested) {
              for (const auto& [grandchild, restarts] : nested.restarts)
                all->report.restarts[id + '/' + grandchild] = restarts;
              all->arrived();
            },
            [all](const caf::error&) { all->arrived(); });
  }
  auto promise = all->promise;
  all->arrived();
  return promise;
}

// -- spawning -------------------------------------------------------------------------------------

namespace {

supervisor_actor::behavior_type
supervisor(supervisor_actor::stateful_pointer<supervisor_state> self, runtime::environment* env,
           supervisor_spec spec) {
  install_exception_text(self);
  self->set_down_handler([self](caf::down_msg& m) { self->state.child_down(m); });
  self->set_exit_handler([self](caf::exit_msg& m) { self->state.stop(std::move(m.reason)); });
  self->state.start(*env, std::move(spec));
  return {
      [self](const stop_children&) { self->state.stop(caf::exit_reason::user_shutdown); },
      [self](atom::timeout, std::uint32_t child, std::uint64_t generation) {
        self->state.timer(child, generation);
      },
      [self](const get_report&) { return self->state.report(); },
  };
}

} // namespace

supervisor_actor spawn_supervisor(caf::actor_system& system, runtime::environment& env,
                                  supervisor_spec spec) {
  return system.spawn(supervisor, &env, std::move(spec));
}

child_spec supervisor_child(runtime::environment& env, supervisor_spec spec) {
  child_spec child;
  child.id = spec.name;
  child.stop = shutdown::infinity();
  child.supervisor = true;
  child.start = [&env, spec = std::move(spec)](caf::actor_system& system) {
    return caf::actor_cast<caf::actor>(spawn_supervisor(system, env, spec));
  };
  return child;
}

} // namespace actorbot::supervision
