#pragma once

#include "actors/order_gateway.hpp"
#include "tests/unit/actors/stage.hpp"

#include <algorithm>
#include <map>
#include <memory>

namespace actorbot::test {

/// The venue behind a dummy connection: what reached it, and how it answers.
struct wire {
  std::vector<send_order> orders;
  std::vector<send_cancel> cancels;
  std::vector<query_order> queries;
  std::vector<account_query> lists;
  std::vector<query_fills> fill_queries;
  std::vector<arm_dead_man> dead_men;

  // The truth that lists and queries show.
  std::vector<seen_order> open;
  std::vector<position> positions;
  std::vector<fill> fills;
  std::map<client_order_id, order_update> known;
  bool answers_lists = true;
  bool answers_queries = true;
  bool answers_fills = true;

  std::size_t asked(account_query what) const {
    return static_cast<std::size_t>(std::count(lists.begin(), lists.end(), what));
  }
  std::size_t asked(const client_order_id& id) const {
    return static_cast<std::size_t>(
        std::count_if(queries.begin(), queries.end(), [&](const auto& x) { return x.id == id; }));
  }
  std::size_t sent(const client_order_id& id) const {
    return static_cast<std::size_t>(std::count_if(orders.begin(), orders.end(),
                                                  [&](const auto& x) { return x.order.id == id; }));
  }
  std::size_t cancelled(const client_order_id& id) const {
    return static_cast<std::size_t>(std::count_if(cancels.begin(), cancels.end(),
                                                  [&](const auto& x) { return x.order.id == id; }));
  }
};

/// What a strategy host or risk heard from the gateway.
struct gateway_ear {
  std::vector<order_update> updates;
  std::vector<fill> fills;
  std::vector<position> positions;
  std::vector<balance> balances;
  std::vector<venue_state> states;
  std::vector<venue_synced> syncs;
  std::vector<account_view> views;

  template <class Role>
  Role make(stage& s) {
    return s.dummy<Role>([this](const order_update& x) { updates.push_back(x); },
                         [this](const fill& x) { fills.push_back(x); },
                         [this](const position& x) { positions.push_back(x); },
                         [this](const balance& x) { balances.push_back(x); },
                         [this](const venue_state_changed& x) { states.push_back(x.state); },
                         [this](const venue_synced& x) { syncs.push_back(x); },
                         [this](const account_view& x) { views.push_back(x); });
  }
  /// The states that this order was said to be in, one after the other.
  std::vector<order_state> states_of(const client_order_id& id) const {
    std::vector<order_state> result;
    for (const auto& x : updates)
      if (x.id == id)
        result.push_back(x.state);
    return result;
  }
};

using order_states = std::vector<order_state>;

struct gateway_rig : stage {
  explicit gateway_rig(std::uint64_t seed = 1) : stage(seed) {
    settings.venue = venue_a;
    settings.name = "a";
    settings.bot = 1;
    settings.run = 7;
    settings.can.validity_window = 10s;
    settings.can.dead_man = venues::dead_man_scope::instrument;
    settings.instruments = {btc};
    settings.epoch = std::make_shared<std::uint64_t>(0);
    settings.env = &env;
    settings.directory = silent_directory(*this);
    settings.op = op.make(*this);
    host = ear.make<strategy_host_actor>(*this);
    risk = risk_ear.make<risk_actor>(*this);
  }

  ~gateway_rig() {
    gateway = nullptr;
    connection = nullptr;
    host = nullptr;
    risk = nullptr;
    settings.directory = nullptr;
    settings.op = nullptr;
    close();
  }

