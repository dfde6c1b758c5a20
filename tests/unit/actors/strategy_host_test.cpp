#include "actors/strategy_host.hpp"

#include "actors/errors.hpp"
#include "tests/unit/actors/stage.hpp"

#include <nlohmann/json.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>

using namespace actorbot;
using namespace actorbot::test;

namespace {

constexpr venue_id venue_b{2};
constexpr instrument_id btc_b{venue_b, 0};

/// What the strategy under the host's care lived through, and what it does about it.
struct diary {
  int made = 0;
  std::vector<strategies::started> starts;
  std::vector<std::uint32_t> timers;
  std::vector<order_update> updates;
  std::vector<fill> fills;
  std::vector<top_of_book> tops;
  std::vector<stop_action> stops;
  std::vector<venue_state> states;
  std::string restored;
  std::function<void(strategies::context&)> on_start, on_top, on_stop, on_timer;
};

class diarist final : public strategies::strategy {
 public:
  explicit diarist(diary& d) : d_{d} { ++d_.made; }
  using context = strategies::context;
  using strategies::strategy::on;

  void on(const strategies::started& x, context& c) override {
    d_.starts.push_back(x);
    act(d_.on_start, c);
  }
  void on(const top_of_book& x, context& c) override {
    d_.tops.push_back(x);
    act(d_.on_top, c);
  }
  void on(const order_update& x, context&) override { d_.updates.push_back(x); }
  void on(const fill& x, context&) override { d_.fills.push_back(x); }
  void on(const strategies::timer_fired& x, context& c) override {
    d_.timers.push_back(static_cast<std::uint32_t>(x.id));
    act(d_.on_timer, c);
  }
  void on(const venue_state_changed& x, context&) override { d_.states.push_back(x.state); }
  void on(const pause_strategy&, context&) override {}
  void on(const resume_strategy&, context&) override {}
  void on(const stop_strategy& x, context& c) override {
    d_.stops.push_back(x.action);
    act(d_.on_stop, c);
  }
  std::string_view state_name() const override { return "writing"; }
  nlohmann::json save() const override { return {{"page", 3}}; }
  void restore(const nlohmann::json& state) override {
    if (!state.contains("page"))
      throw std::invalid_argument("no page");
    d_.restored = state.dump();
  }

 private:
  static void act(const std::function<void(context&)>& f, context& c) {
    if (f)
      f(c);
  }
  diary& d_;
};

struct host_rig : stage {
  host_rig() {
    kind.name = "diarist";
    kind.make
        = [this](const strategies::strategy_settings&) { return std::make_unique<diarist>(book); };
    settings.id = first_strategy;
    settings.bot = 1;
    settings.run = 7;
    settings.kind = &kind;
    settings.settings.name = "one";
    settings.settings.instruments = {btc, eth, btc_b};
    settings.sequence = std::make_shared<std::uint64_t>(0);
    settings.env = &env;
    settings.directory = silent_directory(*this);
    settings.op = op.make(*this);
    gateway_a = new_gateway();
    gateway_b = new_gateway();
    market = dummy<market_data_actor>(
        [this](const market_subscription& x) {
          subscriptions.push_back(x.instruments);
          credit += x.credit;
        },
        [this](const grant_credit& x) { credit += x.count; });
    risk = new_risk();
  }
  ~host_rig() {
    for (auto* handle : {&gateway_a, &gateway_b})
      *handle = nullptr;
    host = nullptr;
    market = nullptr;
    risk = nullptr;
    hosts_seen.clear();
    settings.directory = nullptr;
    settings.op = nullptr;
    close();
  }

  order_gateway_actor new_gateway() {
    return dummy<order_gateway_actor>(
        [this](const attach_strategy& x) {
          attached.push_back({x.orders, x.positions, x.trades});
          hosts_seen.push_back(x.host);
        },
        [this](const cancel_order& x) { cancels.push_back(x); });
  }
  risk_actor new_risk() {
    return dummy<risk_actor>([this](const place_order& x) { placed.push_back(x.order); });
  }

