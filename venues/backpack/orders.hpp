#pragma once

#include "messages/account.hpp"
#include "venues/backpack/instruments.hpp"
#include "venues/number_ids.hpp"
#include "venues/wire/flat_frame.hpp"

#include <simdjson.h>

#include <optional>
#include <string_view>

/// Backpack's orders, executions and positions in our words. Whose an order is says its number:
/// number_ids may be null, then nothing is ours.
namespace actorbot::venues::backpack {

enum class read_result : std::uint8_t {
  ok,
  other_symbol, ///< a market that this session does not use
  malformed,    ///< a member is missing, or a word that no document names
};

/// The order object of answers to place, cancel and query, of openOrders and of the order history.
/// Its only time is that of its creation: it goes into `time`, for the caller to judge.
read_result read_order(simdjson::dom::element from, const instrument_table& instruments,
                       const number_ids* ids, evidence source, seen_order& out);

/// A frame of account.orderUpdate: the order, and the execution when it is one of ours.
struct order_event {
  seen_order order;
  std::optional<fill> execution;
};
read_result read_order_event(const flat_fields& from, const instrument_table& instruments,
                             const number_ids* ids, order_event& out);

/// One row of the fill history.
struct fill_row {
  fill execution; ///< `id` is set where the client id is one of ours
  bool has_client_id = false;
  bool ours = false;
  bool system = false; ///< a liquidation, deleveraging or conversion
};
read_result read_fill_row(simdjson::dom::element from, const instrument_table& instruments,
                          const number_ids* ids, fill_row& out);

/// One row of the position list, and a frame of account.positionUpdate.
read_result read_position_row(simdjson::dom::element from, const instrument_table& instruments,
                              position& out);
read_result read_position_event(const flat_fields& from, const instrument_table& instruments,
                                position& out);

} // namespace actorbot::venues::backpack
