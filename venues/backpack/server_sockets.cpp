#include "venues/backpack/server.hpp"
#include "venues/wire/json_writer.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

/// WebSockets: handshakes and the messages of clients. Success is not acknowledged.
namespace actorbot::venues::backpack::server {

namespace {

using nlohmann::json;

struct wanted_stream {
  std::string name;
  stream_spec spec;
};

failure frame_error(int code, std::string_view text) {
  return {std::to_string(code), std::string{text}, 0};
}

/// {"id":null,"error":{"code":4006,"message":"Invalid stream"}}
std::string error_frame(const failure& refused) {
  std::string out;
  json_writer{out}
      .open_object()
      .raw("id", "null")
      .open_object("error")
      .raw("code", refused.code)
      .text("message", refused.text)
      .close_object()
      .close_object();
  return out;
}

bool all_texts(const json& list) {
  return std::all_of(list.begin(), list.end(), [](const auto& e) { return e.is_string(); });
}

/// The four texts that sign a private subscription; empty when anything is missing.
std::optional<std::array<std::string, 4>> signature_of(const json& message) {
  const auto found = message.find("signature");
  if (found == message.end() || !found->is_array() || found->size() != 4 || !all_texts(*found))
    return std::nullopt;
  return found->get<std::array<std::string, 4>>();
}

} // namespace

void backpack_server::on(const dialect_stream_request& event) {
  tick(event.now);
  const auto path = event.target.substr(0, event.target.find('?'));
  if (path != "/" && !path.empty()) {
    state_.sink().refuse(event.stream, 404, error_body(refuse::not_found()));
  } else if (next_pings_.try_emplace(event.stream, event.now + std::chrono::seconds{60}).second) {
    state_.sink().accept(event.stream, {});
  }
  arm();
}

void backpack_server::on(const dialect_stream_closed& event) {
  tick(event.now);
  next_pings_.erase(event.stream);
  streams_.leave(event.stream);
  users_.leave(event.stream);
  arm();
}

void backpack_server::on(const dialect_frame& event) {
  tick(event.now);
  if (next_pings_.contains(event.stream))
    if (const auto refused = obey(event)) {
      state_.sink().note("message refused: " + refused->text);
      state_.sink().send(event.stream, frame_kind::text, error_frame(*refused));
    }
  arm();
}

std::optional<failure> backpack_server::obey(const dialect_frame& event) {
  const auto message = event.kind == frame_kind::text ? json::parse(event.data, nullptr, false)
                                                      : json{json::value_t::discarded};
  if (message.is_discarded() || !message.is_object())
    return frame_error(invalid_request_code, "Invalid request");
  const auto method = message.find("method");
  const auto params = message.find("params");
  if (method == message.end() || params == message.end() || !params->is_array()
      || !all_texts(*params))
    return frame_error(invalid_request_code, "Invalid request");
  if (*method == "SUBSCRIBE")
    return subscribe(event, message);
  if (*method != "UNSUBSCRIBE")
    return frame_error(invalid_request_code, "Invalid method");
  for (const auto& name : *params) {
    streams_.unsubscribe(event.stream, name.get_ref<const std::string&>());
    users_.unsubscribe(event.stream, name.get_ref<const std::string&>());
  }
  return std::nullopt;
}

/// All of it or nothing: one bad name, or a missing signature, refuses the message.
std::optional<failure> backpack_server::subscribe(const dialect_frame& event, const json& message) {
  std::vector<wanted_stream> wanted;
  bool is_private = false;
  for (const auto& name : message["params"]) {
    const auto& text = name.get_ref<const std::string&>();
    const auto spec = parse_stream(state_.core(), text);
    if (!spec)
      return frame_error(invalid_stream_code, "Invalid stream");
    is_private = is_private || spec->is_private();
    wanted.push_back({text, *spec});
  }
  exchange::account_id account{};
  if (is_private) {
    const auto signature = signature_of(message);
    if (!signature)
      return frame_error(invalid_signature_code, "Invalid signature");
    const auto& [key, text, sent, window] = *signature;
    const auto found
        = authenticator_.check(event.now, {key, text, sent, window}, "instruction=subscribe");
    if (!found.account)
      return frame_error(invalid_signature_code, found.refused->text);
    account = *found.account;
  }
  for (const auto& w : wanted)
    if (w.spec.is_private())
      users_.subscribe(event.now, event.stream, w.name, w.spec, account);
    else
      streams_.subscribe(event.now, event.stream, w.name, w.spec);
  return std::nullopt;
}

} // namespace actorbot::venues::backpack::server
