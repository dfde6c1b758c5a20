// The grid against a small venue that refuses, delays, forgets to answer, fills in parts, lets
// cancels race with fills, and under a process that dies at any moment.
#include "grid_bench.hpp"

#include "strategies/grid.hpp"

#include <set>

using namespace actorbot;
using namespace actorbot::strategies;
using namespace actorbot::strategies::test;

namespace {

class random_world {
 public:
  explicit random_world(std::uint64_t seed) : state_{seed * 0x9e3779b97f4a7c15ULL + 1} {
    const bool sell = chance(30);
    auto texts = example_with({{"direction", sell ? "sell" : "buy"},
                               {"max_orders", std::to_string(1 + below(5))},
                               {"wait_time", std::to_string(1 + below(6)) + "s"},
                               {"boost", chance(10) ? "true" : "false"},
                               {"random_timing", chance(50) ? "true" : "false"},
                               {"dynamic_profit", chance(50) ? "true" : "false"},
                               {"entry", chance(50) ? "far_touch" : "mid"},
                               {"close_attempts", std::to_string(1 + below(4))}});
    b_ = std::make_unique<grid_bench>(texts);
    b_->ctx.seed = seed;
    if (chance(40))
      b_->ctx.info.min_quantity = "0.001"_qty;
    max_position_ = quantity{"0.00273"_d * decimal::from_int(b_->values.integer("max_orders") + 1)};
    direction_ = sell ? side::sell : side::buy;
  }

  /// Empty when every promise was kept.
  std::string run() {
    b_->start();
    move_price();
    for (int step = 0; step < 250 && error_.empty(); ++step) {
      if (chance(2))
        restart();
      if (chance(3))
        flap();
      pass_step();
    }
    quiesce();
    if (error_.empty())
      check_covered();
    if (error_.empty())
      check_flatten();
    return error_;
  }
  std::size_t fills() const { return fills_; }
  std::size_t cycles() const { return b_->ctx.cycles.size(); }
  std::size_t restarts() const { return restarts_; }
  std::size_t unknowns() const { return unknowns_; }

 private:
  struct venue_order {
    order_intent intent;
    quantity filled;
    bool open = false; ///< on the book
    bool done = false;
    bool unknown = false; ///< the bot has been told so, and nothing since
    timestamp busy_until; ///< its events stay in order
    quantity told;        ///< cumulative size of the fills delivered
  };
  struct event {
    timestamp at;
    std::uint64_t sequence;
    client_order_id id;
    std::optional<fill> execution;
    std::optional<order_update> update;
    bool arrival = false;
    bool cancel = false;
    bool operator<(const event& o) const { return at != o.at ? at < o.at : sequence < o.sequence; }
  };

  std::uint64_t next() {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    return state_ ^= state_ << 17;
  }
  std::uint64_t below(std::uint64_t n) { return next() % n; }
  bool chance(std::uint64_t percent) { return below(100) < percent; }
  duration delay() { return std::chrono::milliseconds{calm_ ? 5 : 1 + below(1500)}; }
  void fail(std::string text) {
    if (error_.empty())
      error_ = std::move(text);
  }
  side entry_side() const { return direction_; }

  void push(venue_order& o, event e) {
    e.at = std::max(b_->ctx.clock + delay(), o.busy_until);
    e.sequence = ++sequence_;
    o.busy_until = e.at;
    events_.insert(std::move(e));
  }
  void tell(const client_order_id& id, order_state s, reject_reason r = reject_reason::none) {
    auto& o = orders_.at(id);
    event e;
    e.id = id;
    e.update = describe(id, s);
    e.update->reason = r;
    push(o, std::move(e));
  }
  order_update describe(const client_order_id& id, order_state s) const {
    const auto& o = orders_.at(id);
    order_update u;
    u.id = id;
    u.instrument = b_->ctx.info.id;
    u.state = s;
    u.order_side = o.intent.order_side;
    u.reduce_only = o.intent.reduce_only;
    u.size = o.intent.size;
    u.filled = o.filled;
    u.limit_price = o.intent.limit_price;
    return u;
  }

