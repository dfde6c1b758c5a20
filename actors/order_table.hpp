#pragma once

#include "messages/account.hpp"
#include "messages/order.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace actorbot {

/// One order of ours on one venue account: what was asked, what is known, what is being found out.
struct tracked_order {
  order_update view;     ///< what strategies were told last
  timestamp sent;        ///< handed to the connection; zero = only known from the venue
  timestamp last_change; ///< by any evidence, on our clock
  timestamp next_query;  ///< do not ask the venue again before this
  timestamp asked;       ///< the last query by id left then
  bool cancel_wanted = false;
  timestamp cancel_sent;
  bool heard_on_stream = false; ///< the private stream or a query has confirmed it
  std::uint8_t absent = 0;      ///< queries in a row that found nothing
  std::uint32_t queries = 0;
  quantity reported; ///< cumulative size by order events; fills may still be missing
  /// Final by the venue's word, held back until the fills it implies have arrived.
  std::optional<order_update> held_final;
  decimal fill_notional;
};

/// Orders, fills and virtual positions of one venue account. Pure: evidence in, changes out.
///   - a final state is final; only late fills still change it
///   - `unknown` is left by evidence of the venue only
///   - cumulated sizes and average prices come from fills, each trade id once
///   - a final state is told only after the fills that it implies
class order_table {
 public:
  /// What changed by one piece of evidence; to be told in this order.
  struct changes {
    std::optional<fill> new_fill;
    std::optional<order_update> order;
    /// The venue says that more was filled than the fills that arrived: ask for fills.
    bool fills_missing = false;
  };

  tracked_order* find(const client_order_id& id);
  /// An order of this run that has ended; null when there is none.
  const order_update* find_finished(const client_order_id& id) const;
  const std::map<client_order_id, tracked_order>& open() const { return open_; }

  /// A new order of ours; false when the id is known already (a duplicate is never sent).
  bool add(const order_request& order, timestamp now);
  /// An order that a strategy or the venue says is ours and this table does not know.
  void adopt(const order_update& order, timestamp now);

  changes apply(const order_update& update, timestamp now);
  changes apply(const fill& execution, timestamp now);
  /// The connection died with this order in flight: nobody knows.
  std::optional<order_update> mark_unknown(const client_order_id& id, std::string text,
                                           timestamp now);
  /// Every order of ours that the venue's answers on the dead session can no longer settle.
  std::vector<order_update> mark_in_flight_unknown(timestamp now);

  // -- positions -------------------------------------------------------------------------------------

  quantity net_position(instrument_id id) const;
  void set_net_position(instrument_id id, quantity size) { net_[id] = size; }
  quantity virtual_position(strategy_id strategy, instrument_id id) const;
  void set_virtual_position(strategy_id strategy, instrument_id id, quantity size) {
    virtual_[{strategy, id}] = size;
  }
  const std::map<std::pair<strategy_id, instrument_id>, quantity>& virtual_positions() const {
    return virtual_;
  }
  const std::map<instrument_id, quantity>& net_positions() const { return net_; }

  // -- history of this run ---------------------------------------------------------------------------

  const std::vector<order_update>& finished() const { return finished_; }
  const std::vector<fill>& fills() const { return fills_; }
  std::uint64_t duplicate_fills() const { return duplicate_fills_; }
  /// A trade whose effect is known already: not to be counted, not to be told.
  void forget_trade(instrument_id id, const std::string& trade_id, side s) {
    seen_.emplace(id, trade_id, s);
  }

 private:
  std::optional<order_update> settle(tracked_order& order, const order_update& update,
                                     timestamp now);
  std::optional<order_update> finish(tracked_order& order, order_update update);

  std::map<client_order_id, tracked_order> open_;
  std::map<client_order_id, std::size_t> finished_index_;
  std::vector<order_update> finished_;
  std::map<client_order_id, decimal> finished_notional_;
  std::vector<fill> fills_;
  /// With the side: when our own orders meet, both fills carry the same trade id.
  std::set<std::tuple<instrument_id, std::string, side>> seen_;
  std::map<instrument_id, quantity> net_;
  std::map<std::pair<strategy_id, instrument_id>, quantity> virtual_;
  std::uint64_t duplicate_fills_ = 0;
};

} // namespace actorbot
