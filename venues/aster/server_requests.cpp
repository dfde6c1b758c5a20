#include "venues/aster/server.hpp"
#include "venues/wire/http_text.hpp"
#include "venues/wire/json_writer.hpp"

#include <array>
#include <vector>

/// One HTTP request: found, read, let in, weighed, served, answered.
namespace actorbot::venues::aster::server {

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

bool is_json(std::string_view content_type) {
  return content_type.find("json") != content_type.npos;
}

} // namespace

session_calls aster_server::key_calls() {
  session_calls out;
  out.open_key = [this](const call& c) {
    reply answer;
    json_writer{answer.body}
        .open_object()
        .text("listenKey", keys_.open(c.now, c.account))
        .close_object();
    return answer;
  };
  out.renew_key = [this](const call& c) {
    return keys_.renew(c.now, c.account) ? reply{"{}"} : reply{refuse::no_listen_key()};
  };
  out.close_key = [this](const call& c) {
    if (!keys_.close(c.now, c.account))
      return reply{refuse::no_listen_key()};
    for (const auto stream : users_.end(c.now, c.account, false))
      drop(stream, 1000, "listenKey closed");
    return reply{"{}"};
  };
  return out;
}

void aster_server::on(const dialect_request& event) {
  tick(event.now);
  outcome result;
  try {
    result = serve(event);
  } catch (const std::exception& e) {
    // Arithmetic that does not fit, at worst; nothing a client sends may end the server.
    state_.sink().note(e.what());
    result.answer = refuse::internal();
  }
  answer(event, result);
  arm();
}

aster_server::outcome aster_server::serve(const dialect_request& event) {
  outcome out;
  const auto mark = event.target.find('?');
  const auto path = event.target.substr(0, mark);
  const auto query = mark == event.target.npos ? std::string_view{} : event.target.substr(mark + 1);
  const std::string address{event.from.address};
  bool known_path = false;
  const auto* found = routes_.find(event.method, path, known_path);
  if (!found) {
    const auto banned = limits_.take_weight(event.now, address, 1);
    std::string text{known_path ? "Method " : "Path "};
    text += known_path ? method_text(event.method) : path;
    text += " is invalid";
    out.answer = banned ? *banned : failure{-5000, text, known_path ? 405U : 404U};
    return out;
  }
  out.served = found;
  // A body is parameters unless it says that it is something else; GET has none.
  const bool form
      = event.method != http_method::get && !is_json(find_header(event.headers, "content-type"));
  const auto body = form ? event.body : std::string_view{};
  parameters values;
  auto unreadable = values.add(query);
  if (!unreadable)
    unreadable = values.add(body);
  if (const auto limited = limits_.take_weight(event.now, address, weight_of(*found, values))) {
    out.answer = *limited;
    return out;
  }
  if (unreadable) {
    out.answer = *unreadable;
    return out;
  }
  const call_text text{found->version, query, body, find_header(event.headers, "x-mbx-apikey")};
  const auto verdict = authenticator_->check(found->needed, event.now, text, values);
  out.account = verdict.account;
  out.answer
      = verdict.refused
            ? reply{*verdict.refused}
            : found->handler({event.now, values, verdict.account.value_or(exchange::account_id{}),
                              found->version == generation::v3});
  return out;
}

void aster_server::answer(const dialect_request& event, const outcome& result) {
  const std::string address{event.from.address};
  const auto weight = std::to_string(limits_.used_weight(event.now, address));
  std::string minute;
  std::string burst;
  std::string retry;
  std::vector<header_view> headers{{"Content-Type", "application/json;charset=UTF-8"},
                                   {"X-MBX-USED-WEIGHT-1M", weight}};
  if (result.served && result.served->counts_orders && result.account) {
    const auto& name = state_.core().options(*result.account).name;
    minute = std::to_string(limits_.orders_in_minute(event.now, name));
    burst = std::to_string(limits_.orders_in_ten_seconds(event.now, name));
    headers.push_back({"X-MBX-ORDER-COUNT-1M", minute});
    headers.push_back({"X-MBX-ORDER-COUNT-10S", burst});
  }
  if (result.answer.status == 429 || result.answer.status == 418) {
    retry = std::to_string(limits_.retry_after(event.now, address));
    headers.push_back({"Retry-After", retry});
  }
  if (result.answer.code != 0) {
    std::string note{method_text(event.method)};
    note += ' ';
    note += event.target.substr(0, event.target.find('?'));
    note += " refused: ";
    note += result.answer.body;
    state_.sink().note(note);
  }
  state_.sink().respond(event.token, result.answer.status, headers, result.answer.body);
}

} // namespace actorbot::venues::aster::server
