#pragma once

#include "messages/decimal.hpp"
#include "messages/ids.hpp"

#include <caf/type_id.hpp>

#include <vector>

/// Every message by name, the actors' interfaces (actors.hpp) and the one block of type ids. Ids go
/// over the wire between hosts: append, never reorder.
namespace actorbot {

struct account_session_live;
struct account_view;
struct arm_dead_man;
struct attach_risk;
struct attach_strategy;
struct balance;
struct cancel_failed;
struct cancel_order;
struct cancel_strategy;
struct clock_offset;
struct conclude_venue;
struct dead_man_set;
struct depth_delta;
struct depth_snapshot;
struct fill;
struct fills_page;
struct foreign_activity;
struct funding_payment;
struct funding_rate;
struct gateway_changed;
struct get_report;
struct grant_credit;
struct instrument;
struct mark_price;
struct market_data_changed;
struct market_data_state_changed;
struct market_session_live;
struct market_subscription;
struct open_orders_snapshot;
struct operator_note;
struct order_request;
struct order_sent;
struct order_update;
struct pause_strategy;
struct place_order;
struct position;
struct positions_snapshot;
struct query_account;
struct query_failed;
struct query_fills;
struct query_order;
struct request_failed;
struct restart_happened;
struct resume_strategy;
struct risk_attached;
struct risk_changed;
struct risk_report;
struct send_cancel;
struct send_order;
struct set_trading_state;
struct stop_bot;
struct stop_children;
struct stop_strategy;
struct strategy_changed;
struct strategy_report;
struct strategy_stopped;
struct submit_order;
struct subscribe_directory;
struct supervisor_report;
struct top_of_book;
struct trade;
struct venue_report;
struct venue_state_changed;
struct venue_synced;
struct watch_bot;

} // namespace actorbot

