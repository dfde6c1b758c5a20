#pragma once

#include "messages/instrument.hpp"
#include "messages/time.hpp"
#include "venues/crypto/bytes.hpp"
#include "venues/protocol.hpp"
#include "venues/wire/scaled_instrument.hpp"

#include <simdjson.h>

#include <string>
#include <string_view>
#include <vector>

namespace actorbot::venues::grvt {

/// An instrument of ours with what the venue's requests and signatures need.
struct listed_instrument : scaled_instrument {
  std::string base;            ///< as the venue counts it: "BTC", "KPEPE"
  crypto::bytes32 asset{};     ///< `instrument_hash`, signed
  int base_decimals = 0;       ///< of a signed size; not the lot
  duration funding_interval{}; ///< zero when the list does not say
};

/// The instruments that a session uses, from the list of active perpetuals.
class instrument_table {
 public:
  /// Reads the venue's list. What is wrong: `unknown_ticker` for a ticker that the venue does not
  /// list or that two tickers share, else an entry that cannot be read.
  struct problem {
    bool unknown_ticker = false;
    std::string text; ///< empty when all is well
  };
  problem load(simdjson::dom::element answer, const std::vector<wanted_instrument>& wanted);

  const std::vector<listed_instrument>& all() const { return all_; }
  /// Null for a symbol or number that the session does not use.
  const listed_instrument* by_symbol(std::string_view symbol) const;
  const listed_instrument* by_id(instrument_id id) const;
  std::size_t index_of(const listed_instrument& x) const {
    return static_cast<std::size_t>(&x - all_.data());
  }

 private:
  std::vector<listed_instrument> all_;
};

} // namespace actorbot::venues::grvt
