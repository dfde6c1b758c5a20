#include "venues/backpack/server.hpp"

#include "venues/wire/json_reader.hpp"

#include <algorithm>
#include <stdexcept>

namespace actorbot::venues::backpack::server {

namespace {

constexpr timer_id beat_timer{1};
constexpr auto ping_interval = std::chrono::seconds{60};

std::uint32_t read_count(const std::string& name, const std::string& value) {
  const auto number = parse_unsigned(value);
  if (!number || *number > 1'000'000'000)
    throw std::invalid_argument{"option " + name + ": a whole number, not " + value};
  return static_cast<std::uint32_t>(*number);
}

} // namespace

server_options server_options::read(const dialect_settings& settings) {
  server_options out;
  for (const auto& [name, value] : settings.options) {
    if (name == "request_limit")
      out.limits.requests = read_count(name, value);
    else if (name == "slow_request_limit")
      out.limits.slow_requests = read_count(name, value);
    else if (name == "leverage_limit")
      out.leverage_limit = read_count(name, value);
    else
      throw std::invalid_argument{"backpack: unknown option " + name};
  }
  if (out.leverage_limit == 0 || out.leverage_limit > 100)
    throw std::invalid_argument{"option leverage_limit: from 1 to 100"};
  return out;
}

backpack_server::backpack_server(exchange::core& core, const dialect_settings& settings,
                                 dialect_sink& sink)
    : options_{server_options::read(settings)},
      state_{core, sink},
      limits_{options_.limits},
      market_{state_},
      orders_{state_},
      account_{state_, options_.leverage_limit},
      streams_{state_, market_},
      users_{state_},
      routes_{market_, orders_, account_} {
  for (const auto& a : settings.accounts)
    add_account(a, settings.now);
  core.add_listener(*this);
}

backpack_server::~backpack_server() { state_.core().remove_listener(*this); }

/// The limit is the account's; a market may allow less.
void backpack_server::add_account(const account_provision& a, timestamp now) {
  auto& core = state_.core();
  const auto id = core.add_account(now, {a.name, a.balance, a.maker_fee, a.taker_fee});
  authenticator_.add(a, id);
  for (std::size_t i = 0; i < core.market_count(); ++i) {
    const auto m = static_cast<exchange::market_id>(i);
    std::uint32_t most = options_.leverage_limit;
    for (const auto& bracket : core.rules(m).brackets)
      most = std::min<std::uint32_t>(most, bracket.max_leverage);
    core.set_leverage(now, id, m, static_cast<std::uint16_t>(most));
  }
}

// -- what the exchange says
// ---------------------------------------------------------------------------

void backpack_server::on_execution(const exchange::execution& e) {
  state_.note_execution(e);
  users_.on_execution(e);
  if (e.liquidation)
    streams_.on_liquidation(e);
}

void backpack_server::on_trade(const exchange::public_trade& e) {
  market_.on_trade(e);
  streams_.on_trade(e);
  arm();
}

void backpack_server::on_delta(const exchange::book_delta& e) {
  streams_.on_delta(e);
  arm();
}

// -- time
// -------------------------------------------------------------------------------------------

void backpack_server::on(const dialect_timer& event) {
  armed_.reset();
  tick(event.now);
  arm();
}

void backpack_server::tick(timestamp now) {
  for (auto& [stream, due] : next_pings_)
    if (now >= due) {
      state_.sink().ping(stream, std::to_string(to_ms(now)));
      due = now + ping_interval;
    }
  streams_.beat(now);
}

void backpack_server::arm() {
  auto wanted = streams_.next_beat();
  for (const auto& [stream, due] : next_pings_)
    wanted = wanted ? std::min(*wanted, due) : due;
  if (wanted == armed_)
    return;
  armed_ = wanted;
  if (wanted)
    state_.sink().set_timer(beat_timer, *wanted);
  else
    state_.sink().cancel_timer(beat_timer);
}

} // namespace actorbot::venues::backpack::server
