#pragma once

#include "messages/account.hpp"
#include "venues/dydx/instruments.hpp"
#include "venues/dydx/order_ids.hpp"
#include "venues/number_ids.hpp"

#include <simdjson.h>

#include <optional>
#include <string>
#include <string_view>

/// The Indexer's orders, fills and positions in our words.
namespace actorbot::venues::dydx {

/// Orders of this client carry it in client_metadata, beside two bits: an id alone could be the
/// random number of another program.
inline constexpr std::uint32_t metadata_mark = 0xab00'0000;
/// By convention of the venue: was a market order.
inline constexpr std::uint32_t metadata_market = 1;
/// A resting order that only reduces. The chain knows reduce-only for IOC only, so the flag stays
/// with us; the bit brings it back after a restart.
inline constexpr std::uint32_t metadata_reduce_only = 2;

enum class read_result : std::uint8_t {
  ok,
  other_market, ///< a market that this session does not use
  malformed,    ///< a member is missing, or a word that no source names
};

/// An order as REST answers and socket messages show it.
struct venue_order {
  seen_order seen; ///< with the state that the venue's words mean by themselves
  order_reference reference;
  std::uint32_t good_til_block = 0; ///< short-term orders; zero = not told
  /// Removed from a node's memory: a fill may still come until the block above has passed. The
  /// state says what the order is then.
  bool may_still_fill = false;
};

/// `ids` and `bot` decide whose it is.
read_result read_order(simdjson::dom::element from, const instrument_table& instruments,
                       const number_ids* ids, std::uint16_t bot, evidence source, venue_order& out);

/// A fill of REST or socket. It names the order by the Indexer's id: `id` is left for the caller.
/// `height` is the block's.
read_result read_fill(simdjson::dom::element from, const instrument_table& instruments, fill& out,
                      std::uint64_t& height);

read_result read_position(simdjson::dom::element from, const instrument_table& instruments,
                          position& out);

/// A short-term order's block has passed, and with it every block that could hold a fill of it. One
/// block more, because heights and fills come on two channels.
constexpr bool has_passed(std::uint32_t good_til_block, std::int64_t height) {
  return height > static_cast<std::int64_t>(good_til_block) + 1;
}

/// What is to be told of the order at this height: what may still fill is open, what rests beyond
/// its block has expired.
order_update judge(const venue_order& order, std::int64_t height);

} // namespace actorbot::venues::dydx
