#include "venues/dydx/requests.hpp"

#include "venues/crypto/base64.hpp"
#include "venues/crypto/hex.hpp"
#include "venues/dydx/wallet.hpp"
#include "venues/wire/json_writer.hpp"
#include "venues/wire/session_words.hpp"

#include "venues/dydx/proto/clob.pb.h"

#include <utility>

namespace actorbot::venues::dydx {

namespace {

constexpr std::int64_t largest_subaccount = 128'000;

std::optional<std::int64_t> integer_setting(const session_settings& settings,
                                            std::string_view name) {
  return settings.parameters.has(name) ? std::optional{settings.parameters.integer(name)}
                                       : std::nullopt;
}

} // namespace

struct request_writer::messages {
  wire::MsgPlaceOrder place;
  wire::MsgCancelOrder cancel;

  /// The owner and number of the subaccount stay as they are.
  static void fill(wire::OrderId& to, const order_reference& from) {
    to.set_client_id(from.client_id);
    to.set_order_flags(from.flags);
    to.set_clob_pair_id(from.clob_pair);
  }
};

request_writer::request_writer() : messages_{std::make_unique<messages>()} {}
request_writer::~request_writer() = default;

std::string chain_id_of(const session_settings& settings) {
  if (const auto set = setting(settings, "chain_id"); !set.empty())
    return std::string{set};
  if (settings.environment == "mainnet")
    return "dydx-mainnet-1";
  return settings.environment == "testnet" ? "dydx-testnet-4" : "localdydxprotocol";
}

std::string request_writer::configure(const session_settings& settings) {
  auto error = configure_key(settings);
  if (error.empty())
    error = configure_owner(settings, address_of(signer_->public_key()));
  if (!error.empty())
    return error;
  subaccount_id_ = subaccount_uuid(address_, subaccount_);
  for (auto* const id : {messages_->place.mutable_order()->mutable_order_id(),
                         messages_->cancel.mutable_order_id()}) {
    id->mutable_subaccount_id()->set_owner(address_);
    id->mutable_subaccount_id()->set_number(subaccount_);
  }
  body_.reserve(2048);
  target_.reserve(512);
  base64_.resize(2048);
  return {};
}

std::string request_writer::configure_key(const session_settings& settings) {
  const auto words = setting(settings, "mnemonic");
  const auto hex = setting(settings, "private_key");
  if (words.empty() == hex.empty())
    return "dydx needs one of mnemonic and private_key";
  std::string error;
  auto key
      = words.empty() ? crypto::private_key::parse(hex, error) : key_from_mnemonic(words, error);
  if (!key)
    return (words.empty() ? "private_key: " : "mnemonic: ") + error;
  signer_.emplace(std::move(*key), chain_id_of(settings));
  return {};
}

/// Whose subaccount is traded: the key's own, or one that has given the key a permission.
std::string request_writer::configure_owner(const session_settings& settings,
                                            const std::string& own_address) {
  const auto number = integer_setting(settings, "subaccount").value_or(0);
  if (number < 0 || number > largest_subaccount)
    return "subaccount lies between 0 and 128000, found " + std::to_string(number);
  subaccount_ = static_cast<std::uint32_t>(number);
  const auto owner = setting(settings, "address");
  const auto authenticator = integer_setting(settings, "authenticator");
  if (authenticator && *authenticator < 0)
    return "authenticator is a number that the chain gave, found " + std::to_string(*authenticator);
  if (!owner.empty() && !is_address(owner))
    return "address is not one of dydx: dydx1 and 38 characters are expected";
  if (authenticator && owner.empty())
    return "authenticator needs address: the account that gave this key the permission";
  if (!owner.empty() && owner != own_address && !authenticator)
    return "the key belongs to " + own_address + " and not to the address " + std::string{owner}
           + " (a permissioned key needs authenticator)";
  address_ = owner.empty() ? own_address : std::string{owner};
  if (authenticator)
    extension_ = tx_extension(static_cast<std::uint64_t>(*authenticator));
  return {};
}

// -- the node ----------------------------------------------------------------------------------------

http_request_view request_writer::place(std::uint64_t id, const order_terms& terms,
                                        std::uint64_t sequence) {
  auto& order = *messages_->place.mutable_order();
  messages::fill(*order.mutable_order_id(), terms.order);
  order.set_side(terms.order_side == side::buy ? 1 : 2);
  order.set_quantums(terms.quantums);
  order.set_subticks(terms.subticks);
  if (terms.order.flags == short_term_flags)
    order.set_good_til_block(terms.good_til);
  else
    order.set_good_til_block_time(terms.good_til);
  order.set_time_in_force(terms.time_in_force);
  order.set_reduce_only(terms.reduce_only);
  order.set_client_metadata(terms.client_metadata);
  signer_->begin();
  signer_->add(messages_->place);
  return broadcast(id, sequence);
}

http_request_view request_writer::cancel(std::uint64_t id, const order_reference& order,
                                         std::uint32_t good_til, std::uint64_t sequence) {
  auto& message = messages_->cancel;
  messages::fill(*message.mutable_order_id(), order);
  if (order.flags == short_term_flags)
    message.set_good_til_block(good_til);
  else
    message.set_good_til_block_time(good_til);
  signer_->begin();
  signer_->add(message);
  return broadcast(id, sequence);
}

http_request_view request_writer::broadcast(std::uint64_t id, std::uint64_t sequence) {
  if (!extension_.empty())
    signer_->extend(extension_);
  const auto& signed_now = signer_->sign({account_number_, sequence, usual_gas_limit});
  const auto size = crypto::write_base64(crypto::as_bytes(signed_now.raw), base64_);
  begin_call(id, "broadcast_tx_sync");
  body_.append("\"tx\":\"").append(base64_.data(), size).append("\"");
  return finish_call();
}

http_request_view request_writer::account_query(std::uint64_t id) {
  begin_call(id, "abci_query");
  body_.append("\"path\":\"/cosmos.auth.v1beta1.Query/Account\",\"data\":\"")
      .append(crypto::to_hex(crypto::as_bytes(account_request(address_))))
      .append("\",\"prove\":false");
  return finish_call();
}

http_request_view request_writer::height_query(std::uint64_t id) {
  begin_call(id, "abci_info");
  return finish_call();
}

void request_writer::begin_call(std::uint64_t id, std::string_view method) {
  body_.assign("{\"jsonrpc\":\"2.0\",\"id\":");
  append_number(body_, id);
  body_.append(",\"method\":\"").append(method).append("\",\"params\":{");
}

http_request_view request_writer::finish_call() {
  body_ += "}}";
  http_request_view out;
  out.method = http_method::post;
  out.target = "/";
  out.body = body_;
  out.content_type = "application/json";
  return out;
}

// -- the Indexer -------------------------------------------------------------------------------------

http_request_view request_writer::indexer(std::string_view target) {
  target_.assign(target);
  http_request_view out;
  out.target = target_;
  return out;
}

http_request_view request_writer::indexer_account(std::string_view path, std::string_view rest) {
  target_.assign(path).append("?address=").append(address_).append("&subaccountNumber=");
  append_number(target_, std::uint64_t{subaccount_});
  target_.append(rest);
  http_request_view out;
  out.target = target_;
  return out;
}

http_request_view request_writer::indexer_subaccount() {
  target_.assign("/v4/addresses/").append(address_).append("/subaccountNumber/");
  append_number(target_, std::uint64_t{subaccount_});
  http_request_view out;
  out.target = target_;
  return out;
}

http_request_view request_writer::indexer_order(std::string_view uuid) {
  target_.assign("/v4/orders/").append(uuid);
  http_request_view out;
  out.target = target_;
  return out;
}

} // namespace actorbot::venues::dydx
