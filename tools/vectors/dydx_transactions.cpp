#include "tools/vectors/dydx_transactions.hpp"

#include "tools/vectors/convert.hpp"
#include "venues/crypto/base64.hpp"
#include "venues/crypto/hex.hpp"
#include "venues/crypto/sha256.hpp"
#include "venues/dydx/order_ids.hpp"
#include "venues/dydx/signer.hpp"

#include "venues/dydx/proto/clob.pb.h"
#include "venues/dydx/proto/cosmos.pb.h"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace actorbot::vectors::dydx_cases {

using crypto::as_bytes;
using crypto::to_hex;
using namespace venues::dydx;

std::string to_text(const json& hex) {
  const auto data = to_bytes(hex);
  return {data.begin(), data.end()};
}

std::string hex_of(const std::string& data) { return to_hex(as_bytes(data)); }

std::uint64_t to_number(const json& value) {
  return value.is_string() ? std::stoull(value.get<std::string>()) : value.get<std::uint64_t>();
}

namespace {

const json& key_entry(const case_check& check) {
  return check.file().at("keys").at(check.text("key"));
}

std::uint32_t number_in(const json& from, const char* name) {
  return from.contains(name) ? static_cast<std::uint32_t>(to_number(from.at(name))) : 0;
}

void fill_subaccount(wire::SubaccountId& to, const std::string& owner, std::uint32_t number) {
  to.set_owner(owner);
  to.set_number(number);
}

void fill_id(wire::OrderId& to, const json& from, const std::string& owner) {
  fill_subaccount(*to.mutable_subaccount_id(), from.value("owner", owner),
                  number_in(from, "subaccount_number"));
  to.set_client_id(number_in(from, "client_id"));
  to.set_order_flags(number_in(from, "order_flags"));
  to.set_clob_pair_id(number_in(from, "clob_pair_id"));
}

wire::MsgPlaceOrder to_place(const json& from, const std::string& owner) {
  wire::MsgPlaceOrder message;
  auto& order = *message.mutable_order();
  fill_id(*order.mutable_order_id(), from, owner);
  order.set_side(number_in(from, "side"));
  order.set_quantums(to_number(from.at("quantums")));
  order.set_subticks(to_number(from.at("subticks")));
  if (from.contains("good_til_block"))
    order.set_good_til_block(number_in(from, "good_til_block"));
  else
    order.set_good_til_block_time(number_in(from, "good_til_block_time"));
  order.set_time_in_force(number_in(from, "time_in_force"));
  order.set_reduce_only(from.at("reduce_only").get<bool>());
  order.set_client_metadata(number_in(from, "client_metadata"));
  order.set_condition_type(number_in(from, "condition_type"));
  order.set_conditional_order_trigger_subticks(
      to_number(from.at("conditional_order_trigger_subticks")));
  if (from.contains("twap_parameters")) {
    const auto& twap = from.at("twap_parameters");
    order.mutable_twap_parameters()->set_duration(number_in(twap, "duration"));
    order.mutable_twap_parameters()->set_interval(number_in(twap, "interval"));
    order.mutable_twap_parameters()->set_price_tolerance(number_in(twap, "price_tolerance"));
  }
  if (from.contains("builder_code_parameters")) {
    const auto& builder = from.at("builder_code_parameters");
    order.mutable_builder_code_parameters()->set_builder_address(
        builder.at("builder_address").get<std::string>());
    order.mutable_builder_code_parameters()->set_fee_ppm(number_in(builder, "fee_ppm"));
  }
  order.set_order_router_address(from.value("order_router_address", ""));
  return message;
}

wire::MsgCancelOrder to_cancel(const json& from, const std::string& owner) {
  wire::MsgCancelOrder message;
  fill_id(*message.mutable_order_id(), from, owner);
  if (from.contains("good_til_block"))
    message.set_good_til_block(number_in(from, "good_til_block"));
  else
    message.set_good_til_block_time(number_in(from, "good_til_block_time"));
  return message;
}

wire::MsgBatchCancel to_batch(const json& from, const std::string& owner) {
  wire::MsgBatchCancel message;
  fill_subaccount(*message.mutable_subaccount_id(), owner, number_in(from, "subaccount_number"));
  for (const auto& entry : from.at("short_term_cancels")) {
    auto& batch = *message.add_short_term_cancels();
    batch.set_clob_pair_id(number_in(entry, "clob_pair_id"));
    for (const auto& id : entry.at("client_ids"))
      batch.add_client_ids(id.get<std::uint32_t>());
  }
  message.set_good_til_block(number_in(from, "good_til_block"));
  return message;
}

/// The parts of an order's identity that the vectors state beside a message.
void add_identity(json& to, const wire::OrderId& id) {
  const auto& owner = id.subaccount_id();
  const auto subaccount = subaccount_uuid(owner.owner(), owner.number());
  to["subaccount_id_hex"] = hex_of(owner.SerializeAsString());
  to["indexer_subaccount_uuid"] = subaccount;
  to["order_id_hex"] = hex_of(id.SerializeAsString());
  to["indexer_order_uuid"]
      = order_uuid(subaccount, {id.client_id(), id.order_flags(), id.clob_pair_id()});
}

/// Adds the message and returns what is to be compared of it.
json add_message(transaction_signer& signer, const json& from, const std::string& owner) {
  const auto type = from.at("type").get<std::string>();
  const auto url = "/dydxprotocol.clob." + type;
  json found = {{"type_url", url}};
  std::string bytes;
  if (type == "MsgPlaceOrder") {
    const auto message = to_place(from.at("order"), owner);
    signer.add(message);
    bytes = message.SerializeAsString();
    add_identity(found, message.order().order_id());
    found["order_hex"] = hex_of(message.order().SerializeAsString());
  } else if (type == "MsgCancelOrder") {
    const auto message = to_cancel(from, owner);
    signer.add(message);
    bytes = message.SerializeAsString();
    add_identity(found, message.order_id());
  } else if (type == "MsgBatchCancel") {
    const auto message = to_batch(from, owner);
    signer.add(message);
    bytes = message.SerializeAsString();
    const auto& subaccount = message.subaccount_id();
    found["subaccount_id_hex"] = hex_of(subaccount.SerializeAsString());
    found["indexer_subaccount_uuid"] = subaccount_uuid(subaccount.owner(), subaccount.number());
  } else {
    throw std::runtime_error("a message type that is not known: " + type);
  }
  wire::Any any;
  any.set_type_url(url);
  any.set_value(bytes);
  found["msg_hex"] = hex_of(bytes);
  found["any_hex"] = hex_of(any.SerializeAsString());
  return found;
}

/// The official client writes an empty packed list as "0a 00", which protobuf leaves out.
std::string extension_of(const json& from) {
  const auto& ids = from.at("selected_authenticators");
  return ids.empty() ? std::string{"\x0a\x00", 2} : tx_extension(ids.at(0).get<std::uint64_t>());
}

void check_messages(case_check& check, const json& found) {
  // Compared member by member, so that a member nobody works out is noticed.
  const auto& wanted = check.expected("messages");
  check.require(wanted.size() == found.size(), "as many messages");
  json named = json::array();
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    json one = json::object();
    for (const auto& [name, value] : wanted.at(i).items())
      one[name] = found.at(i).contains(name) ? found.at(i).at(name) : json(nullptr);
    named.push_back(one);
  }
  check.equal("messages", named);
}

