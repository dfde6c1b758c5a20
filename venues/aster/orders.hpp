#pragma once

#include "messages/account.hpp"
#include "venues/aster/instruments.hpp"

#include <simdjson.h>

#include <optional>
#include <string_view>

/// Aster's order objects and order events in our words.
namespace actorbot::venues::aster {

enum class read_result : std::uint8_t {
  ok,
  other_symbol, ///< an instrument that this session does not use
  malformed,    ///< a member is missing, or a word that no document names
};

/// The order object of answers to place, cancel, query and openOrders. `bot` decides whose it is.
read_result read_order(simdjson::dom::element from, const instrument_table& instruments,
                       std::uint16_t bot, evidence source, seen_order& out);

/// ORDER_TRADE_UPDATE: the order, and the execution when the event is one.
struct order_event {
  seen_order order;
  std::optional<fill> execution;
};
read_result read_order_event(simdjson::dom::element from, const instrument_table& instruments,
                             std::uint16_t bot, order_event& out);

/// One row of userTrades. It names the order by the venue's id only: `id` is left for the caller.
read_result read_trade_row(simdjson::dom::element from, const instrument_table& instruments,
                           fill& out, std::uint64_t& trade_number);

/// One row of positionRisk, or of ACCOUNT_UPDATE's P.
read_result read_position_row(simdjson::dom::element from, const instrument_table& instruments,
                              position& out);
read_result read_position_event(simdjson::dom::element from, const instrument_table& instruments,
                                position& out);

/// What a refused GTX order, a cancelled one ... ended as.
std::optional<order_state> state_of(std::string_view venue_status);

} // namespace actorbot::venues::aster
