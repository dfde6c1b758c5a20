#include "venues/backpack/server.hpp"
#include "venues/wire/http_text.hpp"

#include <exception>
#include <vector>

/// One HTTP request: found, read, let in, counted, served, answered.
namespace actorbot::venues::backpack::server {

namespace {

std::string_view method_text(http_method method) {
  switch (method) {
  case http_method::post:
    return "POST";
  case http_method::put:
    return "PUT";
  case http_method::del:
    return "DELETE";
  default:
    return "GET";
  }
}

std::string_view path_of(std::string_view target) { return target.substr(0, target.find('?')); }

failure unreadable_query() { return refuse::request("Invalid query string"); }

} // namespace

void backpack_server::on(const dialect_request& event) {
  tick(event.now);
  reply answer;
  try {
    answer = serve(event);
  } catch (const std::exception& e) {
    // Arithmetic that does not fit, at worst; nothing a client sends may end the server.
    state_.sink().note(e.what());
    answer = refuse::internal();
  }
  if (answer.is_refusal) {
    std::string note{method_text(event.method)};
    note += ' ';
    note += path_of(event.target);
    note += " refused: ";
    note += answer.body;
    state_.sink().note(note);
  }
  std::vector<header_view> headers{{"Content-Type", answer.is_json
                                                        ? "application/json; charset=utf-8"
                                                        : "text/plain; charset=utf-8"}};
  for (const auto& [name, value] : answer.headers)
    headers.push_back({name, value});
  state_.sink().respond(event.token, answer.status, headers, answer.body);
  arm();
}

reply backpack_server::serve(const dialect_request& event) {
  const auto path = path_of(event.target);
  const auto query = path.size() == event.target.size() ? std::string_view{}
                                                        : event.target.substr(path.size() + 1);
  bool known_path = false;
  const auto* found = routes_.find(event.method, path, known_path);
  if (!found) {
    if (auto refused = limits_.take(event.now, std::string{event.from.address}, false))
      return *refused;
    return known_path ? failure{{}, "method not allowed", 405} : refuse::not_found();
  }
  return found->instruction.empty() ? serve_open(event, *found, query)
                                    : serve_signed(event, *found, query);
}

reply backpack_server::serve_open(const dialect_request& event, const route& r,
                                  std::string_view query) {
  if (auto refused = limits_.take(event.now, std::string{event.from.address}, r.is_slow))
    return *refused;
  parameters values;
  if (!values.read_query(query))
    return unreadable_query();
  return r.handler({event.now, values, {}, {}});
}

reply backpack_server::serve_signed(const dialect_request& event, const route& r,
                                    std::string_view query) {
  // A GET is its query; the others are their body, and their query is of no meaning.
  request_body body;
  std::string text;
  std::optional<failure> unreadable;
  if (event.method == http_method::get) {
    body.objects.emplace_back();
    if (!body.objects.front().read_query(query))
      unreadable = unreadable_query();
  } else {
    auto parsed = read_payload(event.body);
    if (parsed && parsed->is_list == r.takes_list)
      body = std::move(*parsed);
    else
      unreadable = failure{{}, "parse request payload error: expected a JSON document", 400};
  }
  for (const auto& object : body.objects) {
    if (!text.empty())
      text += '&';
    object.append_signed(text, r.instruction);
  }
  const signature_parts parts{
      find_header(event.headers, "x-api-key"), find_header(event.headers, "x-signature"),
      find_header(event.headers, "x-timestamp"), find_header(event.headers, "x-window")};
  const auto found = unreadable ? verdict{std::nullopt, unreadable}
                                : authenticator_.check(event.now, parts, std::move(text));
  const auto who = found.account ? "account " + state_.core().options(*found.account).name
                                 : std::string{event.from.address};
  if (auto refused = limits_.take(event.now, who, r.is_slow))
    return *refused;
  if (found.refused)
    return *found.refused;
  static const parameters none;
  const auto& values = body.objects.empty() ? none : body.objects.front();
  return r.handler({event.now, values, body.objects, *found.account});
}

} // namespace actorbot::venues::backpack::server