/// Transactions of other clients: read with our messages, their signature checked over the bytes
/// received.
json fields_of(const wire::OrderId& id) {
  return {{"subaccount_id",
           {{"owner", id.subaccount_id().owner()}, {"number", id.subaccount_id().number()}}},
          {"client_id", id.client_id()},
          {"order_flags", id.order_flags()},
          {"clob_pair_id", id.clob_pair_id()}};
}

void parse(google::protobuf::MessageLite& to, const std::string& from) {
  if (!to.ParseFromString(from))
    throw std::runtime_error("protobuf cannot read " + hex_of(from));
}

json read_message(const wire::Any& any) {
  json found = {{"type_url", any.type_url()}, {"value_hex", hex_of(any.value())}};
  json& fields = found["fields"];
  const wire::OrderId* id = nullptr;
  wire::MsgPlaceOrder place;
  wire::MsgCancelOrder cancel;
  if (any.type_url().ends_with("MsgPlaceOrder")) {
    parse(place, any.value());
    const auto& o = place.order();
    id = &o.order_id();
    json order = {{"order_id", fields_of(*id)},
                  {"side", o.side()},
                  {"quantums", std::to_string(o.quantums())},
                  {"subticks", std::to_string(o.subticks())}};
    if (o.has_good_til_block())
      order["good_til_block"] = o.good_til_block();
    else
      order["good_til_block_time"] = o.good_til_block_time();
    order["time_in_force"] = o.time_in_force();
    order["reduce_only"] = o.reduce_only();
    order["client_metadata"] = o.client_metadata();
    order["condition_type"] = o.condition_type();
    order["conditional_order_trigger_subticks"]
        = std::to_string(o.conditional_order_trigger_subticks());
    order["order_router_address"] = o.order_router_address();
    fields["order"] = order;
  } else if (any.type_url().ends_with("MsgCancelOrder")) {
    parse(cancel, any.value());
    id = &cancel.order_id();
    fields["order_id"] = fields_of(*id);
    if (cancel.has_good_til_block())
      fields["good_til_block"] = cancel.good_til_block();
    else
      fields["good_til_block_time"] = cancel.good_til_block_time();
  } else {
    wire::MsgBatchCancel batch;
    parse(batch, any.value());
    const auto& subaccount = batch.subaccount_id();
    fields["subaccount_id"] = {{"owner", subaccount.owner()}, {"number", subaccount.number()}};
    fields["short_term_cancels"] = json::array();
    for (const auto& entry : batch.short_term_cancels())
      fields["short_term_cancels"].push_back(
          {{"clob_pair_id", entry.clob_pair_id()},
           {"client_ids",
            std::vector<std::uint32_t>(entry.client_ids().begin(), entry.client_ids().end())}});
    fields["good_til_block"] = batch.good_til_block();
  }
  if (id != nullptr)
    found["indexer_order_uuid"]
        = order_uuid(subaccount_uuid(id->subaccount_id().owner(), id->subaccount_id().number()),
                     {id->client_id(), id->order_flags(), id->clob_pair_id()});
  return found;
}

} // namespace

