#include "venues/grvt/server.hpp"
#include "venues/wire/http_text.hpp"

#include <algorithm>

/// One HTTP request: found, read, let in, served, answered.
namespace actorbot::venues::grvt::server {

namespace {

constexpr std::size_t largest_body = 1'000'000;

bool is_json(std::span<const header_view> headers) {
  return lower(find_header(headers, "content-type")).find("application/json") != std::string::npos;
}

/// The body as an object; 1003 otherwise.
std::optional<failure> read_body(const dialect_request& event, json_value& out) {
  if (!is_json(event.headers) || event.body.size() > largest_body)
    return refuse(1003);
  out = json_value::parse(event.body, nullptr, false);
  if (out.is_discarded() || !out.is_object())
    return refuse(1003);
  return std::nullopt;
}

} // namespace

host_role read_role(std::string_view target, std::string_view& path, std::string_view& query) {
  const auto mark = target.find('?');
  path = target.substr(0, mark);
  query = mark == target.npos ? std::string_view{} : target.substr(mark + 1);
  const auto strip = [&](std::string_view prefix) {
    if (!path.starts_with(prefix) || path.size() <= prefix.size() || path[prefix.size()] != '/')
      return false;
    path.remove_prefix(prefix.size());
    return true;
  };
  if (strip("/edge"))
    return host_role::edge;
  if (strip("/trades"))
    return host_role::trades;
  return strip("/md") ? host_role::market_data : host_role::any;
}

const route* grvt_server::find_route(std::string_view name, host_role role) const {
  const auto at
      = std::find_if(routes_.begin(), routes_.end(), [&](const auto& r) { return r.name == name; });
  if (at == routes_.end() || role == host_role::edge)
    return nullptr;
  const auto wrong = at->is_private ? host_role::market_data : host_role::trades;
  return role == wrong ? nullptr : &*at;
}

/// Limits and the handler; nothing a client sends may end the server.
reply grvt_server::perform(const route& r, const call& c, const std::string& address) {
  if (r.is_private && !c.who)
    return refuse(1000);
  const auto caller = (r.is_private ? c.who->account_header : address) + " " + std::string{r.name};
  std::uint32_t count = 1;
  if (r.name == "v2/bulk_orders")
    if (const auto orders = c.body.find("orders"); orders != c.body.end() && orders->is_array())
      count = static_cast<std::uint32_t>(std::clamp<std::size_t>(orders->size(), 1, 1'000));
  if (!limits_.take(c.now, r.cost, caller, count))
    return refuse(1006);
  try {
    return r.handler(c);
  } catch (const std::exception& e) {
    // Arithmetic that does not fit, at worst.
    state_.sink().note(e.what());
    return refuse(1002);
  }
}

reply grvt_server::serve_edge(const dialect_request& event, std::string_view path) {
  json_value body;
  if (const auto wrong = read_body(event, body))
    return *wrong;
  const std::string address{event.from.address};
  if (!limits_.take(event.now, call_class::login, address))
    return refuse(1006);
  return path == "/auth/api_key/login" ? sessions_.login_with_key(event.now, body)
                                       : sessions_.login_with_wallet(event.now, body);
}

grvt_server::outcome grvt_server::serve(const dialect_request& event) {
  outcome out;
  std::string_view path;
  std::string_view query;
  const auto role = read_role(event.target, path, query);
  if (path == "/time" && event.method == http_method::get
      && (role == host_role::any || role == host_role::market_data)) {
    out.answer = market_.time(event.now);
    return out;
  }
  const bool is_login = path == "/auth/api_key/login" || path == "/auth/wallet/login";
  const bool full = path.starts_with("/full/");
  out.lite = path.starts_with("/lite/");
  const auto* found = full || out.lite ? find_route(path.substr(6), role) : nullptr;
  const bool edge = is_login && (role == host_role::any || role == host_role::edge);
  if (event.method != http_method::post || (!found && !edge)) {
    out.answer = refuse(1004);
    return out;
  }
  if (edge) {
    out.answer = serve_edge(event, path);
    return out;
  }
  json_value body;
  if (const auto wrong = read_body(event, body)) {
    out.answer = *wrong;
    return out;
  }
  if (out.lite)
    body = to_full(body, *found->request);
  out.names = found->answer;
  const call c{event.now, body, sessions_.find(event.now, event.headers)};
  out.answer = perform(*found, c, std::string{event.from.address});
  return out;
}

void grvt_server::on(const dialect_request& event) {
  tick(event.now);
  const auto result = serve(event);
  const auto& refused = result.answer.refused;
  std::string body;
  if (refused)
    body = error_body(*refused, next_error_++, result.lite);
  else if (result.lite && result.names)
    body = to_lite(result.answer.body, *result.names);
  else
    body = result.answer.body;
  std::vector<header_view> headers{{"Content-Type", "application/json"}};
  for (const auto& [name, value] : result.answer.headers)
    headers.push_back({name, value});
  if (refused)
    state_.sink().note(std::string{event.target.substr(0, event.target.find('?'))}
                       + " refused: " + body);
  state_.sink().respond(event.token, refused ? refused->status : 200, headers, body);
  tick(event.now); // what the request set going comes after its answer
  arm();
}

} // namespace actorbot::venues::grvt::server
