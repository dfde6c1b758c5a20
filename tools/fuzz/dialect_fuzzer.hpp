#pragma once

#include "tools/fuzz/require.hpp"
#include "tools/fuzz/script.hpp"
#include "venues/dialect.hpp"

#include <nlohmann/json.hpp>

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

/// A venue's simulator under test: a script of requests, sockets, market events and time.
namespace actorbot::fuzz {

/// A request as it goes onto the wire.
struct wire_request {
  std::string target;
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
};

struct dialect_case {
  const venues::dialect_descriptor* dialect = nullptr;
  venues::dialect_settings settings;
  /// The request of the settings' first account, signed, so that inputs reach the handlers.
  std::function<wire_request(venues::http_method, std::string_view path, std::string_view values,
                             timestamp now)>
      sign;
};

/// Each request is answered once, each socket accepted or refused once, and all that is said is
/// JSON.
class dialect_check final : public venues::dialect_sink {
 public:
  struct socket {
    bool accepted = false;
    bool over = false;
  };

  std::set<venues::request_token> waiting;
  std::map<venues::stream_token, socket> sockets;
  std::map<venues::timer_id, timestamp> timers;

  void respond(venues::request_token request, unsigned status,
               std::span<const venues::header_view> headers, std::string_view body) override {
    require(waiting.erase(request) == 1, "an answer that nobody waits for");
    require(status >= 200 && status < 500, "a request made the server fail");
    require_json(body);
    for (const auto& h : headers)
      for (const char c : h.value)
        require(c != '\r' && c != '\n', "a line break in a header");
  }
  void drop(venues::request_token request) override {
    require(waiting.erase(request) == 1, "dropped what nobody waits for");
  }
  void accept(venues::stream_token s, std::span<const venues::header_view>) override {
    auto& x = sockets.at(s);
    require(!x.accepted && !x.over, "accepted twice");
    x.accepted = true;
  }
  void refuse(venues::stream_token s, unsigned status, std::string_view body) override {
    auto& x = sockets.at(s);
    require(!x.accepted && !x.over, "refused after all");
    require(status >= 400 && status < 500, "a refusal that is none");
    require_json(body);
    x.over = true;
  }
  void send(venues::stream_token s, venues::frame_kind kind, std::string_view data) override {
    const auto& x = sockets.at(s);
    require(x.accepted && !x.over, "a frame on a socket that is not open");
    if (kind == venues::frame_kind::text)
      require_json(data);
  }
  void ping(venues::stream_token s, std::string_view data) override {
    require(sockets.at(s).accepted && !sockets.at(s).over, "a ping on a socket that is not open");
    require(data.size() <= 125, "a ping too long for RFC 6455");
  }
  void close(venues::stream_token s, std::uint16_t code, std::string_view reason) override {
    auto& x = sockets.at(s);
    require(x.accepted && !x.over, "closed what is not open");
    require(code >= 1000 && code < 5000 && reason.size() <= 123, "not a close frame");
    x.over = true;
  }
  void set_timer(venues::timer_id id, timestamp at) override { timers[id] = at; }
  void cancel_timer(venues::timer_id id) override { timers.erase(id); }
  std::uint64_t random() override {
    random_ = random_ * 6'364'136'223'846'793'005 + 1'442'695'040'888'963'407;
    return random_;
  }
  void note(std::string_view) override {}