// clang-format off
CAF_BEGIN_TYPE_ID_BLOCK(actorbot, first_custom_type_id)

  CAF_ADD_TYPE_ID(actorbot, (actorbot::account_session_live))
  CAF_ADD_TYPE_ID(actorbot, (actorbot::account_view))
  CAF_ADD_TYPE_ID(actorbot, (actorbot::arm_dead_man))
  CAF_ADD_TYPE_ID(actorbot, (actorbot::attach_risk))
  CAF_ADD_TYPE_ID(actorbot, (actorbot::attach_strategy))
  CAF_ADD_TYPE_ID(actorbot, (actorbot::balance))
  CAF_ADD_TYPE_ID(actorbot, (actorbot::cancel_failed))
  CAF_ADD_TYPE_ID(actorbot, (actorbot::cancel_order))
  CAF_ADD_TYPE_ID(actorbot, (actorbot::cancel_strategy))
  CAF_ADD_TYPE_ID(actorbot, (actorbot::clock_offset))
  CAF_ADD_TYPE_ID(actorbot, (actorbot::depth_delta))
  CAF_ADD_TYPE_ID(actorbot, (actorbot::depth_snapshot))
  CAF_ADD_TYPE_ID(actorbot, (actorbot::fill))
  CAF_ADD_TYPE_ID(actorbot, (actorbot::fills_page))
  CAF_ADD_TYPE_ID(actorbot, (actorbot::foreign_activity))
  CAF_ADD_TYPE_ID(actorbot, (actorbot::funding_payment))
  CAF_ADD_TYPE_ID(actorbot, (actorbot::funding_rate))
  CAF_ADD_TYPE_ID(actorbot, (actorbot::gateway_changed))
  CAF_ADD_TYPE_ID(actorbot, (actorbot::get_report))
  CAF_ADD_TYPE_ID(actorbot, (actorbot::grant_credit))
  CAF_ADD_TYPE_ID(actorbot, (actorbot::instrument))
  CAF_ADD_TYPE_ID(actorbot, (actorbot::mark_price))
  CAF_ADD_TYPE_ID(actorbot, (actorbot::market_data_changed))
  CAF_ADD_TYPE_ID(actorbot, (actorbot::market_data_state_changed))
  CAF_ADD_TYPE_ID(actorbot, (actorbot::market_session_live))
  CAF_ADD_TYPE_ID(actorbot, (actorbot::market_subscription))
  CAF_ADD_TYPE_ID(actorbot, (actorbot::open_orders_snapshot))
  CAF_ADD_TYPE_ID(actorbot, (actorbot::operator_note))
  CAF_ADD_TYPE_ID(actorbot, (actorbot::order_request))
  CAF_ADD_TYPE_ID(actorbot, (actorbot::order_sent))
  CAF_ADD_TYPE_ID(actorbot, (actorbot::order_update))
  CAF_ADD_TYPE_ID(actorbot, (actorbot::pause_strategy))
  CAF_ADD_TYPE_ID(actorbot, (actorbot::place_order))
  CAF_ADD_TYPE_ID(actorbot, (actorbot::position))
  CAF_ADD_TYPE_ID(actorbot, (actorbot::positions_snapshot))
  CAF_ADD_TYPE_ID(actorbot, (actorbot::query_account))
  CAF_ADD_TYPE_ID(actorbot, (actorbot::query_failed))
  CAF_ADD_TYPE_ID(actorbot, (actorbot::query_fills))
  CAF_ADD_TYPE_ID(actorbot, (actorbot::query_order))
  CAF_ADD_TYPE_ID(actorbot, (actorbot::request_failed))
  CAF_ADD_TYPE_ID(actorbot, (actorbot::restart_happened))
  CAF_ADD_TYPE_ID(actorbot, (actorbot::resume_strategy))
  CAF_ADD_TYPE_ID(actorbot, (actorbot::risk_attached))
  CAF_ADD_TYPE_ID(actorbot, (actorbot::risk_changed))
  CAF_ADD_TYPE_ID(actorbot, (actorbot::risk_report))
  CAF_ADD_TYPE_ID(actorbot, (actorbot::send_cancel))
  CAF_ADD_TYPE_ID(actorbot, (actorbot::send_order))
  CAF_ADD_TYPE_ID(actorbot, (actorbot::set_trading_state))
  CAF_ADD_TYPE_ID(actorbot, (actorbot::stop_bot))
  CAF_ADD_TYPE_ID(actorbot, (actorbot::stop_children))
  CAF_ADD_TYPE_ID(actorbot, (actorbot::stop_strategy))
  CAF_ADD_TYPE_ID(actorbot, (actorbot::strategy_changed))
  CAF_ADD_TYPE_ID(actorbot, (actorbot::strategy_report))
  CAF_ADD_TYPE_ID(actorbot, (actorbot::strategy_stopped))
  CAF_ADD_TYPE_ID(actorbot, (actorbot::submit_order))
  CAF_ADD_TYPE_ID(actorbot, (actorbot::subscribe_directory))
  CAF_ADD_TYPE_ID(actorbot, (actorbot::supervisor_report))
  CAF_ADD_TYPE_ID(actorbot, (actorbot::top_of_book))
  CAF_ADD_TYPE_ID(actorbot, (actorbot::trade))
  CAF_ADD_TYPE_ID(actorbot, (actorbot::venue_report))
  CAF_ADD_TYPE_ID(actorbot, (actorbot::venue_state_changed))
  CAF_ADD_TYPE_ID(actorbot, (actorbot::venue_synced))
  CAF_ADD_TYPE_ID(actorbot, (actorbot::watch_bot))
  CAF_ADD_TYPE_ID(actorbot, (actorbot::decimal))
  CAF_ADD_TYPE_ID(actorbot, (actorbot::client_order_id))
  CAF_ADD_TYPE_ID(actorbot, (actorbot::instrument_id))

  CAF_ADD_ATOM(actorbot, actorbot::atom, tick, "ab tick")
  CAF_ADD_ATOM(actorbot, actorbot::atom, timeout, "ab timeout")

  // The numbers count from the first line and never change: new types go here.
  CAF_ADD_TYPE_ID(actorbot, (actorbot::conclude_venue))
  CAF_ADD_TYPE_ID(actorbot, (actorbot::dead_man_set))

CAF_END_TYPE_ID_BLOCK(actorbot)
// clang-format on
