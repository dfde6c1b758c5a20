#include "venues/dydx/signer.hpp"

#include "venues/crypto/hex.hpp"
#include "venues/crypto/sha256.hpp"

#include "venues/dydx/proto/clob.pb.h"
#include "venues/dydx/proto/cosmos.pb.h"

#include <algorithm>
#include <utility>

namespace actorbot::venues::dydx {

namespace {

constexpr std::string_view place_url = "/dydxprotocol.clob.MsgPlaceOrder";
constexpr std::string_view cancel_url = "/dydxprotocol.clob.MsgCancelOrder";
constexpr std::string_view batch_url = "/dydxprotocol.clob.MsgBatchCancel";
constexpr std::string_view extension_url = "/dydxprotocol.accountplus.TxExtension";
constexpr std::string_view public_key_url = "/cosmos.crypto.secp256k1.PubKey";
constexpr std::string_view account_url = "/cosmos.auth.v1beta1.BaseAccount";
constexpr std::uint32_t sign_mode_direct = 1;

void set(std::string& to, std::string_view from) { to.assign(from.data(), from.size()); }

wire::Any to_any(const crypto::public_key& key) {
  const auto point = key.compressed();
  wire::PubKey message;
  message.set_key(point.data(), point.size());
  wire::Any any;
  set(*any.mutable_type_url(), public_key_url);
  message.SerializeToString(any.mutable_value());
  return any;
}

} // namespace

struct transaction_signer::scratch {
  wire::TxBody body;
  wire::AuthInfo auth_info; ///< all but sequence and gas is the same each time
  wire::SignDoc sign_doc;
  wire::TxRaw raw;
};

std::string signed_transaction::hash() const {
  auto text = crypto::to_hex(crypto::sha256(raw));
  std::transform(text.begin(), text.end(), text.begin(), [](char c) {
    return c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  return text;
}

transaction_signer::transaction_signer(crypto::private_key key, std::string chain_id)
    : key_{std::move(key)}, chain_id_{std::move(chain_id)}, scratch_{std::make_unique<scratch>()} {
  const auto any = to_any(key_.public_key());
  public_key_any_ = any.SerializeAsString();
  auto& signer = *scratch_->auth_info.add_signer_infos();
  *signer.mutable_public_key() = any;
  signer.mutable_mode_info()->mutable_single()->set_mode(sign_mode_direct);
  scratch_->auth_info.mutable_fee();
  scratch_->sign_doc.set_chain_id(chain_id_);
  scratch_->raw.add_signatures();
}

transaction_signer::~transaction_signer() = default;
transaction_signer::transaction_signer(transaction_signer&&) noexcept = default;
transaction_signer& transaction_signer::operator=(transaction_signer&&) noexcept = default;

void transaction_signer::begin(std::string_view memo) {
  scratch_->body.Clear();
  set(*scratch_->body.mutable_memo(), memo);
}

template <class Message>
void transaction_signer::add_any(std::string_view type_url, const Message& message) {
  auto& any = *scratch_->body.add_messages();
  set(*any.mutable_type_url(), type_url);
  message.SerializeToString(any.mutable_value());
}

void transaction_signer::add(const wire::MsgPlaceOrder& message) { add_any(place_url, message); }
void transaction_signer::add(const wire::MsgCancelOrder& message) { add_any(cancel_url, message); }
void transaction_signer::add(const wire::MsgBatchCancel& message) { add_any(batch_url, message); }

void transaction_signer::extend(std::string_view tx_extension) {
  auto& any = *scratch_->body.add_non_critical_extension_options();
  set(*any.mutable_type_url(), extension_url);
  set(*any.mutable_value(), tx_extension);
}

const signed_transaction& transaction_signer::sign(const signing_terms& terms) {
  auto& s = *scratch_;
  s.body.SerializeToString(&result_.body);
  s.auth_info.mutable_signer_infos(0)->set_sequence(terms.sequence);
  s.auth_info.mutable_fee()->set_gas_limit(terms.gas_limit);
  s.auth_info.SerializeToString(&result_.auth_info);
  s.sign_doc.set_body_bytes(result_.body);
  s.sign_doc.set_auth_info_bytes(result_.auth_info);
  s.sign_doc.set_account_number(terms.account_number);
  s.sign_doc.SerializeToString(&result_.sign_doc);
  result_.digest = crypto::sha256(result_.sign_doc);
  const auto signature = key_.sign_recoverable(result_.digest);
  std::copy(signature.r.begin(), signature.r.end(), result_.signature.begin());
  std::copy(signature.s.begin(), signature.s.end(), result_.signature.begin() + 32);
  s.raw.set_body_bytes(result_.body);
  s.raw.set_auth_info_bytes(result_.auth_info);
  s.raw.set_signatures(0, result_.signature.data(), result_.signature.size());
  s.raw.SerializeToString(&result_.raw);
  return result_;
}

std::string tx_extension(std::uint64_t authenticator) {
  wire::TxExtension message;
  message.add_selected_authenticators(authenticator);
  return message.SerializeAsString();
}

std::string account_request(std::string_view address) {
  wire::QueryAccountRequest message;
  set(*message.mutable_address(), address);
  return message.SerializeAsString();
}

bool read_account(std::string_view response, account_numbers& out) {
  wire::QueryAccountResponse message;
  wire::BaseAccount account;
  wire::PubKey key;
  if (!message.ParseFromArray(response.data(), static_cast<int>(response.size()))
      || message.account().type_url() != account_url
      || !account.ParseFromString(message.account().value())
      || (account.has_pub_key() && !key.ParseFromString(account.pub_key().value())))
    return false;
  out = {account.address(), account.account_number(), account.sequence(), key.key()};
  return true;
}

} // namespace actorbot::venues::dydx
