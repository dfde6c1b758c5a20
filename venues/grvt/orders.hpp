#pragma once

#include "messages/account.hpp"
#include "venues/grvt/instruments.hpp"
#include "venues/number_ids.hpp"

#include <simdjson.h>

#include <string_view>

/// GRVT's orders, fills and positions in our words.
namespace actorbot::venues::grvt {

enum class read_result : std::uint8_t {
  ok,
  other_symbol, ///< an instrument that this session does not use, or several legs (block trades)
  malformed,    ///< a member is missing, or a word that no document names
};

/// An order object of an answer, a list or the stream. `ids` decides whose it is.
read_result read_order(simdjson::dom::element from, const instrument_table& instruments,
                       const number_ids& ids, evidence source, seen_order& out);

/// A fill with the order that it belongs to. Of an order that is not ours, `id` stays empty.
struct seen_fill {
  bool ours = false;
  std::string foreign_id;
  fill execution;
};
read_result read_fill(simdjson::dom::element from, const instrument_table& instruments,
                      const number_ids& ids, seen_fill& out);

/// A fill of a foreign order, as the gateway wants to hear of it.
seen_order foreign_order(const seen_fill& of);

/// A position of a list or of the stream; a closed one has size zero.
read_result read_position(simdjson::dom::element from, const instrument_table& instruments,
                          position& out);

} // namespace actorbot::venues::grvt
