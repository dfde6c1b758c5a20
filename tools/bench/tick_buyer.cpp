#include "tools/bench/tick_buyer.hpp"

namespace actorbot::bench {

void tick_buyer::on(const top_of_book& event, context& ctx) {
  if (!event.bid || event.bid->size == "1"_qty)
    return;
  if (pending_.size() >= max_pending)
    behind_ = true;
  else
    buy(event, ctx);
}

void tick_buyer::on(const order_update& event, context& ctx) {
  if (event.state == order_state::pending || pending_.erase(event.id) == 0 || !behind_)
    return;
  if (const auto* book = ctx.find_book(instrument_); book != nullptr && book->bid)
    buy(*book, ctx);
}

void tick_buyer::buy(const top_of_book& book, context& ctx) {
  const auto* rules = ctx.find_instrument(instrument_);
  if (rules == nullptr)
    return;
  behind_ = false;
  strategies::order_intent wish;
  wish.instrument = instrument_;
  wish.post_only = true;
  wish.size = rules->min_quantity;
  wish.limit_price = book.bid->at;
  pending_.insert(ctx.place(wish));
}

strategies::strategy_descriptor describe_tick_buyer() {
  strategies::strategy_descriptor result;
  result.name = "tick_buyer";
  result.help = "buys the minimum at the bid of every tick";
  result.make = [](const strategies::strategy_settings& settings) {
    return std::make_unique<tick_buyer>(settings);
  };
  return result;
}

} // namespace actorbot::bench