  void start() {
    gateway = keep(spawn_order_gateway(system, settings));
    world.run_ready();
  }
  void attach_host(std::vector<order_update> orders = {},
                   std::vector<std::pair<instrument_id, quantity>> positions = {},
                   std::vector<trade_key> trades = {}) {
    tell(gateway, attach_strategy{first_strategy, host, orders, positions, trades});
  }
  void attach_risk_again() { tell(gateway, attach_risk{risk}); }
  void market(venue_state state) {
    tell(gateway, market_data_state_changed{venue_a, state, "test", now()});
  }
  void connect() {
    connection = make_connection();
    tell(gateway, account_session_live{venue_a, connection});
  }
  void disconnect(caf::error reason = caf::exit_reason::kill) {
    end(connection, std::move(reason));
    connection = nullptr;
  }
  /// Started, attached, connected, reconciled, live.
  void go_live() {
    start();
    attach_host();
    attach_risk_again();
    market(venue_state::live);
    connect();
    REQUIRE(ear.states.back() == venue_state::live);
  }

  std::uint64_t epoch() const { return *settings.epoch; }
  order_request wish(std::uint64_t sequence, side s = side::buy, quantity size = "1"_qty,
                     price at = "100"_price) {
    auto order = limit_order(order_id(sequence), s, size, at);
    order.created = now();
    return order;
  }
  void submit(const order_request& order) { tell(gateway, submit_order{order, epoch()}); }
  void cancel(const order_request& order) { tell(gateway, cancel_order{order.id, btc}); }
  /// The venue's word, on the stream unless said otherwise.
  void word(const order_request& order, order_state state, quantity filled = {},
            evidence source = evidence::stream) {
    tell(gateway, word_of(order, state, source, filled));
  }
  order_request resting(std::uint64_t sequence, side s = side::buy, quantity size = "1"_qty) {
    const auto order = wish(sequence, s, size);
    submit(order);
    word(order, order_state::open);
    show(order, order_state::open);
    return order;
  }
  /// The venue's lists and queries show the order in this state from now on.
  void show(const order_request& order, order_state state, quantity filled = {}) {
    std::erase_if(line.open, [&](const auto& x) { return x.order.id == order.id; });
    line.known[order.id] = word_of(order, state, evidence::query, filled);
    if (!is_final(state))
      line.open.push_back({true, "", word_of(order, state, evidence::snapshot, filled)});
  }
  venue_report report() {
    venue_report result;
    auto asker = system.spawn([this, &result](caf::event_based_actor* self) {
      self->request(gateway, 1s, get_report{}).then([&result](const venue_report& x) {
        result = x;
      });
    });
    world.run_ready();
    return result;
  }

  account_connection_actor make_connection() {
    return keep(caf::actor_cast<account_connection_actor>(
        system.spawn([this](caf::event_based_actor* self) {
          self->set_default_handler(caf::drop);
          const auto say = [this, self](auto message) { self->send(gateway, std::move(message)); };
          return caf::behavior{
              [this](const send_order& x) { line.orders.push_back(x); },
              [this](const send_cancel& x) { line.cancels.push_back(x); },
              [this](const arm_dead_man& x) { line.dead_men.push_back(x); },
              [this, say](const query_order& x) {
                line.queries.push_back(x);
                if (!line.answers_queries)
                  return;
                if (const auto found = line.known.find(x.id); found != line.known.end())
                  say(found->second);
                else
                  say(query_failed{x.id, reject_reason::unknown_order, "-2013"});
              },
              [this, say](const query_account& x) {
                line.lists.push_back(x.what);
                if (!line.answers_lists)
                  return;
                if (x.what == account_query::balances)
                  say(balance{venue_a, "USDT", 1000, 1000, 1000, now()});
                else if (x.what == account_query::open_orders)
                  say(open_orders_snapshot{venue_a, now(), line.open});
                else
                  say(positions_snapshot{venue_a, now(), line.positions});
              },
              [this, say](const query_fills& x) {
                line.fill_queries.push_back(x);
                if (!line.answers_fills)
                  return;
                fills_page page;
                page.instrument = x.instrument;
                page.requested = now();
                for (const auto& one : line.fills)
                  if (one.time >= x.since)
                    page.fills.push_back(one);
                say(page);
              },
          };
        })));
  }

  order_gateway_config settings;
  operator_ear op;
  gateway_ear ear, risk_ear;
  wire line;
  order_gateway_actor gateway;
  account_connection_actor connection;
  strategy_host_actor host;
  risk_actor risk;
};

} // namespace actorbot::test
