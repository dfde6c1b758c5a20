#include "venues/grvt/server_signatures.hpp"

#include "venues/crypto/ethereum.hpp"
#include "venues/crypto/hex.hpp"

#include <limits>

namespace actorbot::venues::grvt::server {

namespace {

using crypto::abi_value;

abi_value number(std::uint64_t value) { return abi_value::number(value); }

abi_value expiration_of(const signature_fields& by) {
  return number(static_cast<std::uint64_t>(to_ns(by.expires)));
}

crypto::typed_data_types make_types() {
  crypto::typed_data_types types;
  const std::vector<crypto::typed_member> head{{"subAccountID", "uint64"}, {"isMarket", "bool"},
                                               {"timeInForce", "uint8"},   {"postOnly", "bool"},
                                               {"reduceOnly", "bool"},     {"legs", "OrderLeg[]"}};
  const std::vector<crypto::typed_member> tail{{"nonce", "uint32"}, {"expiration", "int64"}};
  const auto add = [&](const char* name, std::vector<crypto::typed_member> members) {
    members.insert(members.end(), tail.begin(), tail.end());
    types.add(name, std::move(members));
  };
  types.add("OrderLeg", {{"assetID", "uint256"},
                         {"contractSize", "uint64"},
                         {"limitPrice", "uint64"},
                         {"isBuyingContract", "bool"}});
  add("Order", head);
  auto with_builder = head;
  with_builder.push_back({"builder", "address"});
  with_builder.push_back({"builderFee", "uint32"});
  add("OrderWithBuilderFee", with_builder);
  types.add("WalletLogin", {{"signer", "address"}, {"nonce", "uint32"}, {"expiration", "int64"}});
  add("AuthorizeBuilder", {{"mainAccountID", "address"},
                           {"builderAccountID", "address"},
                           {"maxFutureFeeRate", "uint32"},
                           {"maxSpotFeeRate", "uint32"}});
  add("SetSubAccountPositionMarginConfig", {{"subAccountID", "uint64"},
                                            {"asset", "uint256"},
                                            {"marginType", "uint8"},
                                            {"leverage", "int32"}});
  return types;
}

crypto::bytes32 domain(std::uint64_t chain) {
  crypto::typed_data_domain d;
  d.name = "GRVT Exchange";
  d.version = "0";
  d.chain_id = crypto::to_word(chain);
  return d.separator();
}

/// Exactly 64 digits, with or without "0x".
bool read_scalar(const std::string& text, crypto::bytes32& out) {
  const auto digits = crypto::strip_0x(text);
  return digits.size() == 64 && crypto::read_hex(digits, out);
}

} // namespace

std::optional<std::uint64_t> scaled(decimal value, int places, std::uint64_t limit) {
  if (value.is_negative())
    return std::nullopt;
  auto units = value.raw();
  for (int i = places; i < decimal::scale; ++i)
    units /= 10;
  if (units > static_cast<int128>(limit))
    return std::nullopt;
  return static_cast<std::uint64_t>(units);
}

signature_check::signature_check(std::uint64_t chain, std::uint64_t ethereum)
    : chain_{chain}, types_{make_types()} {
  domains_[chain] = domain(chain);
  domains_[ethereum] = domain(ethereum);
}

std::optional<failure> signature_check::read(const json_value& from, timestamp now,
                                             signature_fields& out) const {
  reader sig{from};
  const auto r = sig.text("r");
  const auto s = sig.text("s");
  const auto v = sig.unsigned64("v");
  const auto signer = crypto::parse_address(sig.text("signer"));
  const auto expiration = sig.signed64("expiration");
  const auto nonce = sig.unsigned64("nonce");
  const auto chain = sig.unsigned64("chain_id").value_or(0);
  if (sig.bad() || !signer || !expiration || !nonce
      || *nonce > std::numeric_limits<std::uint32_t>::max())
    return refuse(1003);
  if (!read_scalar(r, out.value.r) || !read_scalar(s, out.value.s))
    return refuse(2006);
  if (v != 27U && v != 28U)
    return refuse(2005);
  out.value.recovery_id = static_cast<std::uint8_t>(*v - 27);
  if (!out.value.low_s())
    return refuse(2007);
  out.chain = chain == 0 ? chain_ : chain;
  if (!domains_.contains(out.chain))
    return refuse(1012);
  out.signer = *signer;
  out.nonce = static_cast<std::uint32_t>(*nonce);
  out.expires = from_ns(*expiration);
  if (*expiration < 0 || out.expires <= now)
    return refuse(2001);
  return std::nullopt;
}

std::optional<failure> signature_check::check(const signature_fields& given,
                                              const crypto::bytes32& struct_hash,
                                              crypto::bytes32& digest) const {
  digest = crypto::typed_data_digest(domains_.at(given.chain), struct_hash);
  const auto key = crypto::recover(digest, given.value);
  if (!key || key->address() != given.signer)
    return refuse(2002);
  return std::nullopt;
}

crypto::bytes32 signature_check::order_hash(const order_terms& order,
                                            const signature_fields& by) const {
  auto leg = abi_value::list({number(order.asset), number(order.size), number(order.price),
                              abi_value::boolean(order.is_buying)});
  std::vector<abi_value> values{number(order.sub_account),
                                abi_value::boolean(order.is_market),
                                number(order.time_in_force),
                                abi_value::boolean(order.post_only),
                                abi_value::boolean(order.reduce_only),
                                abi_value::list({std::move(leg)})};
  if (order.builder) {
    values.push_back(abi_value::account(*order.builder));
    values.push_back(number(order.builder_fee));
  }
  values.push_back(number(by.nonce));
  values.push_back(expiration_of(by));
  return types_.hash_struct(order.builder ? "OrderWithBuilderFee" : "Order",
                            abi_value::list(std::move(values)));
}

crypto::bytes32 signature_check::login_hash(const signature_fields& by) const {
  return types_.hash_struct("WalletLogin", abi_value::list({abi_value::account(by.signer),
                                                            number(by.nonce), expiration_of(by)}));
}

crypto::bytes32 signature_check::builder_hash(const crypto::address& main,
                                              const crypto::address& builder,
                                              std::uint32_t futures_fee, std::uint32_t spot_fee,
                                              const signature_fields& by) const {
  return types_.hash_struct(
      "AuthorizeBuilder",
      abi_value::list({abi_value::account(main), abi_value::account(builder), number(futures_fee),
                       number(spot_fee), number(by.nonce), expiration_of(by)}));
}

crypto::bytes32 signature_check::position_config_hash(std::uint64_t sub_account,
                                                      std::uint64_t asset, std::uint8_t margin_type,
                                                      std::uint32_t leverage,
                                                      const signature_fields& by) const {
  return types_.hash_struct(
      "SetSubAccountPositionMarginConfig",
      abi_value::list({number(sub_account), number(asset), number(margin_type), number(leverage),
                       number(by.nonce), expiration_of(by)}));
}

} // namespace actorbot::venues::grvt::server
