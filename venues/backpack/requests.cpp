#include "venues/backpack/requests.hpp"

#include "venues/wire/json_writer.hpp"
#include "venues/wire/session_words.hpp"

#include <algorithm>
#include <charconv>

namespace actorbot::venues::backpack {

namespace {

constexpr std::string_view window_text = "5000";
static_assert(default_window_ms == 5000);

std::uint64_t milliseconds(timestamp t) {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(to_ms(t), 0));
}

} // namespace

std::string request_writer::configure(const session_settings& settings) {
  target_.reserve(512);
  body_.reserve(512);
  const auto secret = setting(settings, "api_secret");
  if (secret.empty())
    return "api_secret is missing: the base64 text that backpack shows when an API key is made";
  signer_ = request_signer::parse(secret);
  if (!signer_)
    return "api_secret is not the base64 of an Ed25519 seed (32 bytes, or 64 with the public key)";
  const auto key = setting(settings, "api_key");
  if (!key.empty() && key != signer_->api_key())
    return "api_key does not belong to api_secret";
  return {};
}

void request_writer::begin(http_method method, std::string_view path,
                           std::string_view instruction) {
  method_ = method;
  target_.assign(path);
  body_.clear();
  text_.clear();
  text_.instruction(instruction);
}

void request_writer::append(std::string_view key, std::string_view value, bool quoted) {
  text_.add(key, value);
  if (method_ == http_method::get) {
    target_ += target_.find('?') == std::string::npos ? '?' : '&';
    target_.append(key).append(1, '=').append(value);
    return;
  }
  body_ += body_.empty() ? '{' : ',';
  body_.append(1, '"').append(key).append("\":");
  if (quoted)
    body_.append(1, '"').append(value).append(1, '"');
  else
    body_.append(value);
}

void request_writer::add(std::string_view key, std::string_view value) { append(key, value, true); }

void request_writer::add(std::string_view key, decimal value) {
  char text[decimal::max_chars];
  append(key, {text, value.to_chars(text)}, true);
}

void request_writer::add(std::string_view key, std::uint64_t value) {
  char text[24];
  const auto stop = std::to_chars(text, text + sizeof text, value).ptr;
  append(key, {text, static_cast<std::size_t>(stop - text)}, false);
}

void request_writer::add_true(std::string_view key) { append(key, "true", false); }

http_request_view request_writer::sign(timestamp now) {
  const auto ms = milliseconds(now);
  text_.validity(ms, default_window_ms);
  signature_.assign(signer_->sign(text_.view()).view());
  timestamp_.clear();
  append_number(timestamp_, ms);
  headers_ = {header_view{"X-API-Key", signer_->api_key()}, header_view{"X-Signature", signature_},
              header_view{"X-Timestamp", timestamp_}, header_view{"X-Window", window_text}};
  http_request_view out;
  out.method = method_;
  out.target = target_;
  out.headers = headers_;
  if (!body_.empty()) {
    body_ += '}';
    out.body = body_;
    out.content_type = "application/json; charset=utf-8";
  }
  return out;
}

http_request_view request_writer::plain(std::string_view path) {
  http_request_view out;
  target_.assign(path);
  out.target = target_;
  return out;
}

std::string_view request_writer::subscription(std::span<const std::string_view> streams,
                                              timestamp now) {
  const auto ms = milliseconds(now);
  text_.clear();
  text_.instruction("subscribe");
  text_.validity(ms, default_window_ms);
  timestamp_.clear();
  append_number(timestamp_, ms);
  body_.clear();
  json_writer json{body_};
  json.open_object().text("method", "SUBSCRIBE").open_array("params");
  for (const auto stream : streams)
    json.text_item(stream);
  json.close_array().open_array("signature").text_item(signer_->api_key());
  json.text_item(signer_->sign(text_.view()).view()).text_item(timestamp_).text_item(window_text);
  json.close_array().close_object();
  return body_;
}

std::string request_writer::redact(std::string text) const {
  if (!signer_)
    return text;
  const std::string_view key = signer_->api_key();
  for (auto at = text.find(key); at != std::string::npos; at = text.find(key, at))
    text.replace(at, key.size(), "***");
  return text;
}

} // namespace actorbot::venues::backpack
