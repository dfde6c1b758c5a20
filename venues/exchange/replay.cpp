#include "venues/exchange/replay.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace actorbot::exchange {

namespace {

class replay_feed final : public market_feed {
 public:
  replay_feed(std::unique_ptr<record> source, replay_options options)
      : source_{std::move(source)},
        options_{options},
        anchor_{options.start},
        last_{options.start} {
    if (options_.speed_numerator == 0 || options_.speed_denominator == 0)
      throw std::invalid_argument("replay: the speed must be positive");
    read();
  }

  std::optional<timestamp> next_time() override { return due_; }

  void pop(feed_event& out) override {
    std::swap(out, held_);
    out.time = last_ = *due_;
    read();
  }

 private:
  void read() {
    held_.clear();
    due_.reset();
    if (!source_->next(held_)) {
      if (!options_.loop || !origin_)
        return; // an empty record would loop for ever
      source_->rewind();
      held_.clear();
      if (!source_->next(held_))
        return;
      anchor_ = last_ + options_.loop_pause;
      origin_.reset();
    }
    if (!origin_)
      origin_ = held_.time;
    // 128 bits: a day in nanoseconds times a large speed does not fit 64.
    const auto passed = static_cast<int128>((held_.time - *origin_).count());
    const auto scaled = passed * options_.speed_denominator / options_.speed_numerator;
    due_ = std::max(last_, anchor_ + duration{static_cast<std::int64_t>(scaled)});
  }

  std::unique_ptr<record> source_;
  replay_options options_;
  timestamp anchor_;
  timestamp last_;
  std::optional<timestamp> origin_;
  std::optional<timestamp> due_;
  feed_event held_;
};

} // namespace

std::unique_ptr<market_feed> make_replay(std::unique_ptr<record> source, replay_options options) {
  return std::make_unique<replay_feed>(std::move(source), options);
}

} // namespace actorbot::exchange
