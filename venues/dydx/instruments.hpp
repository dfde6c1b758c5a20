#pragma once

#include "messages/instrument.hpp"
#include "venues/protocol.hpp"

#include <simdjson.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace actorbot::venues::dydx {

/// How a market counts: sizes in quantums, prices in subticks. Source: dydxprotocol/v4-chain,
/// protocol/x/clob/types (ClobPair) and v4-clients, helpers/chain-helpers.ts.
///   size = quantums * 10^atomic_resolution
///   price = subticks * 10^(quantum_conversion_exponent - 6 - atomic_resolution), 6 = USDC's decimals
struct clob_scale {
  std::uint64_t step_quantums = 0;
  std::uint64_t subticks_per_tick = 0;
  decimal lot;  ///< step_quantums as a size
  decimal tick; ///< subticks_per_tick as a price

  /// Nothing when a step does not fit a decimal or is not positive.
  static std::optional<clob_scale> make(int atomic_resolution, int conversion_exponent,
                                        std::int64_t step_quantums, std::int64_t subticks_per_tick);

  /// Rounded down to whole steps, at least one, as the official clients do: refuse what is off the
  /// grid before. Nothing when it does not fit 64 bits.
  std::optional<std::uint64_t> quantums(decimal size) const;
  std::optional<std::uint64_t> subticks(decimal price) const;
};

/// A market of ours with the venue's names for it.
struct listed_instrument {
  instrument rules;
  std::uint32_t clob_pair = 0;
  clob_scale scale;
  std::string parameter; ///< the ticker percent-encoded
};

/// Why a list of markets cannot be used, and what the session ends with.
struct load_error {
  session_end reason = session_end::garbage;
  std::string text;
};

/// The markets that a session uses, from /v4/perpetualMarkets.
class instrument_table {
 public:
  /// Reads the venue's list. Returns what is wrong: a ticker that is not listed (the configuration),
  /// or a market whose numbers cannot be read (garbage).
  std::optional<load_error> load(simdjson::dom::element markets,
                                 const std::vector<wanted_instrument>& wanted);

  const std::vector<listed_instrument>& all() const { return all_; }
  /// Null for a market that the session does not use.
  const listed_instrument* by_ticker(std::string_view ticker) const;
  const listed_instrument* by_pair(std::uint32_t clob_pair) const;
  const listed_instrument* by_id(instrument_id id) const;
  std::size_t index_of(const listed_instrument& x) const {
    return static_cast<std::size_t>(&x - all_.data());
  }
  /// A market was opened or closed; true when that is news.
  bool set_trading(std::size_t index, bool trading);

 private:
  std::vector<listed_instrument> all_;
};

} // namespace actorbot::venues::dydx