  void start() {
    host = keep(spawn_strategy_host(system, settings));
    world.run_ready();
  }
  void introduce() {
    tell(host, risk_changed{risk});
    tell(host, gateway_changed{venue_a, gateway_a});
    tell(host, gateway_changed{venue_b, gateway_b});
    tell(host, market_data_changed{venue_a, market});
  }
  void describe(instrument_id id) { tell(host, rules_of(id)); }
  void sync(venue_id venue, std::vector<order_update> orders = {},
            std::vector<std::pair<instrument_id, quantity>> positions = {}) {
    tell(host, venue_synced{venue, orders, positions, {}});
  }
  void run_it() {
    start();
    introduce();
    for (auto id : {btc, eth, btc_b})
      describe(id);
    sync(venue_a);
    sync(venue_b);
    REQUIRE(book.starts.size() == 1);
  }
  void act(std::function<void(strategies::context&)> what) {
    book.on_top = std::move(what);
    tell(host, book_of(btc, "99"_price, "101"_price, now()));
    book.on_top = {};
  }
  client_order_id place(side s = side::buy, quantity size = "1"_qty) {
    client_order_id id;
    act([&](strategies::context& c) {
      strategies::order_intent intent;
      intent.instrument = btc;
      intent.order_side = s;
      intent.size = size;
      intent.limit_price = "100"_price;
      id = c.place(intent);
    });
    return id;
  }
  order_request as_request(const client_order_id& id, side s = side::buy) {
    return limit_order(id, s, "1"_qty, "100"_price);
  }
  /// The answer to stop_strategy arrives in `answer`.
  void stop(stop_action action, duration deadline = 10s) {
    system.spawn([this, action, deadline](caf::event_based_actor* self) {
      self->request(host, std::chrono::seconds{3600}, stop_strategy{action, deadline})
          .then([this](const strategy_stopped& x) { answers.push_back(x); });
    });
    world.run_ready();
  }
  strategy_report report() {
    strategy_report result;
    system.spawn([this, &result](caf::event_based_actor* self) {
      self->request(host, 1s, get_report{}).then([&result](const strategy_report& x) {
        result = x;
      });
    });
    world.run_ready();
    return result;
  }

  struct hello {
    std::vector<order_update> orders;
    std::vector<std::pair<instrument_id, quantity>> positions;
    std::vector<trade_key> trades;
  };

  diary book;
  strategies::strategy_descriptor kind;
  strategy_host_config settings;
  operator_ear op;
  std::vector<hello> attached;
  std::vector<strategy_host_actor> hosts_seen;
  std::vector<cancel_order> cancels;
  std::vector<order_request> placed;
  std::vector<std::vector<instrument_id>> subscriptions;
  std::vector<strategy_stopped> answers;
  std::uint32_t credit = 0;
  order_gateway_actor gateway_a, gateway_b;
  market_data_actor market;
  risk_actor risk;
  strategy_host_actor host;
};

} // namespace

TEST_CASE("a strategy starts once every venue is synced and every instrument known") {
  host_rig r;
  r.start();
  r.introduce();
  REQUIRE(r.attached.size() == 2);
  CHECK(r.subscriptions == std::vector<std::vector<instrument_id>>{{btc, eth}});
  r.describe(btc);
  r.sync(venue_a,
         {word_of(limit_order(order_id(3), side::sell, "1"_qty, "110"_price), order_state::open,
                  evidence::snapshot)},
         {{btc, "2"_qty}});
  r.describe(eth);
  r.sync(venue_b, {}, {{btc_b, "-2"_qty}});
  r.tell(r.host, book_of(btc, "99"_price, "101"_price, r.now()));
  CHECK(r.book.starts.empty());
  CHECK(r.book.tops.empty());
  CHECK(r.report().state == "waiting_for_venue");
  r.describe(btc_b);
  REQUIRE(r.book.starts.size() == 1);
  CHECK(r.book.starts[0].orders.size() == 1);
  CHECK(r.book.starts[0].positions
        == std::vector<std::pair<instrument_id, quantity>>{
            {btc, "2"_qty}, {eth, "0"_qty}, {btc_b, "-2"_qty}});
  CHECK(r.report().state == "writing");
  r.sync(venue_a, {}, {{btc, "2"_qty}});
  CHECK(r.book.starts.size() == 1);
}

TEST_CASE("instruments before venues will do as well") {
  host_rig r;
  r.start();
  r.introduce();
  for (auto id : {btc, eth, btc_b})
    r.describe(id);
  r.sync(venue_b);
  CHECK(r.book.starts.empty());
  r.sync(venue_a);
  CHECK(r.book.starts.size() == 1);
}

TEST_CASE("an order goes to risk with an id that never repeats, also over a restart of the host") {
  host_rig r;
  r.run_it();
  const auto first = r.place(), second = r.place();
  REQUIRE(r.placed.size() == 2);
  CHECK(r.placed[0].id == first);
  CHECK(first == client_order_id{1, first_strategy, 7, 1});
  CHECK(second.sequence == 2);
  CHECK(r.placed[0].created == r.now());
  r.end(r.host);
  r.book.starts.clear();
  r.run_it();
  CHECK(r.place().sequence == 3);
}

TEST_CASE("an order without risk comes back rejected, after place() has returned") {
  host_rig r;
  r.run_it();
  r.tell(r.host, risk_changed{risk_actor{}});
  const auto id = r.place();
  CHECK(r.placed.empty());
  REQUIRE(r.book.updates.size() == 1);
  CHECK(r.book.updates[0].id == id);
  CHECK(r.book.updates[0].state == order_state::rejected);
  CHECK(r.report().rejects == 1);
}

