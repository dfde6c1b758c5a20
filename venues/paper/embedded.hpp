#pragma once

#include "venues/descriptor.hpp"
#include "venues/net/memory/host.hpp"

#include <memory>
#include <string>

namespace actorbot::venues::paper {

/// The one account of a paper exchange. Not a secret: it opens nothing outside this process.
struct paper_key {
  static constexpr const char* api_key
      = "7061706572000000000000000000000000000000000000000000000000000001";
  static constexpr const char* api_secret
      = "7061706572000000000000000000000000000000000000000000000000000002";
};

/// "BTC" -> "BTCUSDT".
std::string symbol_of(const std::string& ticker);

/// Starts the exchange: a market for every wanted ticker, fed as the parameters say. Throws
/// std::invalid_argument when a recording cannot be used.
std::shared_ptr<embedded_venue> make_exchange(net::memory::driver& clock,
                                              const session_settings& settings);

} // namespace actorbot::venues::paper
