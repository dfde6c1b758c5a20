#include "venues/aster/server_auth.hpp"

#include "venues/crypto/ethereum.hpp"
#include "venues/wire/http_text.hpp"
#include "venues/wire/json_writer.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <stdexcept>

namespace actorbot::venues::aster::server {

namespace {

constexpr std::uint64_t default_window_ms = 5'000;
constexpr std::uint64_t longest_window_ms = 60'000;
constexpr std::uint64_t nonce_tolerance_us = 10'000'000;
constexpr std::size_t nonces_kept = 100;

/// One part of a call cut at its signature.
struct signed_part {
  std::string_view message;
  std::string_view signature;
  bool found = false;
  bool last = true; ///< nothing follows the signature
};

signed_part split(std::string_view part) {
  constexpr std::string_view name = "signature=";
  for (std::size_t at = part.find(name); at != part.npos; at = part.find(name, at + 1)) {
    if (at != 0 && part[at - 1] != '&')
      continue;
    const auto value = part.substr(at + name.size());
    const auto end = value.find('&');
    return {part.substr(0, at == 0 ? 0 : at - 1), value.substr(0, end), true, end == value.npos};
  }
  return {part, {}, false, true};
}

/// Query and body without the signature.
struct message {
  std::string_view query;
  std::string_view body;
  std::string_view signature;
};

std::optional<failure> split(const call_text& text, message& out) {
  const auto query = split(text.query);
  const auto body = split(text.body);
  if (query.found && body.found)
    return refuse::duplicate_parameter("signature");
  out = {query.message, body.message, query.found ? query.signature : body.signature};
  if (out.signature.empty())
    return refuse::missing("signature");
  if (!query.last || !body.last)
    return refuse::bad_signature();
  return std::nullopt;
}

bool looks_like_a_key(std::string_view key) {
  return key.size() == 64 && std::all_of(key.begin(), key.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
         });
}

crypto::address address_of(const std::string& text, const std::string& account) {
  const auto address = crypto::parse_address(text);
  if (!address)
    throw std::invalid_argument{"account " + account + ": not an address: " + text};
  return *address;
}

std::string credential(const account_provision& account, const char* name) {
  const auto found = account.credentials.find(name);
  return found == account.credentials.end() ? std::string{} : found->second;
}

} // namespace

std::optional<failure> nonce_window::take(timestamp now, std::uint64_t nonce) {
  const auto clock = static_cast<std::uint64_t>(to_us(now));
  const auto distance = nonce > clock ? nonce - clock : clock - nonce;
  if (distance > nonce_tolerance_us)
    return failure{-4225, "Nonce Expired"};
  if (used_.contains(nonce))
    return failure{-4225, "Nonce Duplicated"};
  if (used_.size() >= nonces_kept) {
    if (nonce < *used_.begin())
      return failure{-4225, "Nonce Expired"};
    used_.erase(used_.begin());
  }
  used_.insert(nonce);
  return std::nullopt;
}

authenticator::authenticator(const std::vector<account_provision>& accounts,
                             const std::vector<exchange::account_id>& ids,
                             const auth_options& options)
    : options_{options}, domain_{options.chain_id} {
  for (std::size_t i = 0; i < accounts.size(); ++i) {
    const auto& a = accounts[i];
    const auto key = credential(a, "api_key");
    if (!key.empty()) {
      const auto secret = credential(a, "api_secret");
      if (secret.empty())
        throw std::invalid_argument{"account " + a.name + ": api_key without api_secret"};
      key_holder holder{ids[i], hmac_signer{crypto::secret{secret}}};
      if (!keys_.try_emplace(key, std::move(holder)).second)
        throw std::invalid_argument{"account " + a.name + ": api_key of another account"};
    }
    const auto user = credential(a, "user");
    const auto agent = credential(a, "signer");
    if (user.empty() && !agent.empty())
      throw std::invalid_argument{"account " + a.name + ": signer without user"};
    if (user.empty())
      continue;
    const auto main = address_of(user, a.name);
    const auto [at, fresh] = wallets_.try_emplace(main);
    if (!fresh)
      throw std::invalid_argument{"account " + a.name + ": user of another account"};
    at->second.account = ids[i];
    at->second.signers = {agent.empty() ? main : address_of(agent, a.name)};
  }
}

authenticator::verdict authenticator::check(access needed, timestamp now, const call_text& text,
                                            const parameters& values) {
  if (needed == access::open)
    return {};
  if (needed == access::management)
    return check_management(values);
  if (text.version == generation::v3)
    return check_agent(now, text, values);
  return needed == access::key ? check_key(text) : check_hmac(now, text, values);
}

