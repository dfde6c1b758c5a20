#pragma once

#include "messages/account.hpp"
#include "venues/edgex/instruments.hpp"

#include <simdjson.h>

#include <cstdint>
#include <optional>
#include <string_view>

/// EdgeX's records of orders, executions and the account in our words.
namespace actorbot::venues::edgex {

enum class read_result : std::uint8_t {
  ok,
  other_contract, ///< an instrument that this session does not use
  incomplete,     ///< a short record: it says that something happened, not what
  not_counted,    ///< an execution that is not settled yet, or was refused by the settlement
  malformed,      ///< a member that cannot be read, or a word that no document names
};

/// An order record of getOrderById and the like, of getActiveOrderPage and of the private stream.
/// `bot` decides whose it is.
///
/// The matcher counts in cumMatch*, the settlement a moment later in cumFill* (or cumFail*, when it
/// refuses the trade). An order whose matched part is not settled is not reported as ended yet: its
/// fills are still to come. `filled` is the settled part.
read_result read_order(simdjson::dom::element from, const instrument_table& instruments,
                       std::uint16_t bot, evidence source, seen_order& out);

/// What is known of the order of an execution. Executions name it by the venue's id only, and in
/// short records leave the rest out.
struct order_owner {
  bool ours = false;
  client_order_id id;
  instrument_id instrument;
  side order_side = side::buy;
};

/// An execution record; `id` is left for the caller. `owner` may be null.
read_result read_fill(simdjson::dom::element from, const instrument_table& instruments,
                      const order_owner* owner, fill& out);

/// One row of positionList, or of `position` in an event. `assets` are the rows of
/// positionAssetList, where there are such.
read_result read_position(simdjson::dom::element from, std::optional<simdjson::dom::array> assets,
                          const instrument_table& instruments, position& out);

/// One row of collateralAssetModelList with the matching row of collateralList.
bool read_balance(simdjson::dom::element from, std::optional<simdjson::dom::array> collateral,
                  const instrument_table& instruments, balance& out);

/// One row of collateralTransaction; empty when it is no funding of an instrument of ours.
std::optional<funding_payment> read_funding(simdjson::dom::element from,
                                            const instrument_table& instruments);

} // namespace actorbot::venues::edgex
