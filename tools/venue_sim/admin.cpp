#include "tools/venue_sim/admin.hpp"

#include "venues/exchange/truth.hpp"

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include <nlohmann/json.hpp>

#include <fstream>
#include <limits>
#include <memory>

namespace actorbot::sim {

namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using nlohmann::json;
using error_code = boost::system::error_code;
using request = http::request<http::string_body>;
using response = http::response<http::string_body>;

constexpr std::int64_t longest_delay_ms = 600'000;
constexpr duration longest_jump = std::chrono::hours{1};
const decimal fastest{1000};

struct answer {
  http::status status = http::status::ok;
  std::string body;
};

answer problem(std::string text) {
  return {http::status::bad_request, json{{"error", std::move(text)}}.dump()};
}

json to_json(const fault_rule& rule) {
  return {{"kind", to_string(rule.what)},
          {"match", rule.match},
          {"count", rule.count},
          {"delay_ms", rule.delay / std::chrono::milliseconds{1}},
          {"status", rule.status}};
}

answer add_fault(server& target, const json& body) {
  fault_rule rule;
  const auto kind = body.at("kind").get<std::string>();
  bool known = false;
  for (auto k : {fault_rule::kind::drop, fault_rule::kind::lose_answer, fault_rule::kind::delay,
                 fault_rule::kind::status, fault_rule::kind::half_open})
    if (to_string(k) == kind) {
      rule.what = k;
      known = true;
    }
  if (!known)
    return problem("kind must be drop, lose_answer, delay, status or half_open");
  rule.match = body.value("match", "");
  rule.count = body.value("count", 1u);
  rule.delay = std::chrono::milliseconds{body.value("delay_ms", 0)};
  rule.status = body.value("status", 503u);
  rule.body = body.value("body", "<html><body>Service Unavailable</body></html>");
  if (rule.count == 0)
    return problem("count must be at least 1");
  target.add_fault(rule);
  return {http::status::ok, to_json(rule).dump()};
}

answer streams(server& target, const json& body) {
  const auto action = body.at("action").get<std::string>();
  const auto match = body.value("match", "");
  const auto most = body.value("most", std::numeric_limits<std::size_t>::max());
  if (action == "cut")
    return {http::status::ok, json{{"cut", target.cut_streams(match, most)}}.dump()};
  if (action == "freeze")
    return {http::status::ok, json{{"frozen", target.freeze_streams(match)}}.dump()};
  return problem("action must be cut or freeze");
}

json to_json(const frame_rule& rule) {
  return {{"match", rule.match},
          {"duplicate", rule.duplicate},
          {"delay_ms", rule.delay / std::chrono::milliseconds{1}}};
}

answer set_frames(server& target, const json& body) {
  frame_rule rule;
  rule.match = body.value("match", "");
  rule.duplicate = body.value("duplicate", false);
  const auto delay = body.value("delay_ms", std::int64_t{0});
  if (delay < 0 || delay > longest_delay_ms)
    return problem("delay_ms must be from 0 to " + std::to_string(longest_delay_ms));
  rule.delay = std::chrono::milliseconds{delay};
  target.set_frame_rule(rule);
  return {http::status::ok, to_json(rule).dump()};
}

template <class Rules>
answer list_of(const Rules& rules) {
  json list = json::array();
  for (const auto& rule : rules)
    list.push_back(to_json(rule));
  return {http::status::ok, list.dump()};
}

answer time_of(server& target) {
  const auto& gate = target.gate();
  const auto now = target.now();
  return {http::status::ok,
          json{{"held", gate.held()},
               {"speed", to_string(decimal::from_parts(gate.speed(), -3))},
               {"ahead_ms", (gate.feed_time(now) - now) / std::chrono::milliseconds{1}}}
              .dump()};
}

/// The speed as a text, or as a number: its digits are read, it is never computed with.
answer set_speed(server& target, const json& body) {
  const auto& given = body.at("factor");
  const auto factor = decimal::parse(given.is_string() ? given.get<std::string>() : given.dump());
  const auto thousandth = decimal::from_parts(1, -3);
  if (!factor || *factor < thousandth || *factor > fastest
      || *factor != factor->round_to(thousandth, rounding::down))
    return problem("factor must be from 0.001 to " + to_string(fastest)
                   + " with at most three decimals");
  target.change_time(journal_entry::kind::speed,
                     static_cast<std::int64_t>(factor->raw() / thousandth.raw()));
  return time_of(target);
}

answer jump(server& target, const json& body) {
  const auto by = parse_duration(body.at("by").get<std::string>());
  if (!by || *by <= duration{0} || *by > longest_jump)
    return problem("by must be a time like \"30s\", at most " + to_text(longest_jump));
  target.change_time(journal_entry::kind::jump, by->count());
  return time_of(target);
}

answer change_time(server& target, const json& body) {
  const auto action = body.at("action").get<std::string>();
  if (action == "speed")
    return set_speed(target, body);
  if (action == "jump")
    return jump(target, body);
  if (action != "hold" && action != "release")
    return problem("action must be hold, release, speed or jump");
  target.change_time(action == "hold" ? journal_entry::kind::hold : journal_entry::kind::release);
  return time_of(target);
}

answer truth_of(server& target, const std::string& query) {
  target.core().advance(target.now());
  constexpr std::string_view key = "account=";
  const auto at = query.find(key);
  if (at == std::string::npos)
    return {http::status::ok, exchange::truth(target.core()).dump()};
  const auto account = target.core().find_account(query.substr(at + key.size()));
  if (!account)
    return {http::status::not_found, json{{"error", "no such account"}}.dump()};
  return {http::status::ok, exchange::truth(target.core(), *account).dump()};
}

answer requests_of(server& target) {
  json list = json::array();
  for (const auto& one : target.requests())
    list.push_back({{"time", to_ns(one.time)},
                    {"method", one.method},
                    {"target", one.target},
                    {"body", one.body},
                    {"fault", one.fault}});
  return {http::status::ok, list.dump()};
}

answer dispatch(server& target, const request& asked) {
  const std::string text{asked.target()};
  const auto path = text.substr(0, text.find('?'));
  const auto query = path.size() < text.size() ? text.substr(path.size() + 1) : "";
  const auto line = std::string{asked.method_string()} + " " + path;
  if (line == "GET /truth")
    return truth_of(target, query);
  if (line == "GET /requests")
    return requests_of(target);
  if (line == "GET /answers") {
    json counts = json::object();
    for (const auto& [status, count] : target.answers())
      counts[std::to_string(status)] = count;
    return {http::status::ok, counts.dump()};
  }
  if (line == "GET /ca") {
    std::ifstream in{target.ca_file()};
    return {http::status::ok, {std::istreambuf_iterator<char>{in}, {}}};
  }
  if (line == "GET /faults")
    return list_of(target.faults());
  if (line == "GET /frames")
    return list_of(target.frame_rules());
  if (line == "GET /time")
    return time_of(target);
  if (line == "DELETE /faults") {
    target.clear_faults();
    return {http::status::ok, "{}"};
  }
  if (line == "DELETE /frames") {
    target.clear_frame_rules();
    return {http::status::ok, "{}"};
  }
  if (asked.method() != http::verb::post)
    return {http::status::not_found, json{{"error", "no such command: " + line}}.dump()};
  const auto body = asked.body().empty() ? json::object() : json::parse(asked.body());
  if (path == "/faults")
    return add_fault(target, body);
  if (path == "/streams")
    return streams(target, body);
  if (path == "/frames")
    return set_frames(target, body);
  if (path == "/time")
    return change_time(target, body);
  if (path == "/stop") {
    target.stop();
    return {http::status::ok, "{}"};
  }
  return {http::status::not_found, json{{"error", "no such command: " + line}}.dump()};
}

/// One request, one answer, closed.
class admin_session : public std::enable_shared_from_this<admin_session> {
 public:
  admin_session(server& target, asio::ip::tcp::socket socket)
      : target_{target}, socket_{std::move(socket)} {}

