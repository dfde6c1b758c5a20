#include "actors/order_gateway_state.hpp"

#include <utility>

/// The venue's dead-man's switch: kept armed while the session lives, taken back at an ordered end.
namespace actorbot {

namespace {

/// For the venue to take its dead-man's switch back; less than the OPERATOR waits for the report.
constexpr auto conclusion_patience = std::chrono::seconds{1};

} // namespace

bool order_gateway_state::has_dead_man() const {
  return config_.dead_man > duration{0} && config_.can.dead_man != venues::dead_man_scope::none;
}

void order_gateway_state::set_dead_man(duration countdown) {
  for (auto id : config_.instruments) {
    ++dead_man_calls_;
    self_->send(connection_, arm_dead_man{id, countdown});
    if (config_.can.dead_man == venues::dead_man_scope::account)
      return;
  }
}

void order_gateway_state::hear(const dead_man_set& x) {
  account_time_ = now();
  if (x.countdown > duration{0} && !std::exchange(dead_man_announced_, true))
    note(note_level::info, "the dead-man's switch is armed: without a sign of life for "
                               + to_text(x.countdown) + " the venue cancels what rests");
  dead_man_answered({});
}

void order_gateway_state::dead_man_answered(std::string trouble) {
  if (!trouble.empty())
    note(note_level::warning, std::move(trouble));
  if (dead_man_calls_ == 0 || --dead_man_calls_ > 0 || !conclusion_)
    return;
  // What was on its way when the end came could overtake: only then comes the last word.
  if (std::exchange(conclusion_->disarming, true))
    conclude();
  else
    set_dead_man({});
}

caf::typed_response_promise<venue_report> order_gateway_state::conclude(const conclude_venue&) {
  auto promise = self_->make_response_promise<venue_report>();
  conclusion_ = {promise, now() + conclusion_patience, dead_man_calls_ == 0};
  if (!has_dead_man())
    conclude();
  else if (connected() && dead_man_calls_ == 0)
    set_dead_man({});
  return promise;
}

void order_gateway_state::conclude() {
  auto ended = std::exchange(conclusion_, std::nullopt);
  concluded_ = true;
  ended->promise.deliver(report());
}

void order_gateway_state::watch_conclusion(timestamp at) {
  if (!conclusion_ || at < conclusion_->until)
    return;
  note(note_level::warning, "the dead-man's switch could not be taken back: within "
                                + to_text(config_.dead_man) + " the venue cancels what rests");
  conclude();
}

} // namespace actorbot
