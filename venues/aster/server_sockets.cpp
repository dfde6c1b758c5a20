#include "venues/aster/server.hpp"
#include "venues/wire/http_text.hpp"
#include "venues/wire/json_writer.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

/// WebSockets: handshakes and the messages of clients.
namespace actorbot::venues::aster::server {

namespace {

constexpr std::size_t most_streams = 200;
constexpr std::uint32_t most_messages = 10; ///< a second
constexpr std::uint16_t policy_violation = 1008;

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const auto end = text.find('/');
    if (end != 0)
      out.emplace_back(text.substr(0, end));
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
  }
  return out;
}

/// What a handshake's target asks for; nothing for a path that is not served.
struct wish {
  bool combined = false;
  std::vector<std::string> names;
};

std::optional<wish> read_target(std::string_view target) {
  const auto mark = target.find('?');
  const auto path = target.substr(0, mark);
  if (path == "/ws" || path == "/ws/")
    return wish{};
  if (path.starts_with("/ws/")) {
    const auto plain = percent_decode(path.substr(4));
    return plain ? std::optional{wish{false, split(*plain)}} : std::nullopt;
  }
  if (path != "/stream" && path != "/stream/")
    return std::nullopt;
  parameters values;
  if (mark != target.npos && values.add(target.substr(mark + 1)))
    return std::nullopt;
  const auto* names = values.find("streams");
  return wish{true, names ? split(*names) : std::vector<std::string>{}};
}

std::string invalid(int code, std::string_view text) {
  return error_body({code, std::string{text}});
}

/// The answer to a message without an id carries null: some clients never send one.
std::string result_of(const nlohmann::json& message, std::string_view json) {
  std::string out;
  const auto id = message.find("id");
  json_writer writer{out};
  writer.open_object().raw("result", json);
  if (id == message.end() || id->is_null())
    writer.raw("id", "null");
  else
    writer.integer("id", id->get<std::uint64_t>());
  writer.close_object();
  return out;
}

bool all_texts(const nlohmann::json& list) {
  return std::all_of(list.begin(), list.end(), [](const auto& e) { return e.is_string(); });
}

} // namespace

void aster_server::on(const dialect_stream_request& event) {
  tick(event.now);
  const auto wanted = read_target(event.target);
  if (!wanted)
    state_.sink().refuse(event.stream, 404, invalid(-5000, "Path is invalid"));
  else
    open(event, wanted->combined, wanted->names);
  arm();
}

void aster_server::open(const dialect_stream_request& event, bool combined,
                        const std::vector<std::string>& names) {
  std::optional<exchange::account_id> user;
  std::string key;
  if (names.size() > most_streams)
    return state_.sink().refuse(event.stream, 400, invalid(2, "Invalid request: too many streams"));
  for (const auto& name : names) {
    if (parse_stream(state_, name))
      continue;
    const auto owner = keys_.owner(event.now, name);
    if (!owner) {
      state_.sink().note("stream refused: " + name);
      const bool is_stream = name.find_first_of("@!") != name.npos;
      return state_.sink().refuse(event.stream, 400,
                                  is_stream ? invalid(2, "Invalid request: unknown stream")
                                            : error_body(refuse::no_listen_key()));
    }
    user = owner;
    key = name;
  }
  const auto [at, fresh] = connections_.try_emplace(event.stream);
  if (!fresh)
    return;
  auto& c = at->second;
  c.token = event.stream;
  c.combined = combined;
  c.opened = event.now;
  c.next_ping = event.now + std::chrono::minutes{5};
  c.user = user;
  c.listen_key = key;
  state_.sink().accept(event.stream, {});
  if (user)
    users_.join(c);
  for (const auto& name : names)
    if (name != key)
      streams_.subscribe(event.now, c, name);
}

void aster_server::on(const dialect_frame& event) {
  tick(event.now);
  if (const auto at = connections_.find(event.stream); at != connections_.end())
    hear(at->second, event);
  arm();
}

void aster_server::hear(connection& c, const dialect_frame& event) {
  const auto second = event.now.time_since_epoch() / std::chrono::seconds{1};
  if (second != c.second) {
    c.second = second;
    c.messages = 0;
  }
  if (++c.messages > most_messages)
    return drop(event.stream, policy_violation, "Too many requests");
  const auto answer = event.kind == frame_kind::text ? obey(c, event.now, event.data)
                                                     : invalid(3, "Invalid JSON: binary message");
  state_.sink().send(event.stream, frame_kind::text, answer);
}

std::string aster_server::obey(connection& c, timestamp now, std::string_view text) {
  const auto message = nlohmann::json::parse(text, nullptr, false);
  if (message.is_discarded())
    return invalid(3, "Invalid JSON: expected value");
  if (!message.is_object())
    return invalid(2, "Invalid request: expected an object");
  const auto id = message.find("id");
  if (id != message.end() && !id->is_null() && !id->is_number_unsigned())
    return invalid(2, "Invalid request: request ID must be an unsigned integer");
  const auto method = message.value("method", nlohmann::json{});
  const auto params = message.value("params", nlohmann::json::array());
  if (!method.is_string())
    return invalid(2, "Invalid request: missing field `method`");
  if (!params.is_array())
    return invalid(2, "Invalid request: params must be an array");
  const auto& name = method.get_ref<const std::string&>();
  if (name == "LIST_SUBSCRIPTIONS") {
    std::string list;
    json_writer json{list};
    json.open_array();
    for (const auto& n : c.names)
      json.text_item(n);
    json.close_array();
    return result_of(message, list);
  }
  if (name == "SUBSCRIBE" || name == "UNSUBSCRIBE") {
    if (params.empty() || !all_texts(params))
      return invalid(2, "Invalid request: params must be names of streams");
    const bool join = name == "SUBSCRIBE";
    for (const auto& p : params)
      if (!parse_stream(state_, p.get_ref<const std::string&>()))
        return invalid(2, "Invalid request: unknown stream");
    if (join && c.names.size() + params.size() > most_streams)
      return invalid(2, "Invalid request: too many streams");
    for (const auto& p : params)
      if (join)
        streams_.subscribe(now, c, p.get_ref<const std::string&>());
      else
        streams_.unsubscribe(c, p.get_ref<const std::string&>());
    return result_of(message, "null");
  }
  const bool sets = name == "SET_PROPERTY";
  if (!sets && name != "GET_PROPERTY")
    return invalid(2, "Invalid request: unknown method");
  if (params.size() != (sets ? 2U : 1U) || !params[0].is_string())
    return invalid(2, "Invalid request: wrong number of params");
  if (params[0].get_ref<const std::string&>() != "combined")
    return invalid(0, "Unknown property");
  if (!sets)
    return result_of(message, c.combined ? "true" : "false");
  if (!params[1].is_boolean())
    return invalid(1, "Invalid value type: expected Boolean");
  c.combined = params[1].get<bool>();
  return result_of(message, "null");
}

void aster_server::on(const dialect_stream_closed& event) {
  tick(event.now);
  if (const auto at = connections_.find(event.stream); at != connections_.end())
    forget(at);
  arm();
}

void aster_server::drop(stream_token stream, std::uint16_t code, std::string_view reason) {
  const auto at = connections_.find(stream);
  if (at == connections_.end())
    return;
  state_.sink().close(stream, code, reason);
  forget(at);
}

void aster_server::forget(std::map<stream_token, connection>::iterator at) {
  users_.leave(at->second);
  streams_.leave(at->second);
  connections_.erase(at);
}

} // namespace actorbot::venues::aster::server
