#include "tools/vectors/convert.hpp"
#include "tools/vectors/dydx_transactions.hpp"
#include "tools/vectors/runner.hpp"
#include "venues/crypto/base64.hpp"
#include "venues/crypto/bech32.hpp"
#include "venues/crypto/hex.hpp"
#include "venues/crypto/ripemd160.hpp"
#include "venues/crypto/sha256.hpp"
#include "venues/dydx/instruments.hpp"
#include "venues/dydx/order_ids.hpp"
#include "venues/dydx/signer.hpp"
#include "venues/dydx/wallet.hpp"

#include <array>

/// dydx.json: wallets, transactions, conversions, signature checks, the account query and the
/// Indexer's ids.
namespace actorbot::vectors {
namespace {

using crypto::as_bytes;
using crypto::to_hex;
using namespace dydx_cases;
using namespace venues::dydx;

// -- wallets -----------------------------------------------------------------------------------------

void check_public_key(case_check& check, const crypto::private_key& key) {
  const auto point = key.public_key().compressed();
  const auto address = address_of(key.public_key(), check.text("bech32_prefix"));
  check.equal("public_key_compressed_hex", to_hex(point));
  check.equal("pubkey_sha256_hex", to_hex(crypto::sha256(point)));
  check.equal("pubkey_hash160_hex", to_hex(crypto::hash160(point)));
  check.equal("address", address);
  check.require(is_address(address), "the address is one of dydx");
  auto other = address;
  other.back() = other.back() == 'q' ? 'p' : 'q';
  check.require(!is_address(other), "a changed address is refused");
}

void run_mnemonic(case_check& check) {
  const auto words = check.text("mnemonic");
  const auto seed = crypto::mnemonic_seed(words, check.text("passphrase"));
  check.leave_out("entropy_hex"); // needs the list of words, deriving does not
  check.equal("bip39_seed_hex", to_hex(seed));
  const auto master = crypto::extended_key::master(seed).value();
  json steps = json::array();
  for (const auto& step : check.expected("bip32_steps")) {
    const auto at = master.derive(step.at("path").get<std::string>()).value();
    json found = {{"path", step.at("path")}};
    if (step.contains("index"))
      found["index"] = step.at("index");
    const auto key = crypto::private_key::from_bytes(at.key()).value();
    found["private_key"] = to_hex(at.key());
    found["chain_code"] = to_hex(at.chain_code());
    found["public_key"] = to_hex(key.public_key().compressed());
    steps.push_back(found);
  }
  check.equal("bip32_steps", steps);
  const auto leaf = master.derive(check.text("path")).value();
  check.equal("private_key_hex", to_hex(leaf.key()));
  std::string error;
  const auto key = key_from_mnemonic(words, error);
  check.require(
      key && key->public_key() == crypto::private_key::from_bytes(leaf.key())->public_key(),
      "the wallet takes the same words");
  check_public_key(check, *key);
}

void run_private_key(case_check& check) {
  check_public_key(check, to_private_key(check.input("private_key_hex")));
  if (check.text("bech32_prefix") == address_prefix)
    check.equal(
        "address_data_hex",
        to_hex(crypto::from_bech32(check.expected("address").get<std::string>()).value().data));
}

// -- the rest ----------------------------------------------------------------------------------------

void run_conversion(case_check& check) {
  const auto scale = clob_scale::make(check.input("atomicResolution").get<int>(),
                                      check.input("quantumConversionExponent").get<int>(),
                                      check.input("stepBaseQuantums").get<std::int64_t>(),
                                      check.input("subticksPerTick").get<std::int64_t>())
                         .value();
  const auto size = decimal::parse(check.text("size")).value();
  const auto price = decimal::parse(check.text("price")).value();
  check.equal("quantums", std::to_string(scale.quantums(size).value()));
  check.equal("subticks", std::to_string(scale.subticks(price).value()));
}

void run_verify(case_check& check) {
  const auto digest = to_bytes32(check.input("sha256_digest_hex"));
  const auto key
      = crypto::parse_public_key(to_bytes(check.input("public_key_compressed_hex"))).value();
  const auto signature = crypto::from_hex_exact<64>(check.text("signature_hex")).value();
  check.equal("ecdsa_equation_holds",
              crypto::verify(key, digest, signature, crypto::high_s::accept));
  check.equal("chain_accepts", crypto::verify(key, digest, signature));
}

void run_abci_query(case_check& check) {
  check.equal("path", "/cosmos.auth.v1beta1.Query/Account");
  check.equal("request_data_hex", hex_of(account_request(check.text("address"))));
  const auto response = to_text(check.expected("response_value_hex"));
  check.equal("response_value_hex", hex_of(response));
  check.equal("response_value_base64", crypto::to_base64(as_bytes(response)));
  account_numbers found;
  check.require(read_account(response, found), "the response is read");
  check.require(found.address == check.text("address"), "address");
  check.require(found.number == to_number(check.input("account_number")), "account number");
  check.require(found.sequence == to_number(check.input("sequence")), "sequence");
  const auto& key = check.input("pub_key_hex");
  check.require(hex_of(found.public_key) == (key.is_null() ? "" : key.get<std::string>()), "key");
  check.require(!read_account(response.substr(0, response.size() - 1), found),
                "a response cut short is refused");
}

void run_uuid(case_check& check) {
  const auto number
      = [&](const char* name) { return static_cast<std::uint32_t>(to_number(check.input(name))); };
  const auto subaccount = subaccount_uuid(check.text("address"), number("subaccount_number"));
  check.equal("subaccount_uuid", subaccount);
  check.equal("order_uuid", order_uuid(subaccount, {number("client_id"), number("order_flags"),
                                                    number("clob_pair_id")}));
}

constexpr std::array kinds = {
    kind_runner{"abci_query", run_abci_query},
    kind_runner{"conversion", run_conversion},
    kind_runner{"indexer_uuid", run_uuid},
    kind_runner{"recorded_tx", run_recorded},
    kind_runner{"tx", run_tx},
    kind_runner{"verify", run_verify},
    kind_runner{"wallet_mnemonic", run_mnemonic},
    kind_runner{"wallet_private_key", run_private_key},
};

} // namespace

file_runner dydx_runner() { return {"dydx", kinds}; }

} // namespace actorbot::vectors
