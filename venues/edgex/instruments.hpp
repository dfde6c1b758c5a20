#pragma once

#include "venues/edgex/signer.hpp"
#include "venues/protocol.hpp"
#include "venues/wire/scaled_instrument.hpp"

#include <simdjson.h>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace actorbot::venues::edgex {

/// An instrument of ours with what the venue's requests need of it.
struct listed_instrument : scaled_instrument {
  std::uint64_t contract = 0;
  std::string contract_text; ///< the same, for requests and channels
  order_scale scale;
  duration funding_interval{};
  decimal default_maker_fee; ///< of the contract, for accounts without rates of their own
  decimal default_taker_fee;
};

/// The instruments that a session uses, from getMetaData.
class instrument_table {
 public:
  struct problem {
    session_end reason;
    std::string text;
  };

  /// Reads the answer's `data`. A ticker that the venue does not list is a problem of the
  /// configuration; a contract whose numbers cannot be read is garbage. A contract that is listed
  /// but not tradable is taken with trading = false.
  std::optional<problem> load(simdjson::dom::element data,
                              const std::vector<wanted_instrument>& wanted);

  const std::vector<listed_instrument>& all() const { return all_; }
  /// Null for a contract or number that the session does not use.
  const listed_instrument* by_contract(std::uint64_t contract) const;
  const listed_instrument* by_id(instrument_id id) const;
  std::size_t index_of(const listed_instrument& x) const {
    return static_cast<std::size_t>(&x - all_.data());
  }

  /// What orders are signed for; empty when the metadata does not say.
  const std::optional<signing_domain>& domain() const { return domain_; }
  /// "USDC"; empty for a coin that the metadata does not name.
  std::string_view coin_name(std::uint64_t coin) const;

  /// The fee rates of the account, from the `account` of getAccountAsset: its setting for the
  /// contract, else its default, else the contract's.
  void apply_account(simdjson::dom::element account);

 private:
  std::vector<listed_instrument> all_;
  std::optional<signing_domain> domain_;
  std::map<std::uint64_t, std::string> coins_;
};

} // namespace actorbot::venues::edgex
