#pragma once

#include "messages/instrument.hpp"
#include "messages/time.hpp"
#include "venues/protocol.hpp"

#include <simdjson.h>

#include <string>
#include <string_view>
#include <vector>

namespace actorbot::venues::aster {

/// An instrument of ours with the venue's names for it. Prices and sizes of a symbol that counts in
/// thousands (1000PEPEUSDT for the ticker PEPE) are converted here and nowhere else: a price of
/// ours is the venue's divided by the multiplier, a size the venue's times it.
struct listed_instrument {
  instrument rules;
  std::string parameter; ///< the symbol percent-encoded, for queries and forms
  std::string stream;    ///< the symbol as stream names want it: lower case, percent-encoded

  price price_from(decimal venue) const {
    return price{scaled() ? decimal::divide(venue, rules.multiplier) : venue};
  }
  quantity size_from(decimal venue) const {
    return quantity{scaled() ? venue * rules.multiplier : venue};
  }
  decimal price_to(price ours) const {
    return scaled() ? ours.value() * rules.multiplier : ours.value();
  }
  decimal size_to(quantity ours) const {
    return scaled() ? decimal::divide(ours.value(), rules.multiplier) : ours.value();
  }

 private:
  bool scaled() const { return rules.multiplier != decimal{1}; }
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
