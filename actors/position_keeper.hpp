#pragma once

#include "messages/decimal.hpp"
#include "messages/order.hpp"

namespace actorbot {

/// Position, average entry, realised PnL and fees from fills alone, exact through zero crossings.
class position_keeper {
 public:
  void apply(side s, price at, quantity size, decimal fee) {
    fees_ += fee;
    const auto change = s == side::buy ? size.value() : -size.value();
    const auto before = size_.value();
    if (before.is_zero() || before.sign() == change.sign()) {
      cost_ += change * at.value();
      size_ = quantity{before + change};
      return;
    }
    // Closing: the share of the cost that goes with the closed part stays exact at 1e-18.
    const auto closed = change.abs() <= before.abs() ? change : -before;
    const auto cost_share = decimal::divide(cost_ * closed.abs(), before.abs());
    realised_ += -closed * at.value() - cost_share;
    cost_ -= cost_share;
    const auto opened = change - closed;
    size_ = quantity{before + change};
    if (!opened.is_zero())
      cost_ = opened * at.value();
    else if (size_.is_zero())
      cost_ = {};
  }

  /// Starts from a position whose history is not known; PnL counts from `at`.
  void adopt(quantity size, price at) {
    size_ = size;
    cost_ = size.value() * at.value();
  }

  quantity size() const { return size_; }
  price average_entry() const {
    return size_.is_zero() ? price{} : price{decimal::divide(cost_, size_.value())};
  }
  /// Of closed parts, before fees.
  decimal realised() const { return realised_; }
  decimal fees() const { return fees_; }
  decimal unrealised(price mark) const { return size_.value() * mark.value() - cost_; }

 private:
  quantity size_;
  decimal cost_; ///< signed: size * average entry
  decimal realised_;
  decimal fees_;
};

} // namespace actorbot
