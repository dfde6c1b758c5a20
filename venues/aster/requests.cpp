#include "venues/aster/requests.hpp"

#include "venues/aster/session.hpp"
#include "venues/crypto/ethereum.hpp"

#include <charconv>

namespace actorbot::venues::aster {

namespace {

/// V1: how long a request may travel (ms). With the venue's tolerance of 1 s for clocks that run
/// ahead it bounds how late an order can still appear.
constexpr std::uint64_t receive_window_ms = 5000;
/// V3: a nonce may be this far from the venue's clock.
constexpr std::uint64_t nonce_window_us = 10'000'000;

constexpr std::string_view form_type = "application/x-www-form-urlencoded";

void replace_all(std::string& text, std::string_view what) {
  if (what.size() < 8)
    return; // nothing worth hiding is that short
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at))
    text.replace(at, what.size(), "***");
}

} // namespace

std::string request_writer::configure(const session_settings& settings) {
  parameters_.reserve(1024);
  target_.reserve(1024);
  v1_ = uses_v1(settings);
  if (v1_) {
    api_key_ = setting(settings, "api_key");
    const auto key = setting(settings, "api_secret");
    if (api_key_.empty() || key.empty())
      return "api = \"v1\" needs api_key and api_secret";
    hmac_.emplace(crypto::secret{key});
    headers_[0] = {"X-MBX-APIKEY", api_key_};
    return {};
  }
  user_ = setting(settings, "user");
  const auto key = setting(settings, "signer_key");
  if (user_.empty() || key.empty())
    return "api = \"v3\" needs user (the account's wallet address) and signer_key (the key of "
           "its API wallet)";
  if (!crypto::parse_address(user_))
    return "user is not an address: 0x and 40 hexadecimal digits are expected";
  std::string error;
  auto parsed = crypto::private_key::parse(key, error);
  if (!parsed)
    return "signer_key: " + error;
  signer_ = crypto::checksum_text(parsed->address());
  agent_.emplace(std::move(*parsed),
                 settings.environment == "testnet" ? testnet_chain_id : mainnet_chain_id);
  return {};
}

void request_writer::begin() { parameters_.clear(); }

void request_writer::add(std::string_view name, std::string_view value) {
  if (!parameters_.empty())
    parameters_ += '&';
  parameters_.append(name).append(1, '=').append(value);
}

void request_writer::add(std::string_view name, decimal value) {
  char text[decimal::max_chars];
  add(name, std::string_view{text, value.to_chars(text)});
}

void request_writer::add(std::string_view name, std::uint64_t value) {
  char text[24];
  const auto stop = std::to_chars(text, text + sizeof text, value).ptr;
  add(name, std::string_view{text, static_cast<std::size_t>(stop - text)});
}

std::uint64_t request_writer::next_nonce(timestamp now) {
  const auto now_us = static_cast<std::uint64_t>(std::max<std::int64_t>(to_us(now), 0));
  // After our clock was set back, nonces beyond the window would be refused until it caught up.
  if (last_nonce_ > now_us + nonce_window_us)
    last_nonce_ = 0;
  return last_nonce_ = std::max(last_nonce_ + 1, now_us);
}

http_request_view request_writer::sign(http_method method, std::string_view path, timestamp now) {
  if (v1_) {
    add("recvWindow", receive_window_ms);
    add("timestamp", static_cast<std::uint64_t>(std::max<std::int64_t>(to_ms(now), 0)));
    hmac_text signature;
    hmac_->sign(parameters_, {}, signature);
    add("signature", as_text(signature));
    return finish(method, path, method == http_method::post || method == http_method::put);
  }
  add("nonce", next_nonce(now));
  add("user", user_);
  add("signer", signer_);
  signature_text signature;
  agent_->sign(parameters_, signature);
  add("signature", as_text(signature));
  return finish(method, path, method != http_method::get);
}

http_request_view request_writer::plain(http_method method, std::string_view path) {
  return finish(method, path, false);
}

http_request_view request_writer::finish(http_method method, std::string_view path, bool in_body) {
  http_request_view out;
  out.method = method;
  target_.assign(path);
  if (in_body) {
    out.body = parameters_;
    out.content_type = form_type;
  } else if (!parameters_.empty()) {
    target_.append(1, '?').append(parameters_);
  }
  out.target = target_;
  if (v1_)
    out.headers = headers_;
  return out;
}

std::string request_writer::redact(std::string text) const {
  for (const std::string_view what : {std::string_view{api_key_}, std::string_view{hidden_}})
    replace_all(text, what);
  return text;
}

} // namespace actorbot::venues::aster
