#include "venues/aster/server.hpp"

#include "venues/wire/json_reader.hpp"
#include "venues/wire/json_writer.hpp"

#include <algorithm>
#include <stdexcept>

namespace actorbot::venues::aster::server {

namespace {

constexpr timer_id beat_timer{1};
constexpr timer_id upkeep_timer{2};
constexpr auto ping_interval = std::chrono::minutes{5};
constexpr auto longest_connection = std::chrono::hours{24};
constexpr std::size_t listen_key_length = 64;

bool read_flag(const std::string& name, const std::string& value) {
  if (value != "true" && value != "false")
    throw std::invalid_argument{"option " + name + ": true or false, not " + value};
  return value == "true";
}

std::uint32_t read_count(const std::string& name, const std::string& value) {
  const auto number = parse_unsigned(value);
  if (!number || *number > 1'000'000'000)
    throw std::invalid_argument{"option " + name + ": a whole number, not " + value};
  return static_cast<std::uint32_t>(*number);
}

} // namespace

server_options server_options::read(const dialect_settings& settings) {
  server_options out;
  if (settings.environment == "testnet")
    out.auth.chain_id = testnet_chain_id;
  for (const auto& [name, value] : settings.options) {
    if (name == "chain_id")
      out.auth.chain_id = read_count(name, value);
    else if (name == "decoded_fallback")
      out.auth.decoded_fallback = read_flag(name, value);
    else if (name == "legacy_abi")
      out.auth.legacy_abi = read_flag(name, value);
    else if (name == "account_first")
      out.account_first = read_flag(name, value);
    else if (name == "weight_limit")
      out.limits.weight_per_minute = read_count(name, value);
    else if (name == "order_limit_1m")
      out.limits.orders_per_minute = read_count(name, value);
    else if (name == "order_limit_10s")
      out.limits.orders_per_ten_seconds = read_count(name, value);
    else if (name == "ban_after")
      out.limits.refusals_before_ban = read_count(name, value);
    else if (name == "ban_seconds")
      out.limits.ban = std::chrono::seconds{read_count(name, value)};
    else
      throw std::invalid_argument{"aster: unknown option " + name};
  }
  return out;
}

aster_server::aster_server(exchange::core& core, const dialect_settings& settings,
                           dialect_sink& sink)
    : options_{server_options::read(settings)},
      state_{core, sink},
      limits_{options_.limits},
      market_{state_, options_.limits},
      orders_{state_, limits_},
      keys_{[this] { return state_.random_text(listen_key_length); }},
      users_{state_, options_.account_first},
      account_{state_, [this](timestamp now, exchange::account_id a, exchange::market_id m,
                              std::uint16_t leverage) { users_.on_leverage(now, a, m, leverage); }},
      streams_{state_, market_},
      routes_{market_, orders_, account_, key_calls()} {
  std::vector<exchange::account_id> ids;
  for (const auto& a : settings.accounts)
    ids.push_back(core.add_account(settings.now, {a.name, a.balance, a.maker_fee, a.taker_fee}));
  authenticator_.emplace(settings.accounts, ids, options_.auth);
  core.add_listener(*this);
}

aster_server::~aster_server() { state_.core().remove_listener(*this); }

// -- what the exchange says
// ---------------------------------------------------------------------------

void aster_server::on_order(const exchange::order_event& e) {
  users_.on_order(e);
  if (e.value.liquidation && e.value.state == order_state::filled)
    streams_.on_liquidation(e.value);
}

void aster_server::on_trade(const exchange::public_trade& e) {
  market_.on_trade(e);
  streams_.on_trade(e);
  arm_beat();
}

void aster_server::on_delta(const exchange::book_delta& e) {
  streams_.on_delta(e);
  arm_beat();
}

// -- time
// -------------------------------------------------------------------------------------------

void aster_server::on(const dialect_timer& event) {
  if (event.id == beat_timer)
    beat_armed_.reset();
  else if (event.id == upkeep_timer)
    upkeep_armed_.reset();
  tick(event.now);
  arm();
}

void aster_server::tick(timestamp now) {
  for (const auto& ended : keys_.expire(now))
    for (const auto stream : users_.end(now, ended.account, true))
      if (const auto at = connections_.find(stream); at != connections_.end())
        at->second.user.reset();
  std::vector<stream_token> old;
  for (auto& [token, c] : connections_) {
    if (now >= c.opened + longest_connection) {
      old.push_back(token);
    } else if (now >= c.next_ping) {
      state_.sink().ping(token, std::to_string(to_ms(now)));
      c.next_ping = now + ping_interval;
    }
  }
  for (const auto token : old)
    drop(token, 1000, "a connection is valid for 24 hours");
  streams_.beat(now);
}

void aster_server::arm(timer_id id, std::optional<timestamp> wanted,
                       std::optional<timestamp>& armed) {
  if (wanted == armed)
    return;
  armed = wanted;
  if (wanted)
    state_.sink().set_timer(id, *wanted);
  else
    state_.sink().cancel_timer(id);
}

void aster_server::arm_beat() { arm(beat_timer, streams_.next_beat(), beat_armed_); }

void aster_server::arm() {
  arm_beat();
  auto upkeep = keys_.next_end();
  for (const auto& [token, c] : connections_) {
    const auto due = std::min(c.next_ping, c.opened + longest_connection);
    upkeep = upkeep ? std::min(*upkeep, due) : due;
  }
  arm(upkeep_timer, upkeep, upkeep_armed_);
}

} // namespace actorbot::venues::aster::server