void run_tx(case_check& check) {
  transaction_signer signer{to_private_key(key_entry(check).at("private_key_hex")),
                            check.text("chain_id")};
  signer.begin(check.text("memo"));
  json messages = json::array();
  for (const auto& message : check.input("messages"))
    messages.push_back(add_message(signer, message, check.text("signer_address")));
  const auto& extension = check.input("tx_extension");
  if (extension.at("present").get<bool>())
    signer.extend(extension_of(extension));
  const auto& made
      = signer.sign({to_number(check.input("account_number")), to_number(check.input("sequence")),
                     to_number(check.input("gas_limit"))});
  const crypto::byte_view signature{made.signature};
  check_messages(check, messages);
  check.equal("body_bytes_hex", hex_of(made.body));
  check.equal("public_key_any_hex", hex_of(signer.public_key_any()));
  check.equal("auth_info_bytes_hex", hex_of(made.auth_info));
  check.equal("sign_doc_bytes_hex", hex_of(made.sign_doc));
  check.equal("sign_doc_sha256_hex", to_hex(made.digest));
  check.equal("signature_r_hex", to_hex(signature.first(32)));
  check.equal("signature_s_hex", to_hex(signature.subspan(32)));
  check.equal("signature_hex", to_hex(signature));
  check.equal("tx_raw_hex", hex_of(made.raw));
  check.equal("tx_raw_base64", crypto::to_base64(as_bytes(made.raw)));
  check.equal("tx_hash_hex_upper", made.hash());
  check.require(crypto::verify(signer.public_key(), made.digest, made.signature),
                "the chain accepts the signature");
  auto other = made.digest;
  other[0] ^= 1;
  check.require(!crypto::verify(signer.public_key(), other, made.signature),
                "of other bytes it does not");
}

void run_recorded(case_check& check) {
  const auto raw_bytes = to_text(check.input("tx_raw_hex"));
  wire::TxRaw raw;
  wire::TxBody body;
  wire::AuthInfo auth;
  parse(raw, raw_bytes);
  parse(body, raw.body_bytes());
  parse(auth, raw.auth_info_bytes());
  json messages = json::array();
  for (const auto& any : body.messages())
    messages.push_back(read_message(any));
  json extensions = json::array();
  for (const auto& any : body.non_critical_extension_options())
    extensions.push_back({{"type_url", any.type_url()}, {"value_hex", hex_of(any.value())}});
  check_messages(check, messages);
  check.equal("memo", body.memo());
  check.equal("non_critical_extension_options", extensions);
  check.equal("signer_sequence", std::to_string(auth.signer_infos(0).sequence()));
  check.equal("gas_limit", std::to_string(auth.fee().gas_limit()));
  check.equal("fee_amount", json::array());
  check.require(auth.fee().amount_size() == 0, "no fee");

  wire::SignDoc doc;
  doc.set_body_bytes(raw.body_bytes());
  doc.set_auth_info_bytes(raw.auth_info_bytes());
  doc.set_chain_id(check.text("chain_id"));
  doc.set_account_number(to_number(check.input("account_number")));
  const auto doc_bytes = doc.SerializeAsString();
  const auto digest = crypto::sha256(doc_bytes);
  std::array<std::uint8_t, 64> signature{};
  check.require(raw.signatures(0).size() == signature.size(), "64 bytes of signature");
  std::copy(raw.signatures(0).begin(), raw.signatures(0).end(), signature.begin());
  wire::PubKey key;
  parse(key, auth.signer_infos(0).public_key().value());
  check.require(hex_of(key.key()) == check.text("public_key_compressed_hex"), "the signer's key");
  const auto point = crypto::parse_public_key(as_bytes(key.key())).value();
  check.equal("sign_doc_bytes_hex", hex_of(doc_bytes));
  check.equal("sign_doc_sha256_hex", to_hex(digest));
  check.equal("signature_hex", to_hex(signature));
  check.equal("signature_valid", crypto::verify(point, digest, signature));
  signed_transaction named;
  named.raw = raw_bytes;
  check.equal("tx_hash_hex_upper", named.hash());
}

} // namespace actorbot::vectors::dydx_cases
