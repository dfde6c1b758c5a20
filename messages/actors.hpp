#pragma once

#include "messages/fwd.hpp"

#include <caf/replies_to.hpp>
#include <caf/typed_actor.hpp>

/// Who may say what to whom: every typed interface of the program. Facts are nouns or past
/// participles, wishes are verbs. Handles travel in messages (wiring.hpp), so a peer may live in
/// this process, be a fresh one after a restart, or be on another host, and nobody notices.
namespace actorbot {

/// Hears about market data. Facts about one instrument arrive in order.
using market_data_subscriber_actor = caf::typed_actor<
    // An instrument was described, for the first time or anew.
    caf::reacts_to<instrument>,
    // The newest best bid and offer; costs one credit, older unsent ones were dropped.
    caf::reacts_to<top_of_book>,
    // The whole book; the deltas that follow continue it.
    caf::reacts_to<depth_snapshot>,
    // The next change of the book.
    caf::reacts_to<depth_delta>,
    // A public trade; none is left out.
    caf::reacts_to<trade>,
    // The funding rate as it stands.
    caf::reacts_to<funding_rate>,
    // Mark and index price.
    caf::reacts_to<mark_price>,
    // Whether the venue's market data can be relied on.
    caf::reacts_to<market_data_state_changed>>;

/// Hears who plays which role now.
using directory_subscriber_actor = caf::typed_actor<
    // A venue's order gateway was started, restarted (new handle) or is gone (null handle).
    caf::reacts_to<gateway_changed>,
    // The same for a venue's market data.
    caf::reacts_to<market_data_changed>,
    // The same for risk.
    caf::reacts_to<risk_changed>,
    // The same for a strategy.
    caf::reacts_to<strategy_changed>>;

/// The DIRECTORY knows the current handle of every role and tells everyone who subscribed.
using directory_actor = directory_subscriber_actor::extend<
    // Tell me what you know, and every change.
    caf::reacts_to<subscribe_directory>>;

/// A MARKET CONNECTION is one session of a venue's public data. It dies with its session.
using market_connection_actor = caf::typed_actor<
    // The transport has events to drain.
    caf::reacts_to<atom::tick>,
    // A timer of the protocol; the numbers are timer and generation.
    caf::reacts_to<atom::timeout, std::uint32_t, std::uint64_t>>;

/// An ACCOUNT CONNECTION is one session of a venue account. It dies with its session.
using account_connection_actor = market_connection_actor::extend<
    // Put this order on the wire.
    caf::reacts_to<send_order>,
    // Cancel this order.
    caf::reacts_to<send_cancel>,
    // What became of this order?
    caf::reacts_to<query_order>,
    // List open orders, positions or balances.
    caf::reacts_to<query_account>,
    // List executions since a time.
    caf::reacts_to<query_fills>,
    // Arm the venue's dead-man's switch.
    caf::reacts_to<arm_dead_man>>;

/// MARKET DATA of one venue: owns books, subscriptions and credit; outlives its connections.
using market_data_actor = caf::typed_actor<
    // From a consumer: what it wants to hear.
    caf::reacts_to<market_subscription>,
    // From a consumer: it can take so many more top-of-book messages.
    caf::reacts_to<grant_credit>,
    // From the connection: the session is up.
    caf::reacts_to<market_session_live>,
    // From the connection: facts, passed on to whom they concern.
    caf::reacts_to<instrument>, caf::reacts_to<top_of_book>, caf::reacts_to<depth_snapshot>,
    caf::reacts_to<depth_delta>, caf::reacts_to<trade>, caf::reacts_to<funding_rate>,
    caf::reacts_to<mark_price>,
    // From the watch: is the feed still alive?
    caf::reacts_to<atom::tick>>;

/// An ORDER GATEWAY owns the orders, fills and virtual positions of one venue account; outlives its
/// connections. It takes opening orders from RISK only, with risk's current epoch.
using order_gateway_actor
    = market_data_subscriber_actor ::extend_with<directory_subscriber_actor>::extend<
        // From risk: checked, send it.
        caf::reacts_to<submit_order>,
        // From a strategy or the operator: cancels need no permission.
        caf::reacts_to<cancel_order>,
        // From a strategy, while risk is not there: an order that only reduces.
        caf::reacts_to<place_order>,
        // From the operator: a strategy was given up.
        caf::reacts_to<cancel_strategy>,
        // From the operator: the kill switch, directly.
        caf::reacts_to<set_trading_state>,
        // From a strategy: here I am; answered with venue_synced as soon as the venue is live.
        caf::reacts_to<attach_strategy>,
        // From risk: here I am; the answer carries the epoch that its orders must carry.
        caf::replies_to<attach_risk>::with<risk_attached>,
        // How have you been?
        caf::replies_to<get_report>::with<venue_report>,
        // From the operator: the strategies have stopped, disarm and report.
        caf::replies_to<conclude_venue>::with<venue_report>>::
        extend<
            // From the connection.
            caf::reacts_to<account_session_live>, caf::reacts_to<order_sent>,
            caf::reacts_to<order_update>, caf::reacts_to<fill>, caf::reacts_to<position>,
            caf::reacts_to<balance>, caf::reacts_to<funding_payment>,
            caf::reacts_to<open_orders_snapshot>, caf::reacts_to<positions_snapshot>,
            caf::reacts_to<fills_page>, caf::reacts_to<foreign_activity>,
            caf::reacts_to<cancel_failed>, caf::reacts_to<query_failed>,
            caf::reacts_to<request_failed>, caf::reacts_to<dead_man_set>,
            caf::reacts_to<clock_offset>,
            // From itself: in-flight checks and reconciliation.
            caf::reacts_to<atom::tick>>;

/// A STRATEGY HOST runs one strategy's state machine.
using strategy_host_actor
    = market_data_subscriber_actor::extend_with<directory_subscriber_actor>::extend<
        // From the gateway: what became of my orders.
        caf::reacts_to<order_update>, caf::reacts_to<fill>,
        // From the gateway: the account's position changed.
        caf::reacts_to<position>,
        // From the gateway: the venue can be traded, or not.
        caf::reacts_to<venue_state_changed>,
        // From the gateway: live and reconciled; your orders and position there.
        caf::reacts_to<venue_synced>,
        // From the operator.
        caf::reacts_to<pause_strategy>, caf::reacts_to<resume_strategy>,
        caf::replies_to<stop_strategy>::with<strategy_stopped>,
        caf::replies_to<get_report>::with<strategy_report>,
        // A timer of the strategy; the numbers are timer and generation.
        caf::reacts_to<atom::timeout, std::uint32_t, std::uint64_t>>;

/// RISK stands between strategies and gateways. One for the whole bot.
using risk_actor = market_data_subscriber_actor::extend_with<directory_subscriber_actor>::extend<
    // From a strategy: may I? Denials come back as an order_update with a stable code.
    caf::reacts_to<place_order>,
    // From the gateways: what the limits are measured against.
    caf::reacts_to<order_update>, caf::reacts_to<fill>, caf::reacts_to<position>,
    caf::reacts_to<balance>, caf::reacts_to<venue_state_changed>, caf::reacts_to<account_view>,
    // From the operator: the kill switch.
    caf::reacts_to<set_trading_state>,
    // How have you been?
    caf::replies_to<get_report>::with<risk_report>>;

/// The OPERATOR surface: status line, log, report, ordered stop.
using operator_actor = directory_subscriber_actor::extend<
    // Who supervises everything; comes once, before anything else is of interest.
    caf::reacts_to<watch_bot>,
    // Something the operator should read.
    caf::reacts_to<operator_note>,
    // A supervisor restarted something.
    caf::reacts_to<restart_happened>,
    // A venue changed its state.
    caf::reacts_to<venue_state_changed>,
    // A strategy ended by itself.
    caf::reacts_to<strategy_stopped>,
    // From the tree: a strategy was given up, its orders are to be cancelled.
    caf::reacts_to<cancel_strategy>,
    // From a signal, a deadline or the command line: stop in order.
    caf::reacts_to<stop_bot>,
    // The kill switch, from a signal or a file: goes to risk and to every gateway.
    caf::reacts_to<set_trading_state>,
    // Time to show the status.
    caf::reacts_to<atom::tick>>;

/// A SUPERVISOR starts, watches, restarts and stops its children.
using supervisor_actor = caf::typed_actor<
    // Stop everything in reverse order, then quit.
    caf::reacts_to<stop_children>,
    // A child's back-off has passed; the numbers are child and generation.
    caf::reacts_to<atom::timeout, std::uint32_t, std::uint64_t>,
    // How have your children been?
    caf::replies_to<get_report>::with<supervisor_report>>;

} // namespace actorbot
