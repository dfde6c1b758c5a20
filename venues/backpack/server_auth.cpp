#include "venues/backpack/server_auth.hpp"

#include "venues/crypto/base64.hpp"
#include "venues/wire/json_reader.hpp"

#include <algorithm>
#include <stdexcept>

namespace actorbot::venues::backpack::server {

namespace {

constexpr std::string_view default_window = "5000";
constexpr std::int64_t longest_window_ms = 60'000;

std::optional<crypto::bytes32> read_key(std::string_view text, bool allow_pair) {
  const auto raw = crypto::from_base64(text);
  if (!raw || !(raw->size() == 32 || (allow_pair && raw->size() == 64)))
    return std::nullopt;
  crypto::bytes32 out{};
  std::copy_n(raw->begin(), out.size(), out.begin());
  return out;
}

} // namespace

void authenticator::add(const account_provision& account, exchange::account_id id) {
  std::optional<crypto::bytes32> key;
  for (const auto& [name, value] : account.credentials) {
    if (name != "api_key" && name != "secret")
      throw std::invalid_argument{account.name + ": backpack knows no credential " + name};
    const auto raw = read_key(value, name == "secret");
    if (!raw)
      throw std::invalid_argument{account.name + ": " + name + " is not the base64 of a key"};
    const auto found = name == "secret" ? crypto::ed25519_private_key{*raw}.public_key() : *raw;
    if (key && *key != found)
      throw std::invalid_argument{account.name + ": api_key and secret do not belong together"};
    key = found;
  }
  if (!key)
    throw std::invalid_argument{account.name + ": neither api_key nor secret"};
  if (!holders_.try_emplace(crypto::to_base64(*key), holder{id, crypto::ed25519_public_key{*key}})
           .second)
    throw std::invalid_argument{account.name + ": api_key is used twice"};
}

verdict authenticator::check(timestamp now, const signature_parts& parts, std::string text) {
  const auto refused = [](failure why) { return verdict{std::nullopt, std::move(why)}; };
  if (!read_key(parts.api_key, false))
    return refused(refuse::header("X-API-Key"));
  const auto signature = crypto::from_base64(parts.signature);
  if (!signature || signature->size() != 64)
    return refused(refuse::header("X-Signature"));
  const auto sent = parse_ms(parts.timestamp);
  if (!sent)
    return refused(refuse::header("X-Timestamp"));
  const auto window_text = parts.window.empty() ? default_window : parts.window;
  const auto window = parse_ms(window_text);
  if (!window || to_ms(*window) > longest_window_ms)
    return refused(refuse::header("X-Window"));
  const auto found = holders_.find(parts.api_key);
  if (found == holders_.end())
    return refused(refuse::unauthorized());
  text += "&timestamp=";
  text += parts.timestamp;
  text += "&window=";
  text += window_text;
  if (!found->second.key.verify(crypto::as_bytes(text), *signature))
    return refused(refuse::request("Invalid signature"));
  if (to_ms(now) > to_ms(*sent) + to_ms(*window))
    return refused(refuse::request("Request has expired"));
  if (to_ms(*sent) > to_ms(now) + to_ms(*window))
    return refused(refuse::request("Request timestamp is in the future"));
  return {found->second.account, std::nullopt};
}

} // namespace actorbot::venues::backpack::server