 private:
  static void require_json(std::string_view text) {
    require(nlohmann::json::accept(text), "an answer that is not JSON");
  }
  std::uint64_t random_ = 42;
};

/// Lines; N is a digit:
///   GTARGET BODY PTARGET BODY UTARGET BODY XTARGET BODY   get, post, put, delete as they are
///   gPATH VALUES pPATH VALUES uPATH VALUES xPATH VALUES   the same, signed
///   hNAME:VALUE     a header of the next request
///   wTARGET         a WebSocket
///   mNTEXT bNTEXT   a text or binary message on the N-th
///   cN              the client closes it
///   qNBID SIZE ASK SIZE   the N-th market's book; dNPRICE SIZE a trade (lower price: a sell)
///   rNMARK RATE     mark price and funding rate
///   tMS             time passes
class dialect_player {
 public:
  explicit dialect_player(const dialect_case& under_test)
      : case_{under_test}, now_{under_test.settings.now} {
    auto settings = case_.dialect->core;
    settings.start = now_;
    core_ = std::make_unique<exchange::core>(settings);
    for (const auto& rules : case_.dialect->markets)
      core_->add_market(rules);
    server_ = case_.dialect->make(*core_, case_.settings, sink_);
  }

  void play(std::string_view text) {
    script lines{"r060000 0.0001\nq060000.0 1 60000.1 1\n"};
    while (auto line = lines.next())
      take(*line);
    lines = script{text};
    while (auto line = lines.next())
      take(*line);
    pass(std::chrono::minutes{1});
    require(sink_.waiting.empty(), "a request was not answered");
    check_laws();
  }

 private:
  void take(step& line) {
    core_->advance(now_);
    switch (line.tag) {
    case 'G':
    case 'P':
    case 'U':
    case 'X':
    case 'g':
    case 'p':
    case 'u':
    case 'x':
      return request(line);
    case 'h': {
      const auto colon = line.rest.find(':');
      if (colon != line.rest.npos)
        headers_.emplace_back(line.rest.substr(0, colon), line.rest.substr(colon + 1));
      return;
    }
    case 'w':
      return open(line.rest);
    case 'm':
    case 'b':
      return say(line);
    case 'c':
      return close(line.take());
    case 'q':
    case 'd':
    case 'r':
      return market(line);
    case 't':
      return pass(std::chrono::milliseconds{number_in(line.rest, 100'000'000)});
    default:
      return;
    }
  }

  void request(step& line) {
    const bool is_signed = line.tag >= 'a';
    const char c = is_signed ? static_cast<char>(line.tag - 'a' + 'A') : line.tag;
    const auto method = c == 'G'   ? venues::http_method::get
                        : c == 'P' ? venues::http_method::post
                        : c == 'U' ? venues::http_method::put
                                   : venues::http_method::del;
    const auto target = line.word();
    auto wire = is_signed ? case_.sign(method, target, line.rest, now_)
                          : wire_request{std::string{target}, std::string{line.rest}, {}};
    wire.headers.insert(wire.headers.end(), headers_.begin(), headers_.end());
    headers_.clear();
    std::vector<venues::header_view> headers;
    for (const auto& [name, value] : wire.headers)
      headers.push_back({name, value});
    const venues::request_token token{++requests_};
    sink_.waiting.insert(token);
    server_->on(venues::dialect_request{
        now_, token, {1, "10.0.0.1", true}, method, wire.target, headers, wire.body});
  }

  void open(std::string_view target) {
    if (tokens_.size() == 10)
      return;
    const venues::stream_token token{tokens_.size() + 1};
    tokens_.push_back(token);
    sink_.sockets[token];
    server_->on(venues::dialect_stream_request{
        now_, token, {2 + tokens_.size(), "10.0.0.1", true}, target, {}});
  }

  /// The N-th socket while it is open.
  std::optional<venues::stream_token> socket(char digit) const {
    const auto n = static_cast<std::size_t>(digit - '0');
    if (digit < '0' || n >= tokens_.size())
      return std::nullopt;
    const auto& x = sink_.sockets.at(tokens_[n]);
    return x.accepted && !x.over ? std::optional{tokens_[n]} : std::nullopt;
  }

  void say(step& line) {
    const auto kind = line.tag == 'm' ? venues::frame_kind::text : venues::frame_kind::binary;
    if (const auto s = socket(line.take()))
      server_->on(venues::dialect_frame{now_, *s, kind, line.rest});
  }

  void close(char digit) {
    const auto s = socket(digit);
    if (!s)
      return;
    sink_.sockets[*s].over = true;
    server_->on(venues::dialect_stream_closed{now_, *s});
  }

