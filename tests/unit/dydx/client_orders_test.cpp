#include "client_support.hpp"

#include "venues/crypto/base64.hpp"

using namespace dydx_client;

// -- place -------------------------------------------------------------------------------------------

TEST_CASE("a GTC limit order is long-term, signed with the time as its nonce") {
  account_session s;
  s.connect();
  auto order = limit_order();
  SUBCASE("plain") {}
  SUBCASE("post-only") { order.post_only = true; }
  SUBCASE("reduce-only: the chain has that for IOC only, so a bit keeps it") {
    order.reduce_only = true;
  }
  s.protocol.place(s.at(), order, s.sink);
  const auto call = s.take("/");
  CHECK(call.kind == request_class::order);
  const auto tx = read_transaction(call);
  const auto& o = tx.place.order();
  CHECK(o.order_id().subaccount_id().owner() == test_address);
  CHECK(o.order_id().subaccount_id().number() == 0);
  CHECK(o.order_id().client_id() == 1001);
  CHECK(o.order_id().order_flags() == 64);
  CHECK(o.order_id().clob_pair_id() == 0);
  CHECK(o.side() == 1);
  CHECK(o.quantums() == 10'000'000);
  CHECK(o.subticks() == 8'990'000'000);
  CHECK_FALSE(o.has_good_til_block());
  CHECK(o.good_til_block_time() == start_ms / 1000 + 28 * 86'400);
  CHECK(o.time_in_force() == (order.post_only ? 2u : 0u));
  CHECK_FALSE(o.reduce_only());
  CHECK(o.client_metadata() == (dydx::metadata_mark | (order.reduce_only ? 2u : 0u)));
  CHECK(tx.sequence == start_ms);
  CHECK(tx.body.non_critical_extension_options_size() == 0);
}

TEST_CASE("IOC and market orders are short-term, good for a few blocks") {
  account_session s;
  s.connect();
  auto order = ioc_order();
  order.instrument = number(1);
  order.order_side = side::sell;
  order.size = "0.05"_qty;
  order.limit_price = "3105.5"_price;
  order.reduce_only = true;
  std::uint64_t subticks = 3'105'500'000;
  std::uint32_t metadata = dydx::metadata_mark;
  SUBCASE("IOC") {}
  SUBCASE("market: its worst price is rounded away from worse") {
    order.type = order_type::market;
    order.limit_price = "3105.51"_price;
    subticks = 3'105'600'000;
    metadata |= 1;
  }
  s.block(start_height + 3);
  s.protocol.place(s.at(), order, s.sink);
  const auto tx = read_transaction(s.take("/"));
  const auto& o = tx.place.order();
  CHECK(o.order_id().order_flags() == 0);
  CHECK(o.order_id().clob_pair_id() == 1);
  CHECK(o.side() == 2);
  CHECK(o.quantums() == 50'000'000);
  CHECK(o.subticks() == subticks);
  CHECK(o.good_til_block() == start_height + 3 + 5);
  CHECK(o.time_in_force() == 1);
  CHECK(o.reduce_only());
  CHECK(o.client_metadata() == metadata);
  CHECK(tx.sequence == 7); // the account's; not compared for these
}

TEST_CASE("resting orders may be short-term by configuration") {
  auto settings = settings_for({"BTC"});
  settings.parameters.set("resting_orders", std::string{"short_term"});
  account_session s{settings};
  s.connect();
  auto order = limit_order();
  order.post_only = true;
  s.protocol.place(s.at(), order, s.sink);
  const auto tx = read_transaction(s.take("/"));
  CHECK(tx.place.order().order_id().order_flags() == 0);
  CHECK(tx.place.order().good_til_block() == start_height + 20);
  CHECK(tx.place.order().time_in_force() == 2);
}

TEST_CASE("a permissioned key signs for another account's subaccount") {
  auto settings = settings_for({"BTC"});
  settings.parameters.set("address", std::string{"dydx19rl4cm2hmr8afy4kldpxz3fka4jguq0a4erelz"});
  settings.parameters.set("authenticator", std::int64_t{966});
  settings.parameters.set("subaccount", std::int64_t{128});
  dydx_session<dydx::account> s{settings};
  s.start();
  s.answer("/v4/time", 200, R"({"iso":"2025-12-08T16:11:56.125Z","epoch":1765210316.125})");
  // The owner's number is part of the signature: vector account_query_no_pubkey.
  dydx::wire::QueryAccountResponse response;
  dydx::wire::BaseAccount owner;
  owner.set_address("dydx19rl4cm2hmr8afy4kldpxz3fka4jguq0a4erelz");
  owner.set_account_number(7);
  response.mutable_account()->set_type_url("/cosmos.auth.v1beta1.BaseAccount");
  owner.SerializeToString(response.mutable_account()->mutable_value());
  const auto account = s.take("/");
  s.answer(
      account, 200,
      rpc_result(account, "{\"response\":{\"code\":0,\"value\":\""
                              + crypto::to_base64(crypto::as_bytes(response.SerializeAsString()))
                              + "\"}}"));
  const auto height = s.take("/");
  s.answer(height, 200, rpc_result(height, R"({"response":{"last_block_height":"66624132"}})"));
  s.answer("/v4/perpetualMarkets", 200, markets());
  s.protocol.place(s.at(), limit_order(), s.sink);
  const auto tx = read_transaction(s.take("/"), 7);
  CHECK(tx.place.order().order_id().subaccount_id().owner()
        == "dydx19rl4cm2hmr8afy4kldpxz3fka4jguq0a4erelz");
  CHECK(tx.place.order().order_id().subaccount_id().number() == 128);
  REQUIRE(tx.body.non_critical_extension_options_size() == 1);
  dydx::wire::TxExtension extension;
  REQUIRE(extension.ParseFromString(tx.body.non_critical_extension_options(0).value()));
  REQUIRE(extension.selected_authenticators_size() == 1);
  CHECK(extension.selected_authenticators(0) == 966);
}

TEST_CASE("chains by environment") {
  auto settings = settings_for({"BTC"});
  std::string chain;
  SUBCASE("testnet") {
    settings.environment = "testnet";
    chain = "dydx-testnet-4";
  }
  SUBCASE("local") {
    settings.environment = "local";
    chain = "localdydxprotocol";
  }
  SUBCASE("named") {
    settings.environment = "local";
    settings.parameters.set("chain_id", std::string{"dydx-mainnet-1"});
    chain = "dydx-mainnet-1";
  }
  account_session s{settings};
  s.connect();
  s.protocol.place(s.at(), limit_order(), s.sink);
  read_transaction(s.take("/"), 40321, chain); // checks the signature
}

TEST_CASE("nonces rise, also within a millisecond, and start again after our clock went back") {
  account_session s;
  s.connect();
  std::vector<std::uint64_t> nonces;
  const auto next = [&](std::uint32_t wire) {
    auto order = limit_order();
    order.id = our_id(wire);
    s.protocol.place(s.at(), order, s.sink);
    nonces.push_back(read_transaction(s.take("/")).sequence);
  };
  next(1);
  next(2);
  next(3);
  s.elapsed = -20s;
  next(4); // still within the window: goes on
  s.elapsed = -60s;
  next(5); // the chain would refuse to go on
  CHECK(nonces
        == std::vector<std::uint64_t>{start_ms, start_ms + 1, start_ms + 2, start_ms + 3,
                                      start_ms - 60'000});
}

TEST_CASE("the venue's time goes into nonces and lifetimes") {
  account_session s;
  s.start();
  s.answer("/v4/time", 200, R"({"iso":"2025-12-08T16:21:56.125Z","epoch":1765210916.125})");
  s.give_account();
  s.give_height(start_height);
  s.answer("/v4/perpetualMarkets", 200, markets());
  s.protocol.place(s.at(), limit_order(), s.sink);
  const auto tx = read_transaction(s.take("/"));
  CHECK(tx.sequence == start_ms + 600'000);
  CHECK(tx.place.order().good_til_block_time() == start_ms / 1000 + 600 + 28 * 86'400);
}

TEST_CASE("code 0 is pending, not open: one node has looked at it") {
  account_session s;
  s.connect();
  s.protocol.place(s.at(), limit_order(), s.sink);
  CHECK(s.sink.updates.empty());
  const auto call = s.take("/");
  s.answer(call, 200, tx_result(call, 0, "", "[]"));
  REQUIRE(s.sink.updates.size() == 1);
  const auto& x = s.sink.updates[0];
  CHECK(x.id == our_id(1001));
  CHECK(x.state == order_state::pending);
  CHECK(x.source == evidence::answer);
  CHECK(x.venue_order_id == uuid_of(1001, 64));
  CHECK(x.size == "0.001"_qty);
  CHECK(x.limit_price == "89900"_price);
}

TEST_CASE("orders that the chain cannot carry are refused here and send nothing") {
  account_session s;
  s.connect();
  auto order = limit_order();
  auto reason = reject_reason::invalid;
  SUBCASE("fill-or-kill") { order.tif = time_in_force::fok; }
  SUBCASE("post-only IOC") {
    order.post_only = true;
    order.tif = time_in_force::ioc;
  }
  SUBCASE("a market order without a worst price") {
    order.type = order_type::market;
    order.limit_price = {};
  }
  SUBCASE("no such instrument") { order.instrument = number(9); }
  SUBCASE("off the tick") {
    order.limit_price = "89900.5"_price;
    reason = reject_reason::price_tick;
  }
  SUBCASE("a worst price below the first tick") {
    order.type = order_type::market;
    order.limit_price = "0.5"_price;
    reason = reject_reason::price_tick;
  }
  SUBCASE("off the lot") {
    order.size = "0.00015"_qty;
    reason = reject_reason::size;
  }
  SUBCASE("below one lot") {
    order.size = "0.00001"_qty;
    reason = reject_reason::size;
  }
  SUBCASE("nothing") {
    order.size = {};
    reason = reject_reason::size;
  }
  SUBCASE("too late") {
    order.valid_until = s.at().now - 1ms;
    reason = reject_reason::stale;
  }
  SUBCASE("no number left") {
    order.id.run = 9; // the test's numbers belong to run 3, and nothing can be written down
    auto settings = settings_for({"BTC"});
    settings.ids = std::make_shared<number_ids>(
        std::uint16_t{1}, number_range{1, 0xffff'ffff}, std::vector<id_block>{},
        [](const id_block&) { return std::string{"disk full"}; });
    account_session other{settings};
    other.connect();
    other.protocol.place(other.at(), order, other.sink);
    CHECK(other.sink.calls.empty());
    REQUIRE(other.sink.updates.size() == 1);
    CHECK(other.sink.updates[0].state == order_state::rejected);
    CHECK(other.sink.updates[0].reason == reject_reason::not_sent);
    return;
  }
  s.protocol.place(s.at(), order, s.sink);
  CHECK(s.sink.calls.empty());
  REQUIRE(s.sink.updates.size() == 1);
  CHECK(s.sink.updates[0].state == order_state::rejected);
  CHECK(s.sink.updates[0].reason == reason);
  CHECK(s.sink.updates[0].source == evidence::local);
}

// -- cancel ------------------------------------------------------------------------------------------

TEST_CASE("a cancel names the kind of order and reaches as far as it does") {
  account_session s;
  s.connect();
  std::string venue_id;
  std::uint32_t flags = 64;
  SUBCASE("long-term, of this session") { s.placed(limit_order()); }
  SUBCASE("short-term, of this session") {
    s.placed(ioc_order());
    flags = 0;
  }
  SUBCASE("long-term, of an earlier session") { venue_id = uuid_of(1001, 64); }
  SUBCASE("short-term, of an earlier session") {
    venue_id = uuid_of(1001, 0);
    flags = 0;
  }
  SUBCASE("nothing known: what rests is long-term") {}
  s.protocol.cancel(s.at(), {our_id(1001), number(0)}, venue_id, s.sink);
  const auto call = s.take("/");
  CHECK(call.kind == request_class::cancel);
  const auto tx = read_transaction(call);
  CHECK(tx.cancel.order_id().client_id() == 1001);
  CHECK(tx.cancel.order_id().order_flags() == flags);
  CHECK(tx.cancel.order_id().subaccount_id().owner() == test_address);
  if (flags == 0) {
    CHECK(tx.cancel.good_til_block() == start_height + 20);
    CHECK(tx.sequence == 7);
  } else {
    CHECK(tx.cancel.good_til_block_time() == start_ms / 1000 + 29 * 86'400);
    CHECK(tx.sequence >= start_ms);
  }
  s.answer(call, 200, tx_result(call, 0, "", "[]"));
  CHECK(s.sink.updates.empty()); // what becomes of it is said by the channel
  CHECK(s.sink.cancels_failed.empty());
}

TEST_CASE("what dYdX has not is refused in words") {
  account_session s;
  s.connect();
  s.protocol.cancel_all(s.at(), number(0), s.sink);
  s.protocol.arm_dead_man(s.at(), number(0), 10s, s.sink);
  REQUIRE(s.sink.requests_failed.size() == 2);
  CHECK(s.sink.requests_failed[0].first == "cancel_all");
  CHECK(s.sink.requests_failed[1].first == "arm_dead_man");
}
