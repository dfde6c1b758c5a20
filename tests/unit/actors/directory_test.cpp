#include "actors/directory.hpp"

#include "actors/runtime/runtime_config.hpp"
#include "actors/runtime/virtual_scheduler.hpp"
#include "messages/registration.hpp"

#include <caf/event_based_actor.hpp>
#include <caf/send.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace actorbot;
using namespace std::chrono_literals;

namespace {

struct town_config : runtime::runtime_config {
  explicit town_config(runtime::virtual_world& world) : runtime_config(world) {
    register_messages(*this);
  }
};

/// A directory, its subscribers (what each heard is written down as text) and handles to announce.
struct town {
  explicit town(std::uint64_t seed = 1) : world({.seed = seed}), config(world), system(config) {
    directory = spawn_directory(system);
  }

  ~town() {
    caf::anon_send_exit(directory, caf::exit_reason::kill);
    directory = nullptr;
    for (const auto& actor : others)
      caf::anon_send_exit(actor, caf::exit_reason::kill);
    others.clear();
    CHECK(runtime::run_until_all_actors_done(world, system, 1h));
  }

  /// Any actor does as the player of a role: nobody here talks to it.
  template <class Handle>
  Handle player() {
    others.push_back(system.spawn([] { return caf::behavior{[](int) {}}; }));
    return caf::actor_cast<Handle>(others.back());
  }

  directory_subscriber_actor subscriber(std::string& heard) {
    const auto text = [](const auto& handle) {
      return handle ? std::to_string(handle.id()) : std::string{"-"};
    };
    auto* out = &heard;
    auto result = system.spawn([=]() -> directory_subscriber_actor::behavior_type {
      return {
          [=](const gateway_changed& x) {
            *out += "g" + std::to_string(static_cast<int>(x.venue)) + '=' + text(x.gateway) + ' ';
          },
          [=](const market_data_changed& x) {
            *out += "m" + std::to_string(static_cast<int>(x.venue)) + '=' + text(x.market_data)
                    + ' ';
          },
          [=](const risk_changed& x) { *out += "r=" + text(x.risk) + ' '; },
          [=](const strategy_changed& x) {
            *out += "s" + std::to_string(static_cast<int>(x.strategy)) + '=' + text(x.host) + ' ';
          },
      };
    });
    others.push_back(caf::actor_cast<caf::actor>(result));
    return result;
  }

  template <class Message>
  void tell(Message message) {
    caf::anon_send(directory, std::move(message));
    world.run_ready();
  }

  runtime::virtual_world world;
  town_config config;
  caf::actor_system system;
  directory_actor directory;
  std::vector<caf::actor> others;
};

template <class Handle>
std::string id(const Handle& handle) {
  return std::to_string(handle.id());
}

} // namespace

TEST_CASE("every change reaches every subscriber, the null handle included") {
  town t;
  std::string first;
  std::string second;
  t.tell(subscribe_directory{t.subscriber(first)});
  t.tell(subscribe_directory{t.subscriber(second)});
  CHECK(first.empty());
  const auto gateway = t.player<order_gateway_actor>();
  const auto data = t.player<market_data_actor>();
  const auto risk = t.player<risk_actor>();
  const auto host = t.player<strategy_host_actor>();
  t.tell(gateway_changed{venue_id{3}, gateway});
  t.tell(market_data_changed{venue_id{3}, data});
  t.tell(risk_changed{risk});
  t.tell(strategy_changed{strategy_id{7}, host});
  t.tell(gateway_changed{venue_id{3}, {}});
  CHECK(first
        == "g3=" + id(gateway) + " m3=" + id(data) + " r=" + id(risk) + " s7=" + id(host)
               + " g3=- ");
  CHECK(second == first);
}

TEST_CASE("a new subscriber hears the newest handle of every role, and of nobody who is gone") {
  town t;
  const auto old_risk = t.player<risk_actor>();
  const auto risk = t.player<risk_actor>();
  const auto gateway1 = t.player<order_gateway_actor>();
  const auto gateway2 = t.player<order_gateway_actor>();
  const auto data = t.player<market_data_actor>();
  const auto host = t.player<strategy_host_actor>();
  t.tell(strategy_changed{strategy_id{1}, host});
  t.tell(risk_changed{old_risk});
  t.tell(gateway_changed{venue_id{2}, gateway2});
  t.tell(gateway_changed{venue_id{1}, gateway1});
  t.tell(market_data_changed{venue_id{1}, data});
  t.tell(market_data_changed{venue_id{2}, data});
  t.tell(market_data_changed{venue_id{2}, {}});
  t.tell(risk_changed{risk});
  std::string heard;
  t.tell(subscribe_directory{t.subscriber(heard)});
  CHECK(heard
        == "r=" + id(risk) + " g1=" + id(gateway1) + " g2=" + id(gateway2) + " m1=" + id(data)
               + " s1=" + id(host) + ' ');
}

TEST_CASE("risk that is gone is not announced to a new subscriber") {
  town t;
  t.tell(risk_changed{t.player<risk_actor>()});
  t.tell(risk_changed{});
  std::string heard;
  t.tell(subscribe_directory{t.subscriber(heard)});
  CHECK(heard.empty());
}

TEST_CASE("who subscribes twice hears what is known twice, and later changes once") {
  town t;
  const auto gateway = t.player<order_gateway_actor>();
  t.tell(gateway_changed{venue_id{1}, gateway});
  std::string heard;
  const auto subscriber = t.subscriber(heard);
  t.tell(subscribe_directory{subscriber});
  t.tell(subscribe_directory{subscriber});
  const auto known = "g1=" + id(gateway) + ' ';
  CHECK(heard == known + known);
  heard.clear();
  t.tell(gateway_changed{venue_id{1}, {}});
  CHECK(heard == "g1=- ");
}

TEST_CASE("a subscriber that ended is forgotten: the directory holds no handle to it any more") {
  town t;
  std::string heard;
  std::string other;
  auto subscriber = t.subscriber(heard);
  t.tell(subscribe_directory{subscriber});
  t.tell(subscribe_directory{t.subscriber(other)});
  const auto held = subscriber->ctrl()->strong_refs.load();
  caf::anon_send_exit(subscriber, caf::exit_reason::kill);
  t.world.run_ready();
  CHECK(subscriber->ctrl()->strong_refs.load() < held);
  t.tell(risk_changed{});
  CHECK(heard.empty());
  CHECK(other == "r=- ");
}

TEST_CASE("a null subscriber is ignored") {
  town t;
  t.tell(subscribe_directory{});
  std::string heard;
  t.tell(subscribe_directory{t.subscriber(heard)});
  t.tell(risk_changed{});
  CHECK(heard == "r=- ");
}
