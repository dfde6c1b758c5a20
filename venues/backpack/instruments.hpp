#pragma once

#include "venues/protocol.hpp"
#include "venues/wire/scaled_instrument.hpp"

#include <simdjson.h>

#include <string>
#include <string_view>
#include <vector>

namespace actorbot::venues::backpack {

/// An instrument of ours and what else `/api/v1/markets` says of it.
struct listed_instrument : scaled_instrument {
  duration funding_interval{};
};

/// What is wrong with the list; empty words when nothing is.
struct load_error {
  session_end reason = session_end::garbage;
  std::string text;
};

/// The instruments that a session uses.
class instrument_table {
 public:
  /// Reads the venue's list: a ticker that it does not list is an error of the configuration, a
  /// market whose rules cannot be read is garbage. A market that is closed is taken with
  /// trading = false.
  load_error load(simdjson::dom::element markets, const std::vector<wanted_instrument>& wanted);

  /// Fees as fractions, of all instruments; the account's limit of leverage (zero: none stated).
  void set_account(decimal maker_fee, decimal taker_fee, decimal leverage_limit);

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

} // namespace actorbot::venues::backpack