  /// Prices and sizes that a market may have; what no market says is the feeds' target's business.
  static decimal amount(std::string_view text) {
    const auto value = decimal::parse(text);
    return value && *value >= "0.000001"_d && *value <= 1'000'000'000 ? *value : decimal{1};
  }

  void market(step& line) {
    const char digit = line.take();
    const auto n = digit >= '0' && digit <= '9' ? static_cast<std::size_t>(digit - '0') : 0;
    const auto id = static_cast<exchange::market_id>(n % core_->market_count());
    exchange::feed_event e;
    e.time = now_;
    if (line.tag == 'q') {
      const auto bid = amount(line.word()), bid_size = amount(line.word());
      const auto ask = amount(line.word()), ask_size = amount(line.word());
      e.replace = true;
      e.bids = {{price{bid}, quantity{bid_size}}};
      if (ask > bid)
        e.asks = {{price{ask}, quantity{ask_size}}};
    } else if (line.tag == 'd') {
      e.what = exchange::feed_event::kind::trade;
      e.at = price{amount(line.word())};
      e.size = quantity{amount(line.word())};
      e.aggressor = e.at < core_->prices(id).mark ? side::sell : side::buy;
    } else {
      e.what = exchange::feed_event::kind::prices;
      e.mark = price{amount(line.word())};
      core_->apply(now_, id, e);
      const auto rate = decimal::parse(line.word());
      e.clear();
      e.time = now_;
      e.what = exchange::feed_event::kind::funding;
      e.rate = rate && rate->abs() <= "0.05"_d ? *rate : decimal{};
    }
    core_->apply(now_, id, e);
  }

  void pass(duration d) {
    const auto end = now_ + d;
    // At most so many things happen in one line, however long it waits.
    for (int i = 0; i < 300; ++i) {
      auto next = core_->next_timer().value_or(end);
      std::optional<venues::timer_id> fires;
      for (const auto& [id, at] : sink_.timers)
        if (at <= next) {
          next = at;
          fires = id;
        }
      if (next > end || (next == end && !fires))
        break;
      now_ = std::max(now_, next);
      core_->advance(now_);
      if (fires && sink_.timers.erase(*fires) != 0)
        server_->on(venues::dialect_timer{now_, *fires});
    }
    now_ = end;
    core_->advance(now_);
  }

  /// Money and positions are conserved, whoever traded (venues/exchange/core.hpp).
  void check_laws() const {
    const auto& out = core_->outside();
    decimal money = out.fees + out.funding;
    std::vector<quantity> held(core_->market_count());
    for (std::size_t m = 0; m < held.size(); ++m) {
      held[m] = out.positions[m].size;
      money += out.positions[m].realised - out.positions[m].cost;
    }
    decimal deposited;
    for (std::size_t a = 0; a < core_->account_count(); ++a) {
      const auto account = static_cast<exchange::account_id>(a);
      deposited += core_->options(account).balance;
      money += core_->summary(account).wallet;
      for (std::size_t m = 0; m < held.size(); ++m) {
        const auto& p = core_->position(account, static_cast<exchange::market_id>(m));
        held[m] += p.size;
        money -= p.cost;
      }
    }
    for (const auto& size : held)
      require(size.is_zero(), "a position out of nothing");
    require(money == deposited, "money out of nothing");
  }

  const dialect_case& case_;
  timestamp now_;
  dialect_check sink_;
  std::unique_ptr<exchange::core> core_;
  std::unique_ptr<venues::dialect> server_;
  std::vector<venues::stream_token> tokens_;
  std::vector<std::pair<std::string, std::string>> headers_;
  std::uint64_t requests_ = 0;
};

/// Plays one input against a fresh simulator.
inline void fuzz_dialect(const dialect_case& under_test, std::string_view input) {
  dialect_player{under_test}.play(input);
}

} // namespace actorbot::fuzz
