#pragma once

#include "messages/account.hpp"
#include "messages/ids.hpp"
#include "messages/instrument.hpp"
#include "messages/order.hpp"
#include "messages/time.hpp"

#include <caf/meta/type_name.hpp>

#include <string>

/// What a gateway or market-data actor and the connection of its session say to each other, beyond
/// the facts of market_data.hpp, order.hpp and account.hpp.
namespace actorbot {

/// The order left for the transport; `latency_ns` since the market event that caused it (0 = none).
struct order_sent {
  client_order_id id;
  std::int64_t latency_ns = 0;
  friend bool operator==(const order_sent&, const order_sent&) = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, order_sent& x) {
  return f(caf::meta::type_name("order_sent"), x.id, x.latency_ns);
}

/// Put this on the wire now, or answer with an order_update that says why not.
struct send_order {
  order_request order;
  friend bool operator==(const send_order&, const send_order&) = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, send_order& x) {
  return f(caf::meta::type_name("send_order"), x.order);
}

struct send_cancel {
  cancel_order order;
  std::string venue_order_id;
  friend bool operator==(const send_cancel&, const send_cancel&) = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, send_cancel& x) {
  return f(caf::meta::type_name("send_cancel"), x.order, x.venue_order_id);
}

struct query_order {
  client_order_id id;
  instrument_id instrument;
  std::string venue_order_id;
  friend bool operator==(const query_order&, const query_order&) = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, query_order& x) {
  return f(caf::meta::type_name("query_order"), x.id, x.instrument, x.venue_order_id);
}

enum class account_query : std::uint8_t { open_orders, positions, balances };
std::string_view to_string(account_query q);

struct query_account {
  account_query what = account_query::open_orders;
  friend bool operator==(const query_account&, const query_account&) = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, query_account& x) {
  return f(caf::meta::type_name("query_account"), x.what);
}

struct query_fills {
  instrument_id instrument;
  timestamp since;
  friend bool operator==(const query_fills&, const query_fills&) = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, query_fills& x) {
  return f(caf::meta::type_name("query_fills"), x.instrument, x.since);
}

/// Arms or refreshes the venue's dead-man's switch; zero disarms.
struct arm_dead_man {
  instrument_id instrument;
  duration countdown{};
  friend bool operator==(const arm_dead_man&, const arm_dead_man&) = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, arm_dead_man& x) {
  return f(caf::meta::type_name("arm_dead_man"), x.instrument, x.countdown);
}

/// The venue has set its dead-man's switch so; zero: it is disarmed.
struct dead_man_set {
  instrument_id instrument;
  duration countdown{};
  friend bool operator==(const dead_man_set&, const dead_man_set&) = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, dead_man_set& x) {
  return f(caf::meta::type_name("dead_man_set"), x.instrument, x.countdown);
}

/// A cancel was refused (unknown_order: the order is final, ask how) or is unknown (reason none).
struct cancel_failed {
  client_order_id id;
  reject_reason reason = reject_reason::none;
  std::string text;
  friend bool operator==(const cancel_failed&, const cancel_failed&) = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, cancel_failed& x) {
  return f(caf::meta::type_name("cancel_failed"), x.id, x.reason, x.text);
}

/// A query by id found nothing (unknown_order) or failed (any other reason).
struct query_failed {
  client_order_id id;
  reject_reason reason = reject_reason::none;
  std::string text;
  friend bool operator==(const query_failed&, const query_failed&) = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, query_failed& x) {
  return f(caf::meta::type_name("query_failed"), x.id, x.reason, x.text);
}

/// A list that was asked for did not come, or (what = held_back) requests are not sent for a while,
/// because the rate budget is used up: said at most each ten seconds.
struct request_failed {
  static constexpr std::string_view held_back = "rate_budget";
  std::string what;
  std::string text;
  friend bool operator==(const request_failed&, const request_failed&) = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, request_failed& x) {
  return f(caf::meta::type_name("request_failed"), x.what, x.text);
}

/// Something on the account that this bot did not do.
struct foreign_activity {
  venue_id venue{};
  seen_order order;
  friend bool operator==(const foreign_activity&, const foreign_activity&) = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, foreign_activity& x) {
  return f(caf::meta::type_name("foreign_activity"), x.venue, x.order);
}

/// Venue clock minus ours; `uncertainty` is half the round trip of the measurement.
struct clock_offset {
  venue_id venue{};
  duration offset{};
  duration uncertainty{};
  friend bool operator==(const clock_offset&, const clock_offset&) = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, clock_offset& x) {
  return f(caf::meta::type_name("clock_offset"), x.venue, x.offset, x.uncertainty);
}

} // namespace actorbot
