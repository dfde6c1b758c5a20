#include "tools/venue_sim/server.hpp"

#include "tools/venue_sim/connection.hpp"
#include "venues/aster/dialect.hpp"
#include "venues/backpack/dialect.hpp"
#include "venues/exchange/replay.hpp"
#include "venues/exchange/synthetic.hpp"
#include "venues/grvt/dialect.hpp"

#include <boost/asio/ip/address.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace actorbot::sim {

namespace {

namespace asio = boost::asio;
namespace fs = std::filesystem;

constexpr std::size_t kept_requests = 200'000;

const venues::dialect_descriptor& find_dialect(const std::string& name) {
  if (name == "aster")
    return venues::aster::describe_dialect();
  if (name == "backpack")
    return venues::backpack::describe_dialect();
  if (name == "grvt")
    return venues::grvt::describe_dialect();
  throw std::invalid_argument("no dialect named \"" + name
                              + "\"; there are: aster, backpack, grvt");
}

std::string read_file(const fs::path& path) {
  std::ifstream in{path};
  return {std::istreambuf_iterator<char>{in}, {}};
}

void write_file(const fs::path& path, const std::string& text, fs::perms mode) {
  std::ofstream out{path};
  out << text;
  if (!out.flush())
    throw std::invalid_argument("cannot write " + path.string());
  fs::permissions(path, mode);
}

std::unique_ptr<exchange::market_feed>
feed_of(const market_settings& market, const exchange::market_rules& rules, timestamp start) {
  if (market.data != "synthetic") {
    exchange::replay_options options;
    options.start = start;
    options.speed_numerator = market.speed;
    options.loop = market.loop;
    return exchange::make_replay(exchange::open_binance(market.data), options);
  }
  exchange::synthetic_options options;
  options.seed = market.seed;
  options.start = start;
  options.start_price = price{market.start_price.is_positive()
                                  ? market.start_price
                                  : (rules.base == "BTC" ? decimal{60'000} : decimal{100})};
  options.tick = rules.tick;
  options.lot = rules.lot;
  options.level_size = (decimal::divide(decimal{100'000}, options.start_price.value()))
                           .round_to(rules.lot, rounding::up);
  return exchange::make_synthetic(options);
}

} // namespace

std::string_view to_string(fault_rule::kind k) {
  switch (k) {
  case fault_rule::kind::drop:
    return "drop";
  case fault_rule::kind::lose_answer:
    return "lose_answer";
  case fault_rule::kind::delay:
    return "delay";
  case fault_rule::kind::status:
    return "status";
  case fault_rule::kind::half_open:
    return "half_open";
  }
  return "?";
}

server::server(asio::io_context& io, const sim_settings& settings)
    : io_{io},
      settings_{settings},
      tls_{asio::ssl::context::tls_server},
      listener_{io, {asio::ip::make_address(settings.address), settings.port}},
      pump_timer_{io} {
  if (!settings.state_file.empty())
    journal_ = std::make_unique<journal>(settings.state_file);
  load_certificates();
  build_exchange();
  accept_next();
  pump();
}

server::~server() = default;

void server::load_certificates() {
  const fs::path dir{settings_.ca_dir};
  fs::create_directories(dir);
  ca_file_ = (dir / "ca.pem").string();
  const auto key = dir / "ca.key";
  constexpr auto secret = fs::perms::owner_read | fs::perms::owner_write;
  constexpr auto open = secret | fs::perms::group_read | fs::perms::others_read;
  net::pem_identity authority{read_file(ca_file_), read_file(key)};
  if (authority.certificate.empty() || authority.key.empty()) {
    authority = net::make_authority("actorbot-sim test authority");
    write_file(ca_file_, authority.certificate, open);
    write_file(key, authority.key, secret);
  }
  const auto own = net::make_certificate(authority, settings_.hosts);
  tls_.set_options(asio::ssl::context::no_tlsv1 | asio::ssl::context::no_tlsv1_1);
  tls_.use_certificate_chain(asio::buffer(own.certificate));
  tls_.use_private_key(asio::buffer(own.key), asio::ssl::context::pem);
}

void server::build_exchange() {
  const auto& kind = find_dialect(settings_.dialect);
  auto options = kind.core;
  std::vector<journal_entry> past;
  if (journal_)
    past = journal_->past();
  if (past.empty()) {
    seed_ = std::random_device{}();
    options.start = now();
    if (journal_)
      journal_->append({journal_entry::kind::start, options.start, seed_, 0, {}, {}, {}, {}});
  } else {
    seed_ = past.front().seed;
    options.start = past.front().time;
    replaying_ = options.start;
  }
  random_.seed(seed_);
  core_ = std::make_unique<exchange::core>(options);
  for (const auto& rules : kind.markets)
    core_->add_market(rules);
  gate_->start(options.start);
  if (settings_.held)
    gate_->hold(options.start);
  for (const auto& market : settings_.markets) {
    const auto& symbol = market.symbol.empty() ? kind.markets.front().symbol : market.symbol;
    const auto id = core_->find_market(symbol);
    if (!id)
      throw std::invalid_argument("the dialect lists no market " + symbol);
    core_->set_feed(*id, std::make_unique<gated_feed>(
                             feed_of(market, core_->rules(*id), options.start), gate_));
  }
  venues::dialect_settings dialect;
  dialect.now = options.start;
  dialect.host = "localhost:" + std::to_string(port());
  dialect.accounts = settings_.accounts;
  dialect.options = settings_.options;
  dialect_ = kind.make(*core_, dialect, *this);
  if (!past.empty()) {
    replay(past);
    journal_->forget_past();
  }
}

/// Chance is drawn anew for each request from the seed and its number, so that what is not in the
/// journal (queries) cannot shift it.
void server::remember(const venues::dialect_request& event) {
  if (event.method == venues::http_method::get)
    return;
  random_.seed(seed_ + ++requests_in_);
  if (!journal_ || replaying_)
    return;
  journal_entry entry{
      journal_entry::kind::request, event.now, 0, 0, event.method, std::string{event.target}, {},
      std::string{event.body}};
  for (const auto& h : event.headers)
    entry.headers.emplace_back(h.name, h.value);
  journal_->append(entry);
}

timestamp server::now() const {
  if (replaying_)
    return *replaying_;
  return std::chrono::time_point_cast<duration>(std::chrono::system_clock::now());
}

void server::accept_next() {
  auto next = std::make_shared<connection>(*this, io_, next_connection_++);
  listener_.async_accept(next->socket(), [this, next](const boost::system::error_code& error) {
    if (stopped_)
      return;
    if (!error)
      next->start();
    accept_next();
  });
}

void server::stop() {
  stopped_ = true;
  listener_.close();
  io_.stop();
}

// -- requests ----------------------------------------------------------------------------------------

std::unique_ptr<fault_rule> server::next_fault(const std::string& line) {
  for (auto rule = faults_.begin(); rule != faults_.end(); ++rule) {
    if (line.find(rule->match) == std::string::npos)
      continue;
    auto result = std::make_unique<fault_rule>(*rule);
    if (--rule->count == 0)
      faults_.erase(rule);
    return result;
  }
  return nullptr;
}

void server::log(logged_request entry) {
  if (entry.target.find("rder") == std::string::npos
      && entry.target.find("countdown") == std::string::npos)
    return;
  requests_.push_back(std::move(entry));
  if (requests_.size() > kept_requests)
    requests_.pop_front();
}

venues::request_token server::begin_request(const std::shared_ptr<connection>& from) {
  requests_open_[next_token_] = from;
  return venues::request_token{next_token_++};
}

void server::respond(venues::request_token request, unsigned status,
                     std::span<const venues::header_view> headers, std::string_view body) {
  const auto found = requests_open_.find(static_cast<std::uint64_t>(request));
  if (found == requests_open_.end())
    return;
  if (const auto to = found->second.lock())
    to->respond(status, headers, body);
  requests_open_.erase(found);
}

void server::drop(venues::request_token request) {
  const auto found = requests_open_.find(static_cast<std::uint64_t>(request));
  if (found == requests_open_.end())
    return;
  if (const auto to = found->second.lock())
    to->reset();
  requests_open_.erase(found);
}

// -- streams -----------------------------------------------------------------------------------------

venues::stream_token server::begin_stream(const std::shared_ptr<connection>& from,
                                          const std::string& target) {
  streams_[next_token_] = {from, target};
  return venues::stream_token{next_token_++};
}

void server::accept(venues::stream_token stream, std::span<const venues::header_view> headers) {
  const auto found = streams_.find(static_cast<std::uint64_t>(stream));
  if (found == streams_.end())
    return;
  if (const auto to = found->second.from.lock())
    to->accept_stream(headers);
}

void server::refuse(venues::stream_token stream, unsigned status, std::string_view body) {
  const auto found = streams_.find(static_cast<std::uint64_t>(stream));
  if (found == streams_.end())
    return;
  const auto to = found->second.from.lock();
  streams_.erase(found);
  if (to)
    to->refuse_stream(status, body);
}

void server::send(venues::stream_token stream, venues::frame_kind kind, std::string_view data) {
  const auto found = streams_.find(static_cast<std::uint64_t>(stream));
  if (found == streams_.end())
    return;
  if (const auto to = found->second.from.lock()) {
    const auto* rule = rule_of(found->second.target);
    const auto wait = settings_.latency + (rule ? rule->delay : duration{});
    to->send(kind, data, wait);
    if (rule && rule->duplicate)
      to->send(kind, data, wait);
  }
}

void server::ping(venues::stream_token stream, std::string_view data) {
  const auto found = streams_.find(static_cast<std::uint64_t>(stream));
  if (found == streams_.end())
    return;
  if (const auto to = found->second.from.lock())
    to->ping(data);
}

void server::close(venues::stream_token stream, std::uint16_t code, std::string_view reason) {
  const auto found = streams_.find(static_cast<std::uint64_t>(stream));
  if (found == streams_.end())
    return;
  if (const auto to = found->second.from.lock())
    to->close_stream(code, reason);
}

void server::stream_gone(venues::stream_token stream) {
  if (streams_.erase(static_cast<std::uint64_t>(stream)) == 0 || stopped_)
    return;
  hand_in(venues::dialect_stream_closed{{}, stream});
}

std::size_t server::cut_streams(const std::string& match, std::size_t most) {
  std::vector<std::shared_ptr<connection>> hit;
  for (const auto& [token, stream] : streams_)
    if (hit.size() < most && stream.target.find(match) != std::string::npos)
      if (auto from = stream.from.lock())
        hit.push_back(std::move(from));
  for (const auto& one : hit) {
    one->reset();
    std::erase(silent_, one);
  }
  return hit.size();
}

std::size_t server::freeze_streams(const std::string& match) {
  std::size_t count = 0;
  for (const auto& [token, stream] : streams_)
    if (stream.target.find(match) != std::string::npos)
      if (const auto from = stream.from.lock()) {
        from->freeze();
        ++count;
      }
  return count;
}

void server::set_frame_rule(const frame_rule& rule) {
  std::erase_if(frame_rules_, [&](const frame_rule& x) { return x.match == rule.match; });
  if (rule.duplicate || rule.delay > duration{0})
    frame_rules_.insert(frame_rules_.begin(), rule);
}

const frame_rule* server::rule_of(const std::string& target) const {
  for (const auto& rule : frame_rules_)
    if (target.find(rule.match) != std::string::npos)
      return &rule;
  return nullptr;
}

// -- chance and notes --------------------------------------------------------------------------------

std::uint64_t server::random() { return random_(); }

void server::note(std::string_view text) {
  std::fprintf(stderr, "%s %.*s\n", to_iso(now()).c_str(), static_cast<int>(text.size()),
               text.data());
}

} // namespace actorbot::sim