authenticator::verdict authenticator::check_key(const call_text& text) const {
  const auto holder = keys_.find(text.api_key);
  if (holder != keys_.end())
    return {holder->second.account, {}};
  return {{}, looks_like_a_key(text.api_key) ? refuse::bad_key() : refuse::bad_key_format()};
}

authenticator::verdict authenticator::check_hmac(timestamp now, const call_text& text,
                                                 const parameters& values) {
  auto known = check_key(text);
  if (known.refused)
    return known;
  message sent;
  if (auto refused = split(text, sent))
    return {{}, std::move(refused)};
  parameter_reader read{values};
  const auto stamp = read.integer("timestamp");
  const auto window = read.optional_integer("recvWindow").value_or(default_window_ms);
  if (window > longest_window_ms)
    read.fail(refuse::bad_data("recvWindow"));
  if (read.failed())
    return {{}, read.failed()};
  if (!keys_.find(text.api_key)->second.signer.verify(sent.query, sent.body, sent.signature))
    return {{}, refuse::bad_signature()};
  const auto clock = static_cast<std::uint64_t>(to_ms(now));
  if (stamp >= clock + 1000)
    return {{},
            failure{-1021, "Timestamp for this request was 1000ms ahead of the server's time."}};
  if (clock > stamp && clock - stamp > window)
    return {{}, failure{-1021, "Timestamp for this request is outside of the recvWindow."}};
  return known;
}

authenticator::wallet* authenticator::find_wallet(const std::string* user,
                                                  const crypto::address& signer,
                                                  std::optional<failure>& refused) {
  if (user) {
    const auto address = crypto::parse_address(*user);
    if (!address) {
      refused = refuse::missing("user");
      return nullptr;
    }
    const auto found = wallets_.find(*address);
    if (found == wallets_.end() || !found->second.signers.contains(signer)) {
      refused = refuse::bad_key();
      return nullptr;
    }
    return &found->second;
  }
  wallet* only = nullptr;
  for (auto& [address, candidate] : wallets_) {
    if (!candidate.signers.contains(signer))
      continue;
    if (only) {
      refused = refuse::missing("user");
      return nullptr;
    }
    only = &candidate;
  }
  if (!only)
    refused = refuse::bad_key();
  return only;
}

authenticator::verdict authenticator::check_agent(timestamp now, const call_text& text,
                                                  const parameters& values) {
  message sent;
  if (auto refused = split(text, sent))
    return {{}, std::move(refused)};
  parameter_reader read{values};
  const auto signer = crypto::parse_address(read.text("signer"));
  const auto nonce = read.integer("nonce");
  if (!signer)
    read.fail(refuse::missing("signer"));
  if (read.failed())
    return {{}, read.failed()};
  std::optional<failure> refused;
  const auto user = values.find("user");
  auto* owner = find_wallet(user, *signer, refused);
  if (!owner)
    return {{}, std::move(refused)};
  const auto main = user ? *crypto::parse_address(*user) : *signer;
  if (!signed_by(main, *signer, nonce, {text.version, sent.query, sent.body, {}}, values,
                 sent.signature))
    return {{}, refuse::bad_signature()};
  if (auto stale = owner->nonces.take(now, nonce))
    return {{}, std::move(stale)};
  return {owner->account, {}};
}

bool authenticator::signed_by(const crypto::address& user, const crypto::address& signer,
                              std::uint64_t nonce, const call_text& text, const parameters& values,
                              std::string_view signature) const {
  std::string sent{text.query};
  sent += text.body;
  if (recover_signer(domain_.digest(sent), signature) == signer)
    return true;
  if (options_.decoded_fallback)
    if (const auto plain = percent_decode(sent); plain && *plain != sent)
      if (recover_signer(domain_.digest(*plain), signature) == signer)
        return true;
  if (!options_.legacy_abi)
    return false;
  nlohmann::json object = nlohmann::json::object(); // sorted by name
  for (const auto& [name, value] : values.entries())
    if (name != "nonce" && name != "user" && name != "signer" && name != "signature"
        && !object.contains(name))
      object[name] = value;
  const auto json = object.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  return recover_signer(legacy::digest(json, user, signer, nonce), signature) == signer;
}

authenticator::verdict authenticator::check_management(const parameters& values) const {
  parameter_reader read{values};
  const auto user = crypto::parse_address(read.text("user"));
  read.text("signature");
  if (!user)
    read.fail(refuse::missing("user"));
  if (read.failed())
    return {{}, read.failed()};
  const auto found = wallets_.find(*user);
  if (found == wallets_.end())
    return {{}, refuse::bad_key()};
  return {found->second.account, {}};
}

} // namespace actorbot::venues::aster::server