  void run() {
    http::async_read(socket_, buffer_, request_,
                     [self = shared_from_this()](const error_code& error, std::size_t) {
                       if (!error)
                         self->reply();
                     });
  }

 private:
  void reply() {
    answer made;
    try {
      made = dispatch(target_, request_);
    } catch (const json::exception& error) {
      made = problem(std::string{"the body is not as expected: "} + error.what());
    }
    response_.result(made.status);
    response_.set(http::field::content_type, "application/json");
    response_.keep_alive(false);
    response_.body() = std::move(made.body);
    response_.prepare_payload();
    http::async_write(socket_, response_,
                      [self = shared_from_this()](const error_code&, std::size_t) {
                        error_code ignored;
                        self->socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
                      });
  }

  server& target_;
  asio::ip::tcp::socket socket_;
  boost::beast::flat_buffer buffer_;
  request request_;
  response response_;
};

} // namespace

admin::admin(asio::io_context& io, server& target, std::uint16_t port)
    : target_{target}, listener_{io, {asio::ip::address_v4::loopback(), port}} {
  accept_next();
}

void admin::accept_next() {
  listener_.async_accept([this](const error_code& error, asio::ip::tcp::socket socket) {
    if (error)
      return;
    std::make_shared<admin_session>(target_, std::move(socket))->run();
    accept_next();
  });
}

} // namespace actorbot::sim