  /// Takes the grid's new wishes; checks what must hold when an entry is placed.
  void collect() {
    auto& placed = b_->ctx.placed;
    for (; taken_ < placed.size(); ++taken_) {
      const auto& p = placed[taken_];
      if (!p.intent.reduce_only) {
        for (const auto& [id, o] : orders_)
          if (!o.intent.reduce_only && !settled(id))
            fail("a second entry " + to_string(p.id) + " while " + to_string(id)
                 + (o.unknown ? " is unknown" : " is not settled"));
      }
      orders_[p.id].intent = p.intent;
      event e;
      e.id = p.id;
      e.arrival = true;
      push(orders_[p.id], std::move(e));
    }
    auto& cancels = b_->ctx.cancels;
    for (; cancelled_ < cancels.size(); ++cancelled_) {
      const auto found = orders_.find(cancels[cancelled_]);
      if (found == orders_.end())
        continue;
      event e;
      e.id = found->first;
      e.cancel = true;
      e.at = b_->ctx.clock + delay();
      e.sequence = ++sequence_;
      events_.insert(std::move(e));
    }
  }
  /// The bot has been told the final state.
  bool settled(const client_order_id& id) const {
    const auto& o = orders_.at(id);
    if (!o.done)
      return false;
    return std::none_of(events_.begin(), events_.end(),
                        [&](const event& e) { return e.id == id && !e.cancel; });
  }

  void execute(const client_order_id& id, quantity size, price at) {
    auto& o = orders_.at(id);
    o.filled += size;
    truth_ += o.intent.order_side == side::buy ? size : -size;
    ++fills_;
    const auto held = direction_ == side::buy ? truth_ : -truth_;
    if (held > max_position_)
      fail("position " + to_string(held) + " above " + to_string(max_position_));
    if (held.is_negative())
      fail("closed more than was held: " + to_string(held));
    fill f;
    f.id = id;
    f.instrument = b_->ctx.info.id;
    f.trade_id = std::to_string(fills_);
    f.order_side = o.intent.order_side;
    f.at = at;
    f.size = size;
    f.fee = notional(at, size) * "0.0002"_d;
    event e;
    e.id = id;
    e.execution = f;
    push(o, std::move(e));
    const bool all = o.filled == o.intent.size;
    o.done = o.done || all;
    o.open = o.open && !all;
    // The update follows its fill with nothing in between.
    tell(id, all ? order_state::filled : order_state::partially_filled);
  }