TEST_CASE("a cancel goes straight to the gateway, and only for an order that is not final") {
  host_rig r;
  r.run_it();
  const auto id = r.place();
  r.tell(r.host, risk_changed{risk_actor{}}); // not needed for a cancel
  r.act([&](strategies::context& c) { c.cancel(id); });
  REQUIRE(r.cancels.size() == 1);
  CHECK(r.cancels[0] == cancel_order{id, btc});
  r.tell(r.host, word_of(r.as_request(id), order_state::cancelled, evidence::stream));
  r.act([&](strategies::context& c) { c.cancel(id); });
  CHECK(r.cancels.size() == 1);
}

TEST_CASE("fills make the position, each once, and come before the order's own word") {
  host_rig r;
  r.run_it();
  const auto order = r.as_request(r.place());
  quantity seen;
  r.tell(r.host, fill_of(order, "t", "0.4"_qty, "100"_price, r.now()));
  r.tell(r.host, fill_of(order, "t", "0.4"_qty, "100"_price, r.now()));
  r.act([&](strategies::context& c) { seen = c.position_of(btc); });
  CHECK(seen == "0.4"_qty);
  CHECK(r.book.fills.size() == 1);
  auto meeting = fill_of(order, "t", "0.1"_qty, "100"_price, r.now());
  meeting.order_side = side::sell; // our own order on the other side of the same trade
  r.tell(r.host, meeting);
  CHECK(r.book.fills.size() == 2);
  const auto row = r.report().positions[0];
  CHECK(row.size == "0.3"_qty);
  CHECK(row.average_entry == "100"_price);
}

TEST_CASE("timers fire once, the newest setting counts, a cancelled one stays silent") {
  host_rig r;
  r.run_it();
  r.act([](strategies::context& c) {
    c.set_timer(strategies::timer_id{1}, 1s);
    c.set_timer(strategies::timer_id{2}, 2s);
    c.set_timer(strategies::timer_id{3}, 1s);
  });
  r.pass(500ms);
  r.act([](strategies::context& c) {
    c.set_timer(strategies::timer_id{1}, 2s); // replaces the one that is under way
    c.cancel_timer(strategies::timer_id{3});
  });
  r.pass(1s);
  CHECK(r.book.timers.empty());
  r.pass(500ms);
  CHECK(r.book.timers == std::vector<std::uint32_t>{2});
  r.pass(500ms);
  CHECK(r.book.timers == std::vector<std::uint32_t>{2, 1});
  r.pass(1min);
  CHECK(r.book.timers.size() == 2);
}

TEST_CASE("credit is granted back as it is worked off, so that books never stop") {
  host_rig r;
  r.run_it();
  const auto window = r.credit;
  for (int i = 0; i < 1000; ++i) {
    REQUIRE(r.credit > 0);
    --r.credit;
    r.tell(r.host, book_of(btc, "99"_price, "101"_price, r.now()));
  }
  CHECK(r.credit <= window);
  CHECK(r.book.tops.size() == 1000);
}

TEST_CASE("each stop action reaches the strategy and is answered when it is done") {
  for (auto action : {stop_action::keep, stop_action::cancel, stop_action::flatten}) {
    host_rig r;
    r.run_it();
    strategies::context* later = nullptr;
    r.book.on_stop = [&](strategies::context& c) { later = &c; };
    r.stop(action);
    CHECK(r.book.stops == std::vector<stop_action>{action});
    CHECK(r.answers.empty());
    r.pass(3s);
    REQUIRE(later);
    r.act([](strategies::context& c) { c.finished("all gone"); });
    REQUIRE(r.answers.size() == 1);
    CHECK(r.answers[0] == strategy_stopped{first_strategy, true, "all gone"});
    r.pass(20s);
    CHECK(r.answers.size() == 1); // the deadline is not a second end
    r.stop(action);
    CHECK(r.answers.size() == 2); // asked again: the same answer
    CHECK(r.answers[1] == r.answers[0]);
    CHECK(r.op.stopped.empty());
  }
}

TEST_CASE("a stop that does not get done is answered at the deadline, as incomplete") {
  host_rig r;
  r.run_it();
  r.stop(stop_action::flatten, 5s);
  r.pass(4999ms);
  CHECK(r.answers.empty());
  r.pass(1ms);
  REQUIRE(r.answers.size() == 1);
  CHECK_FALSE(r.answers[0].complete);
  const auto tops = r.book.tops.size();
  r.act([](strategies::context&) {});
  CHECK(r.book.tops.size() == tops); // it is over
}

