#pragma once

#include "venues/exchange/types.hpp"

#include <map>
#include <set>
#include <vector>

namespace actorbot::exchange {

/// One price of one side: what the feed says is there, and the accounts' orders in order of time.
struct book_level {
  decimal external;  ///< as the feed stated it, less what takers ate since
  decimal traded;    ///< by external trades since the feed stated it
  decimal resting;   ///< what the orders have left
  decimal published; ///< what the last delta said
  std::vector<order*> queue;
  std::uint32_t round = 0; ///< of the last replacement of the whole book that named it
  bool touched = false;

  decimal shown() const { return external + resting; }
  /// External size that is thought to be still there.
  decimal standing() const { return external > traded ? external - traded : decimal{}; }
};

/// Both sides of a market. Levels that became empty stay until publish(), so references to levels
/// hold through an operation.
class book {
 public:
  /// By ask price, or by minus the bid price: the best is first on both sides.
  using ladder = std::map<decimal, book_level>;

  explicit book(decimal lot, std::uint64_t first_update) : lot_{lot}, last_{first_update - 1} {}

  static decimal key(side s, price p) { return s == side::buy ? -p.value() : p.value(); }
  static price price_of(side s, decimal k) { return price{s == side::buy ? -k : k}; }
  const ladder& levels(side s) const { return sides_[index(s)].levels; }

  /// First level with something to take; null when the side is empty.
  book_level* best(side s, price& at);
  std::optional<price> best_price(side s) const;
  std::optional<price> best_external(side s) const;
  /// First level with orders of accounts.
  book_level* best_with_orders(side s, price& at);
  book_level* find(side s, price at);

  // -- the external market --
  /// The feed's word on one level. Shrinks the queues ahead by the model of core's documentation.
  void set_external(side s, price at, decimal size);
  /// Begins a statement of the whole book; end_replace() empties the levels that were not named.
  void begin_replace() { ++round_; }
  void end_replace();
  /// There is no external level better than this.
  void limit_external(side s, price best);
  /// Somebody took external size: it and the queues ahead shrink by it.
  void take_external(side s, price at, book_level& level, decimal size);
  /// An external trade passed: only the queues ahead shrink; the feed states the size itself.
  void trade_external(book_level& level, decimal size);

  // -- orders of accounts --
  void rest(order& o);
  void remove(order& o);
  /// The order has `by` less left (a fill or a cut); its fields are the caller's.
  void reduce(order& o, decimal by);

  // -- what the public sees --
  /// Levels that changed since the last call; false when none did.
  bool publish(book_delta& out);
  std::uint64_t last_update() const { return last_; }
  maybe_level top(side s) const;

 private:
  struct half {
    ladder levels;
    std::set<decimal> occupied; ///< keys of levels with orders
    std::vector<ladder::iterator> touched;
  };
  static std::size_t index(side s) { return s == side::buy ? 0 : 1; }
  ladder::iterator level_at(side s, price at);
  void touch(side s, ladder::iterator it);
  void state(side s, ladder::iterator it, decimal size);
  void collect(side s, std::vector<level>& out);

  decimal lot_;
  half sides_[2];
  std::uint64_t last_ = 0;
  std::uint32_t round_ = 0;
};

} // namespace actorbot::exchange
