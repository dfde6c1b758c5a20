#include "venues/grvt/server.hpp"

#include "venues/wire/json_reader.hpp"

#include <algorithm>
#include <stdexcept>

namespace actorbot::venues::grvt::server {

namespace {

constexpr timer_id work_timer{1};

std::uint32_t read_count(const std::string& name, const std::string& value) {
  const auto number = parse_unsigned(value);
  if (!number || *number > 1'000'000'000)
    throw std::invalid_argument{"option " + name + ": a whole number, not " + value};
  return static_cast<std::uint32_t>(*number);
}

} // namespace

server_options server_options::read(const dialect_settings& settings) {
  server_options out;
  const auto& where = settings.environment;
  if (where == "testnet") {
    out.chain = 326;
    out.ethereum = 11'155'111;
  } else if (where == "staging" || where == "dev") {
    out.chain = 327;
    out.ethereum = 11'155'111;
  }
  for (const auto& [name, value] : settings.options) {
    if (name == "chain_id")
      out.chain = read_count(name, value);
    else if (name == "session_seconds")
      out.session = std::chrono::seconds{read_count(name, value)};
    else if (name == "rate_percent")
      out.rate_percent = read_count(name, value);
    else if (name == "speed_bump_ms")
      out.orders.speed_bump = std::chrono::milliseconds{read_count(name, value)};
    else
      throw std::invalid_argument{"grvt: unknown option " + name};
  }
  if (out.rate_percent > 1'000'000)
    throw std::invalid_argument{"option rate_percent: at most 1000000"};
  return out;
}

grvt_server::grvt_server(exchange::core& core, const dialect_settings& settings, dialect_sink& sink)
    : options_{server_options::read(settings)},
      state_{core, sink},
      signatures_{options_.chain, options_.ethereum},
      sessions_{settings, core, sink, signatures_, options_.session},
      market_{state_},
      streams_{state_, market_, sessions_,
               [this](timestamp now, exchange::account_id a, std::optional<exchange::market_id> m) {
                 return account_.position_texts(now, a, m);
               }},
      orders_{state_, signatures_, sessions_, streams_, options_.orders},
      account_{state_, orders_, sessions_, signatures_, streams_},
      routes_{make_routes(market_, orders_, account_)},
      limits_{options_.rate_percent} {
  core.add_listener(*this);
}

grvt_server::~grvt_server() { state_.core().remove_listener(*this); }

// -- what the exchange says
// ---------------------------------------------------------------------------

void grvt_server::on_trade(const exchange::public_trade& e) {
  market_.on_trade(e);
  streams_.on_trade(e);
  arm();
}

void grvt_server::on_prices(const exchange::market_prices& e) {
  market_.on_prices(e);
  streams_.on_prices(e);
  arm();
}

void grvt_server::on_delta(const exchange::book_delta& e) {
  streams_.on_delta(e);
  arm();
}

void grvt_server::on_top(const exchange::book_top& e) {
  market_.on_top(e);
  streams_.on_top(e);
  arm();
}

// -- time
// -------------------------------------------------------------------------------------------

void grvt_server::on(const dialect_timer& event) {
  if (event.id == work_timer)
    armed_.reset();
  tick(event.now);
  arm();
}

void grvt_server::tick(timestamp now) {
  orders_.run(now);
  streams_.beat(now);
}

void grvt_server::arm() {
  auto wanted = streams_.next_beat();
  if (const auto due = orders_.next_due())
    wanted = wanted ? std::min(*wanted, *due) : *due;
  if (wanted == armed_)
    return;
  armed_ = wanted;
  if (wanted)
    state_.sink().set_timer(work_timer, *wanted);
  else
    state_.sink().cancel_timer(work_timer);
}

} // namespace actorbot::venues::grvt::server
