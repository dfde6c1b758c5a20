#include "venues/grvt/server.hpp"
#include "venues/wire/http_text.hpp"

#include <algorithm>

/// WebSockets: handshakes and the messages of clients.
namespace actorbot::venues::grvt::server {

namespace {

constexpr std::size_t largest_frame = 1'000'000;

/// The value of one parameter of a query, undecoded: account ids need no escapes but the colon.
std::string query_value(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    const auto end = query.find('&');
    const auto part = query.substr(0, end);
    query.remove_prefix(end == query.npos ? query.size() : end + 1);
    if (part.starts_with(name) && part.size() > name.size() && part[name.size()] == '=')
      return percent_decode(part.substr(name.size() + 1)).value_or("");
  }
  return {};
}

std::string malformed() {
  const auto f = refuse(1003);
  std::string out;
  json_writer{out}
      .open_object()
      .integer("code", std::int64_t{f.code})
      .text("message", f.text)
      .integer("status", std::uint64_t{f.status})
      .close_object();
  return out;
}

std::optional<std::string> id_text(const json_value& message, const char* name) {
  const auto at = message.find(name);
  return at == message.end() ? std::nullopt : std::optional{at->dump()};
}

/// A request id is a uint32, or absent.
bool is_id(const json_value& message, const char* name) {
  const auto at = message.find(name);
  return at == message.end()
         || (at->is_number_unsigned() && at->get<std::uint64_t>() <= 0xffff'ffffU);
}

void write_texts(json_writer& to, std::string_view name, const std::vector<std::string>& texts) {
  to.open_array(name);
  for (const auto& t : texts)
    to.text_item(t);
  to.close_array();
}

/// The members of an acknowledgement; numbers are texts in JSON-RPC.
void write_subscribed(json_writer& to, const std::string& stream, const subscribed& done, bool lite,
                      bool texts) {
  to.text(lite ? "s" : "stream", stream);
  write_texts(to, lite ? "s1" : "subs", done.subs);
  write_texts(to, lite ? "u" : "unsubs", done.unsubs);
  to.open_array(lite ? "ns" : "num_snapshots");
  for (const auto n : done.snapshots)
    to.integer_item(static_cast<std::int64_t>(n));
  to.close_array();
  const auto numbers = [&](std::string_view name, std::uint64_t more) {
    to.open_array(name);
    for (const auto n : done.latest)
      texts ? to.text_item(std::to_string(n + more))
            : to.integer_item(static_cast<std::int64_t>(n + more));
    to.close_array();
  };
  numbers(lite ? "fs" : "first_sequence_number", 1);
  if (texts)
    numbers(lite ? "ls" : "latest_sequence_number", 0);
}

} // namespace

void grvt_server::on(const dialect_stream_request& event) {
  tick(event.now);
  std::string_view path;
  std::string_view query;
  const auto role = read_role(event.target, path, query);
  if (path.size() > 1 && path.ends_with('/'))
    path.remove_suffix(1);
  const bool known = path == "/ws" || path == "/ws/full" || path == "/ws/lite";
  if (!known || role == host_role::edge) {
    state_.sink().refuse(event.stream, 404, error_body(refuse(1004), next_error_++, false));
  } else if (connections_.emplace(event.stream, connection{}).second) {
    auto& c = connections_[event.stream];
    c.token = event.stream;
    c.role = role;
    c.style = path == "/ws"        ? framing::legacy
              : path == "/ws/lite" ? framing::rpc_lite
                                   : framing::rpc_full;
    // Without a session the socket opens all the same; what needs one is refused on it.
    if (const auto* who
        = sessions_.find(event.now, event.headers, query_value(query, "x_grvt_account_id")))
      c.cookie = who->cookie;
    addresses_[event.stream] = std::string{event.from.address};
    state_.sink().accept(event.stream, {});
  }
  arm();
}

void grvt_server::on(const dialect_frame& event) {
  tick(event.now);
  if (const auto at = connections_.find(event.stream); at != connections_.end())
    hear(at->second, event);
  tick(event.now);
  arm();
}

void grvt_server::hear(connection& c, const dialect_frame& event) {
  const auto message = event.kind == frame_kind::text && event.data.size() <= largest_frame
                           ? json_value::parse(event.data, nullptr, false)
                           : json_value(json_value::value_t::discarded);
  if (message.is_discarded() || !message.is_object())
    return say(c, malformed());
  if (c.style == framing::legacy)
    obey_legacy(c, event.now, message);
  else
    obey_rpc(c, event.now, message);
}

void grvt_server::obey_rpc(connection& c, timestamp now, const json_value& message) {
  const bool lite = c.style == framing::rpc_lite;
  const auto* const id_name = lite ? "i" : "id";
  reader r{message};
  const auto version = r.text(lite ? "j" : "jsonrpc");
  const auto method = r.text(lite ? "m" : "method");
  const auto* given = r.object(lite ? "p" : "params");
  if (r.bad() || version != "2.0" || method.empty() || !is_id(message, id_name))
    return say(c, malformed());
  const auto params = given ? *given : json_value::object();
  std::vector<std::string> frames;
  const auto answer = method == "subscribe"     ? subscribe(c, now, params, frames)
                      : method == "unsubscribe" ? unsubscribe(c, params)
                                                : call_over_stream(c, now, method, params);
  std::string out;
  json_writer json{out};
  json.open_object().text(lite ? "j" : "jsonrpc", "2.0");
  if (answer.refused) {
    json.open_object(lite ? "e" : "error")
        .integer(lite ? "c" : "code", std::int64_t{answer.refused->code})
        .text(lite ? "m" : "message", answer.refused->text)
        .close_object();
    state_.sink().note(method + " refused: " + answer.refused->text);
  } else {
    json.raw(lite ? "r" : "result", answer.body);
  }
  if (const auto id = id_text(message, id_name))
    json.raw(id_name, *id);
  json.text(lite ? "m" : "method", method).close_object();
  say(c, out);
  for (const auto& frame : frames)
    say(c, frame);
}

reply grvt_server::subscribe(connection& c, timestamp now, const json_value& params,
                             std::vector<std::string>& frames) {
  const bool lite = c.style == framing::rpc_lite;
  reader r{params};
  subscribe_request wish;
  wish.stream = r.text(lite ? "s" : "stream");
  wish.selectors = r.texts(lite ? "s1" : "selectors");
  wish.global = r.flag(lite ? "ug" : "use_global_sequence_number").value_or(false);
  wish.lite = lite;
  wish.who = sessions_.find(now, c.cookie);
  if (r.bad() || wish.stream.empty() || wish.selectors.empty())
    return refuse(1003);
  subscribed done;
  if (const auto wrong = streams_.subscribe(now, c, wish, done))
    return *wrong;
  frames = std::move(done.frames);
  reply out;
  json_writer json{out.body};
  json.open_object();
  write_subscribed(json, wish.stream, done, lite, true);
  json.close_object();
  return out;
}

reply grvt_server::unsubscribe(connection& c, const json_value& params) {
  const bool lite = c.style == framing::rpc_lite;
  reader r{params};
  const auto stream = r.text(lite ? "s" : "stream");
  const auto selectors = r.texts(lite ? "s1" : "selectors");
  if (r.bad() || stream.empty())
    return refuse(1003);
  reply out;
  json_writer json{out.body};
  json.open_object().text(lite ? "s" : "stream", stream);
  write_texts(json, lite ? "u" : "unsubs", streams_.unsubscribe(c, stream, selectors));
  json.close_object();
  return out;
}

reply grvt_server::call_over_stream(connection& c, timestamp now, std::string_view method,
                                    const json_value& params) {
  const auto* found = find_route(method, c.role);
  if (!found)
    return refuse(1004);
  const bool lite = c.style == framing::rpc_lite;
  const auto body = lite ? to_full(params, *found->request) : params;
  auto out = perform(*found, call{now, body, sessions_.find(now, c.cookie)}, addresses_[c.token]);
  if (lite && !out.refused && found->answer)
    out.body = to_lite(out.body, *found->answer);
  return out;
}

void grvt_server::obey_legacy(connection& c, timestamp now, const json_value& message) {
  reader r{message};
  subscribe_request wish;
  wish.stream = r.text("stream");
  wish.selectors = r.texts("feed");
  const auto method = r.text("method");
  wish.lite = !r.flag("is_full").value_or(true);
  wish.who = sessions_.find(now, c.cookie);
  const bool joins = method == "subscribe";
  if (r.bad() || !is_id(message, "request_id") || (!joins && method != "unsubscribe"))
    return say(c, malformed());
  subscribed done;
  std::optional<failure> wrong;
  if (joins)
    wrong = streams_.subscribe(now, c, wish, done);
  else
    done.unsubs = streams_.unsubscribe(c, wish.stream, wish.selectors);
  std::string out;
  json_writer json{out};
  json.open_object();
  if (const auto id = id_text(message, "request_id"))
    json.raw("request_id", *id);
  if (wrong)
    json.integer("code", std::int64_t{wrong->code})
        .text("message", wrong->text)
        .integer("status", std::uint64_t{wrong->status});
  else
    write_subscribed(json, wish.stream, done, false, false);
  json.close_object();
  say(c, out);
  for (const auto& frame : done.frames)
    say(c, frame);
}

void grvt_server::say(const connection& c, std::string_view text) {
  state_.sink().send(c.token, frame_kind::text, text);
}

void grvt_server::on(const dialect_stream_closed& event) {
  tick(event.now);
  if (const auto at = connections_.find(event.stream); at != connections_.end()) {
    streams_.leave(at->second);
    connections_.erase(at);
    addresses_.erase(event.stream);
  }
  arm();
}

} // namespace actorbot::venues::grvt::server