  void arrive(const client_order_id& id) {
    auto& o = orders_.at(id);
    const auto& i = o.intent;
    const auto& book = *b_->ctx.book;
    if (i.size < b_->ctx.info.min_quantity)
      fail("an order below the minimum: " + to_string(i.size));
    if (!calm_ && chance(8)) {
      o.done = true;
      return tell(id, order_state::rejected,
                  chance(50) ? reject_reason::rate_limit : reject_reason::margin);
    }
    const bool crosses
        = i.order_side == side::buy ? i.limit_price >= book.ask->at : i.limit_price <= book.bid->at;
    if (i.post_only && crosses) {
      o.done = true;
      return tell(id, chance(50) ? order_state::rejected : order_state::cancelled,
                  reject_reason::post_only_would_cross);
    }
    if (!calm_ && chance(10)) {
      o.unknown = true;
      ++unknowns_;
      tell(id, order_state::unknown);
      if (chance(40)) { // it never arrived; evidence of that comes later
        o.done = true;
        o.busy_until += std::chrono::seconds{5};
        return tell(id, order_state::rejected, reject_reason::unknown_order);
      }
      o.busy_until += std::chrono::seconds{5};
    }
    o.open = true;
    if (i.type == order_type::market) {
      const auto at = i.order_side == side::buy ? book.ask->at : book.bid->at;
      const auto part = calm_ || chance(70) ? i.size : some_of(i.size);
      execute(id, part, at);
      if (!o.done) {
        o.done = true;
        o.open = false;
        tell(id, order_state::cancelled);
      }
      return;
    }
    tell(id, order_state::open);
  }
  quantity some_of(quantity whole) {
    const auto lots = whole.value().count_of(b_->ctx.info.lot);
    const auto part = 1 + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(lots)));
    return quantity{b_->ctx.info.lot * decimal::from_int(part)};
  }

  void cancel(const client_order_id& id) {
    auto& o = orders_.at(id);
    if (!o.open || (!calm_ && chance(15)))
      return; // too late, or lost
    if (!calm_ && chance(15))
      return tell(id, o.filled.is_positive() ? order_state::partially_filled : order_state::open,
                  reject_reason::rate_limit);
    o.open = false;
    o.done = true;
    tell(id, order_state::cancelled);
  }

  void deliver(const event& e) {
    if (e.arrival)
      return arrive(e.id);
    if (e.cancel)
      return cancel(e.id);
    auto& o = orders_.at(e.id);
    if (e.execution) {
      o.told += e.execution->size;
      b_->ctx.position
          += e.execution->order_side == side::buy ? e.execution->size : -e.execution->size;
      b_->grid->on(*e.execution, b_->ctx);
    } else {
      o.unknown = e.update->state == order_state::unknown;
      auto update = *e.update;
      update.filled = std::min(update.filled, o.told);
      b_->grid->on(update, b_->ctx);
    }
    collect();
    if (chance(10))
      saved_ = b_->grid->save();
  }

  void match() {
    const auto& book = *b_->ctx.book;
    for (auto& [id, o] : orders_) {
      if (!o.open)
        continue;
      const auto at = o.intent.limit_price;
      const bool through
          = o.intent.order_side == side::buy ? book.ask->at <= at : book.bid->at >= at;
      if (through)
        execute(id, o.intent.size - o.filled, at);
      else if (chance(o.intent.reduce_only ? 2 : 25))
        execute(id, some_of(o.intent.size - o.filled), at);
    }
  }
  void move_price() {
    mid_ += static_cast<std::int64_t>(below(401)) - 200;
    const auto half = static_cast<std::int64_t>(1 + below(30));
    top_of_book book;
    book.instrument = b_->ctx.info.id;
    book.bid = level{price{decimal::from_parts(mid_ - half, -1)}, "1"_qty};
    book.ask = level{price{decimal::from_parts(mid_ + half, -1)}, "1"_qty};
    book.received = b_->ctx.clock;
    b_->ctx.book = book;
    match();
    b_->grid->on(book, b_->ctx);
    collect();
  }

  void pass_step() {
    const auto end = b_->ctx.clock + std::chrono::milliseconds{10 + below(1500)};
    while (error_.empty()) {
      auto due = b_->ctx.timers.end();
      for (auto t = b_->ctx.timers.begin(); t != b_->ctx.timers.end(); ++t)
        if (due == b_->ctx.timers.end() || t->second < due->second)
          due = t;
      const bool timer_due = due != b_->ctx.timers.end() && due->second <= end;
      const bool event_due = !events_.empty() && events_.begin()->at <= end;
      if (!timer_due && !event_due)
        break;
      if (event_due && (!timer_due || events_.begin()->at <= due->second)) {
        const auto e = *events_.begin();
        events_.erase(events_.begin());
        b_->ctx.clock = std::max(b_->ctx.clock, e.at);
        deliver(e);
      } else {
        const auto id = due->first;
        b_->ctx.clock = std::max(b_->ctx.clock, due->second);
        b_->ctx.timers.erase(due);
        b_->grid->on(timer_fired{timer_id{id}}, b_->ctx);
        collect();
      }
    }
    b_->ctx.clock = end;
    move_price();
  }

  void flap() {
    set_venue(b_->ctx.venue == venue_state::live ? venue_state::maintenance : venue_state::live);
  }
  void set_venue(venue_state s) {
    b_->ctx.venue = s;
    b_->grid->on(venue_state_changed{b_->ctx.info.id.venue, s, "", b_->ctx.clock}, b_->ctx);
    collect();
  }

  /// The process dies: everything under way to it is lost; its host reconciles with the venue and
  /// starts a new grid from the state of now, of some time ago, or from none.
  void restart() {
    ++restarts_;
    auto state = chance(50) ? b_->grid->save() : saved_;
    for (const auto& e : events_)
      if (e.arrival)
        orders_.at(e.id).done = true; // it never left
    events_.clear();
    std::vector<order_update> found;
    for (auto& [id, o] : orders_) {
      o.told = o.filled;
      o.unknown = false;
      o.busy_until = {};
      if (!o.open)
        o.done = true;
      else
        found.push_back(describe(id, o.filled.is_positive() ? order_state::partially_filled
                                                            : order_state::open));
    }
    b_->ctx.position = truth_;
    b_->ctx.timers.clear();
    b_->ctx.venue = venue_state::live;
    b_->make();
    if (!state.is_null() && chance(80))
      b_->grid->restore(state);
    b_->start(found);
    collect();
  }

  void quiesce() {
    calm_ = true;
    set_venue(venue_state::live);
    b_->grid->on(pause_strategy{"quiet"}, b_->ctx);
    // An entry may rest; it is cancelled from outside so that the book comes to rest.
    for (int step = 0; step < 400 && error_.empty(); ++step) {
      for (auto& [id, o] : orders_)
        if (o.open && !o.intent.reduce_only)
          cancel(id);
      pass_step();
    }
    // Without further matching, until every message has arrived.
    for (int step = 0; step < 4000 && !events_.empty(); ++step) {
      const auto e = *events_.begin();
      events_.erase(events_.begin());
      b_->ctx.clock = std::max(b_->ctx.clock, e.at);
      deliver(e);
    }
  }
  void check_covered() {
    quantity offered;
    for (const auto& [id, o] : orders_)
      if (o.open)
        offered += o.intent.reduce_only ? o.intent.size - o.filled : quantity{};
    const auto& ledger = dynamic_cast<const actorbot::strategies::grid&>(*b_->grid).ledger();
    const auto held = direction_ == side::buy ? truth_ : -truth_;
    if (offered + ledger.uncovered.size != held)
      fail("after the quiet: position " + to_string(held) + ", close orders " + to_string(offered)
           + ", carried " + to_string(ledger.uncovered.size));
    if (ledger.uncovered.size >= b_->ctx.info.min_quantity)
      fail("a closable part was left without an order: " + to_string(ledger.uncovered.size));
    if (held != ledger.accounted(direction_))
      fail("the ledger does not account for the position");
  }
  void check_flatten() {
    b_->grid->on(stop_strategy{stop_action::flatten, std::chrono::seconds{30}}, b_->ctx);
    collect();
    for (int step = 0; step < 200 && b_->ctx.ends.empty() && error_.empty(); ++step)
      pass_step();
    if (b_->ctx.ends.size() != 1)
      return fail("flatten did not finish");
    if (truth_.abs() >= b_->ctx.info.min_quantity)
      fail("flatten left a position of " + to_string(truth_));
    for (const auto& [id, o] : orders_)
      if (o.open)
        fail("flatten left an open order");
  }

  std::uint64_t state_;
  std::unique_ptr<grid_bench> b_;
  side direction_ = side::buy;
  quantity max_position_;
  quantity truth_; ///< the venue's position
  std::map<client_order_id, venue_order> orders_;
  std::set<event> events_;
  std::uint64_t sequence_ = 0;
  std::size_t taken_ = 0, cancelled_ = 0;
  std::size_t fills_ = 0, restarts_ = 0, unknowns_ = 0;
  std::int64_t mid_ = 620'000;
  nlohmann::json saved_;
  bool calm_ = false;
  std::string error_;
};

} // namespace

TEST_CASE("property: whatever the venue does, the position stays bounded and covered") {
  constexpr std::uint64_t seeds = 2000;
  std::size_t fills = 0, cycles = 0, restarts = 0, unknowns = 0;
  int failures = 0;
  for (std::uint64_t seed = 1; seed <= seeds && failures < 5; ++seed) {
    random_world world{seed};
    const auto error = world.run();
    if (!error.empty()) {
      ++failures;
      FAIL_CHECK("seed " << seed << ": " << error);
    }
    fills += world.fills();
    cycles += world.cycles();
    restarts += world.restarts();
    unknowns += world.unknowns();
  }
  // The run proves something only if all of it happened.
  CHECK(fills > 20 * seeds);
  CHECK(cycles > 5 * seeds);
  CHECK(restarts > seeds);
  CHECK(unknowns > seeds);
  MESSAGE(fills << " fills, " << cycles << " cycles, " << restarts << " restarts, " << unknowns
                << " unknown outcomes");
}
