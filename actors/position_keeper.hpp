#pragma once

#include "messages/decimal.hpp"
#include "messages/order.hpp"

namespace actorbot {

/// Position, average entry, realised PnL and fees from fills alone, exact through zero crossings.
class position_keeper {
 public:
  void apply(side s, price at, quantity size, decimal fee) {
    see_price(at);
    fees_ += fee;
    const auto change = s == side::buy ? size.value() : -size.value();
    const auto before = size_.value();
    if (before.is_zero() || before.sign() == change.sign()) {
      cost_ += change * at.value();
      size_ = quantity{before + change};
      return;
    }
    // Closing: what the closed part takes from the cost goes to the result, so that their sum stays
    // exact however the share is rounded; the last part takes the rest.
    const bool all = change.abs() >= before.abs();
    const auto closed = all ? -before : change;
    const auto cost_share = all ? cost_ : decimal::divide(cost_ * closed.abs(), before.abs());
    realised_ += -closed * at.value() - cost_share;
    cost_ = cost_ - cost_share + (change - closed) * at.value();
    size_ = quantity{before + change};
  }

  /// Starts from a position whose history is not known: PnL counts from the first price seen.
  void adopt(quantity size) {
    size_ = size;
    cost_ = {};
    unpriced_ = !size.is_zero();
  }
  void see_price(price at) {
    if (!unpriced_)
      return;
    cost_ = size_.value() * at.value();
    unpriced_ = false;
  }

  quantity size() const { return size_; }
  price average_entry() const {
    return size_.is_zero() ? price{} : price{decimal::divide(cost_, size_.value())};
  }
  /// Of closed parts, before fees.
  decimal realised() const { return realised_; }
  decimal fees() const { return fees_; }
  decimal unrealised(price mark) const {
    return unpriced_ ? decimal{} : size_.value() * mark.value() - cost_;
  }

 private:
  quantity size_;
  decimal cost_; ///< signed: size * average entry
  decimal realised_;
  decimal fees_;
  bool unpriced_ = false;
};

} // namespace actorbot