TEST_CASE("a strategy that never started is stopped at once") {
  host_rig r;
  r.start();
  r.stop(stop_action::flatten);
  REQUIRE(r.answers.size() == 1);
  CHECK(r.answers[0].complete);
  r.introduce();
  for (auto id : {btc, eth, btc_b})
    r.describe(id);
  r.sync(venue_a);
  r.sync(venue_b);
  CHECK(r.book.starts.empty());
}

TEST_CASE("a strategy that ends by itself tells the operator") {
  host_rig r;
  r.run_it();
  r.act([](strategies::context& c) { c.finished("had enough"); });
  REQUIRE(r.op.stopped.size() == 1);
  CHECK(r.op.stopped[0] == strategy_stopped{first_strategy, true, "had enough"});
}

TEST_CASE("a strategy that throws ends its host, with its words in the reason") {
  host_rig r;
  r.run_it();
  std::string reason;
  r.host->attach_functor([&](const caf::error& e) { reason = describe(e); });
  r.act([](strategies::context&) { throw std::runtime_error("no cheese left"); });
  CHECK(reason.find("exception_thrown") != std::string::npos);
  CHECK(reason.find("no cheese left") != std::string::npos);
}

TEST_CASE("a restarted gateway is told the open orders, the position and recent trades") {
  host_rig r;
  r.run_it();
  CHECK(r.attached[0].positions.empty()); // nothing was known then
  const auto open_id = r.place(), done_id = r.place();
  r.tell(r.host, word_of(r.as_request(open_id), order_state::open, evidence::stream));
  r.tell(r.host, word_of(r.as_request(done_id), order_state::cancelled, evidence::stream));
  r.tell(r.host, fill_of(r.as_request(open_id), "old", "0.1"_qty, "100"_price, r.now()));
  r.pass(11min);
  r.tell(r.host, fill_of(r.as_request(open_id), "new", "0.3"_qty, "100"_price, r.now()));
  r.attached.clear();
  r.tell(r.host, gateway_changed{venue_a, order_gateway_actor{}});
  CHECK(r.book.states.back() == venue_state::down);
  auto fresh = r.new_gateway();
  r.tell(r.host, gateway_changed{venue_a, fresh});
  fresh = nullptr;
  REQUIRE(r.attached.size() == 1);
  REQUIRE(r.attached[0].orders.size() == 1);
  CHECK(r.attached[0].orders[0].id == open_id);
  CHECK(r.attached[0].positions
        == std::vector<std::pair<instrument_id, quantity>>{{btc, "0.4"_qty}, {eth, "0"_qty}});
  CHECK(r.attached[0].trades == std::vector<trade_key>{{btc, "new", side::buy}});
}

TEST_CASE("a position that differs from the gateway's after a resynchronisation is an alarm") {
  host_rig r;
  r.run_it();
  r.sync(venue_a, {}, {{btc, "0"_qty}, {eth, "0"_qty}});
  CHECK(r.op.count(note_level::alarm) == 0);
  r.sync(venue_a, {}, {{btc, "1"_qty}, {eth, "0"_qty}});
  CHECK(r.op.count(note_level::alarm) == 1);
  quantity own;
  r.act([&](strategies::context& c) { own = c.position_of(btc); });
  CHECK(own.is_zero()); // it is not overwritten behind the strategy's back
}

TEST_CASE("orders that were with a risk that died are asked about at the gateways") {
  host_rig r;
  r.run_it();
  const auto id = r.place();
  r.attached.clear();
  auto fresh = r.new_risk();
  r.tell(r.host, risk_changed{fresh});
  fresh = nullptr;
  REQUIRE(r.attached.size() == 1); // the venue of the order only
  CHECK(r.attached[0].orders[0].id == id);
  CHECK(r.attached[0].positions.empty()); // the gateway knows better
}

TEST_CASE("an adopted position's result counts from the first price seen") {
  host_rig r;
  r.start();
  r.introduce();
  for (auto id : {btc, eth, btc_b})
    r.describe(id);
  r.sync(venue_b);
  r.sync(venue_a, {}, {{btc, "2"_qty}});
  r.tell(r.host, book_of(btc, "99"_price, "101"_price, r.now()));
  CHECK(r.report().positions[0].unrealised.is_zero());
  r.tell(r.host, book_of(btc, "100"_price, "102"_price, r.now()));
  CHECK(r.report().positions[0].unrealised == "2"_d);
  CHECK(r.report().positions[0].average_entry == "100"_price);
}

TEST_CASE("a saved state is restored before the start, a bad one is left with a warning") {
  host_rig good;
  good.settings.restored = R"({"page":3})";
  good.run_it();
  CHECK(good.book.restored == R"({"page":3})");
  CHECK(good.report().saved == R"({"page":3})");
  for (const char* text : {"{}", "not json"}) {
    host_rig bad;
    bad.settings.restored = text;
    bad.run_it();
    CHECK(bad.book.made == 2);
    CHECK(bad.op.count(note_level::warning) == 1);
  }
}
