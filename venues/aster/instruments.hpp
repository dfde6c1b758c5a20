#pragma once

#include "messages/instrument.hpp"
#include "messages/time.hpp"
#include "venues/protocol.hpp"
#include "venues/wire/scaled_instrument.hpp"

#include <simdjson.h>

#include <string>
#include <string_view>
#include <vector>

namespace actorbot::venues::aster {

/// An instrument of ours with the venue's names for it.
struct listed_instrument : scaled_instrument {
  std::string parameter; ///< the symbol percent-encoded, for queries and forms
  std::string stream;    ///< the symbol as stream names want it: lower case, percent-encoded
};

/// The instruments that a session uses, from exchangeInfo.
class instrument_table {
 public:
  /// Reads the venue's list. Returns what is wrong: a ticker that the venue does not list, or a
  /// symbol whose filters cannot be read. A symbol that is listed but not TRADING is taken with
  /// trading = false.
  std::string load(simdjson::dom::element exchange_info,
                   const std::vector<wanted_instrument>& wanted);

  const std::vector<listed_instrument>& all() const { return all_; }
  /// Null for a symbol or number that the session does not use.
  const listed_instrument* by_symbol(std::string_view symbol) const;
  const listed_instrument* by_id(instrument_id id) const;
  std::size_t index_of(const listed_instrument& x) const {
    return static_cast<std::size_t>(&x - all_.data());
  }

  /// Request weight allowed a minute, as exchangeInfo states it (2400 when it does not).
  std::uint32_t weight_limit() const { return weight_limit_; }

 private:
  std::vector<listed_instrument> all_;
  std::uint32_t weight_limit_ = 2400;
};

} // namespace actorbot::venues::aster
