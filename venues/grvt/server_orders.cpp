#include "venues/grvt/server_orders.hpp"

#include "venues/crypto/ethereum.hpp"
#include "venues/crypto/hex.hpp"
#include "venues/wire/json_reader.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace actorbot::venues::grvt::server {

namespace {

constexpr std::uint64_t longest_stop_ms = 5'000;
constexpr std::uint64_t default_stop_ms = 100;
constexpr std::uint64_t longest_countdown_ms = 300'000;
constexpr std::size_t largest_bulk = 100;

const std::string acknowledged = R"({"result":{"ack":true}})";

bool has(const std::vector<std::string>& wanted, std::string_view value) {
  return wanted.empty() || std::find(wanted.begin(), wanted.end(), value) != wanted.end();
}

/// How long a cancel waits for its order. 2301 above the maximum.
std::optional<failure> read_stop(reader& r, duration& out) {
  const auto ms = r.unsigned64("time_to_live_ms").value_or(0);
  if (r.bad())
    return refuse(1003);
  if (ms > longest_stop_ms)
    return refuse(2301);
  out = std::chrono::milliseconds{ms == 0 ? default_stop_ms : ms / 100 * 100};
  return std::nullopt;
}

bool read_ids(const std::vector<std::string>& texts, std::vector<std::uint64_t>& out) {
  for (const auto& text : texts) {
    const auto id = parse_unsigned(text);
    if (!id)
      return false;
    out.push_back(*id);
  }
  return true;
}

} // namespace

std::string_view to_string(order_status s) {
  switch (s) {
  case order_status::pending:
    return "PENDING";
  case order_status::open:
    return "OPEN";
  case order_status::filled:
    return "FILLED";
  case order_status::cancelled:
    return "CANCELLED";
  case order_status::rejected:
    return "REJECTED";
  }
  return "UNSPECIFIED";
}

order_desk::order_desk(server_state& state, const signature_check& signatures,
                       const session_desk& sessions, private_feeds& feeds,
                       const order_options& options)
    : state_{state},
      signatures_{signatures},
      sessions_{sessions},
      feeds_{feeds},
      options_{options} {}

// -- creating
// ----------------------------------------------------------------------------------------

reply order_desk::create(const call& c) {
  reader r{c.body};
  const auto* order = r.object("order");
  if (!order)
    return refuse(1003);
  auto record = std::make_unique<order_record>();
  if (const auto wrong = admit(c, *order, *record))
    return *wrong;
  // What only the engine will say is not in the acknowledgement.
  const auto verdict = std::exchange(record->reason, "UNSPECIFIED");
  reply out{"{\"result\":" + text(*record) + "}"};
  record->reason = verdict;
  send(c.now, std::move(record));
  return out;
}

reply order_desk::bulk(const call& c) {
  reader r{c.body};
  const auto* who = read_account(c, r);
  const auto* orders = r.array("orders");
  const auto ids = r.texts("order_i_ds");
  const auto clients = r.texts("client_order_i_ds");
  duration window{};
  if (const auto wrong = read_stop(r, window))
    return *wrong;
  if (!who)
    return refuse(2003);
  const auto count = orders ? orders->size() : 0;
  if (!ids.empty() && !clients.empty())
    return refuse(2233);
  if (count > largest_bulk || ids.size() > largest_bulk || clients.size() > largest_bulk)
    return refuse(2235);
  if (count == 0 && ids.empty() && clients.empty())
    return refuse(1003);
  std::vector<std::uint64_t> client_ids;
  if (!read_ids(clients, client_ids))
    return refuse(1003);
  std::vector<std::unique_ptr<order_record>> records;
  for (std::size_t i = 0; i < count; ++i) {
    auto record = std::make_unique<order_record>();
    if (const auto wrong = admit(c, (*orders)[i], *record))
      return *wrong;
    if (!records.empty() && records.front()->market != record->market)
      return refuse(2234);
    if (std::any_of(records.begin(), records.end(),
                    [&](const auto& o) { return o->client_id == record->client_id; }))
      return refuse(2012);
    records.push_back(std::move(record));
  }
  const std::string_view reason = count > 0 ? "CLIENT_REPLACE" : "CLIENT_BULK_CANCEL";
  const auto account = who->id;
  later(c.now, [=, this](timestamp now) {
    for (const auto& id : ids)
      if (auto* o = find_mutable(account, lower(id)))
        cancel_now(now, *o, reason);
    for (const auto id : client_ids)
      cancel_client(now, account, id, reason, window);
  });
  reply out;
  json_writer json{out.body};
  json.open_object().open_array("orders");
  for (auto& record : records) {
    const auto verdict = std::exchange(record->reason, "UNSPECIFIED");
    json.item(text(*record));
    record->reason = verdict;
    send(c.now, std::move(record));
  }
  json.close_array().open_array("cancel_acks");
  for (std::size_t i = 0; i < ids.size() + clients.size(); ++i)
    json.item(R"({"ack":true})");
  json.close_array().close_object();
  return out;
}

// -- cancelling
// --------------------------------------------------------------------------------------

reply order_desk::cancel(const call& c) {
  reader r{c.body};
  const auto* who = read_account(c, r);
  const auto id = lower(r.text("order_id"));
  const auto client = r.unsigned64("client_order_id");
  duration window{};
  if (const auto wrong = read_stop(r, window))
    return *wrong;
  if (!who)
    return refuse(1001);
  if (id.empty() && !client)
    return refuse(3021);
  const auto account = who->id;
  later(c.now, [=, this](timestamp now) {
    if (!id.empty()) {
      if (auto* o = find_mutable(account, id))
        cancel_now(now, *o, "CLIENT_CANCEL");
      return;
    }
    cancel_client(now, account, *client, "CLIENT_CANCEL", window);
  });
  return reply{acknowledged};
}

reply order_desk::cancel_all(const call& c) {
  reader r{c.body};
  const auto* who = read_account(c, r);
  const auto kinds = r.texts("kind");
  const auto bases = r.texts("base");
  const auto quotes = r.texts("quote");
  if (r.bad())
    return refuse(1003);
  if (!who)
    return refuse(1001);
  const auto account = who->id;
  later(c.now, [=, this](timestamp now) {
    for (const auto* open : state_.core().open_orders(account, std::nullopt)) {
      const auto& rules = state_.rules(open->market);
      const auto at = by_engine_.find(open->id);
      if (at != by_engine_.end() && has(kinds, "PERPETUAL") && has(bases, rules.base)
          && has(quotes, rules.quote))
        cancel_now(now, *at->second, "CLIENT_BULK_CANCEL");
    }
  });
  return reply{acknowledged};
}

reply order_desk::countdown(const call& c) {
  reader r{c.body};
  const auto* who = read_account(c, r);
  const auto ms = r.unsigned64("countdown_time").value_or(1'000);
  if (r.bad())
    return refuse(1003);
  if (!who)
    return refuse(1001);
  if (ms > longest_countdown_ms)
    return refuse(6000);
  const std::chrono::seconds wait{ms <= 1'000 ? 0 : ms / 1'000};
  for (std::size_t i = 0; i < state_.core().market_count(); ++i)
    state_.core().set_countdown(c.now, who->id, static_cast<exchange::market_id>(i), wait);
  return reply{acknowledged};
}

// -- builders
// ----------------------------------------------------------------------------------------

reply order_desk::authorize_builder(const call& c) {
  reader r{c.body};
  const auto main = crypto::parse_address(r.text("main_account_id"));
  const auto builder = crypto::parse_address(r.text("builder_account_id"));
  const auto futures = r.amount("max_futures_fee_rate").value_or(decimal{});
  const auto spot = r.amount("max_spot_fee_rate").value_or(decimal{});
  const auto* given = r.object("signature");
  if (r.bad() || !main || !builder || !given)
    return refuse(1003);
  constexpr auto most = std::numeric_limits<std::uint32_t>::max();
  const auto futures_fee = scaled(futures, 4, most);
  const auto spot_fee = scaled(spot, 4, most);
  if (!futures_fee || !spot_fee)
    return refuse(7501);
  const account_identity* owner = nullptr;
  for (const auto i : c.who->accounts)
    if (sessions_.accounts()[i].main == *main)
      owner = &sessions_.accounts()[i];
  if (!owner)
    return refuse(1001);
  signature_fields by;
  if (const auto wrong = signatures_.read(*given, c.now, by))
    return *wrong;
  crypto::bytes32 digest{};
  const auto hash
      = signatures_.builder_hash(*main, *builder, static_cast<std::uint32_t>(*futures_fee),
                                 static_cast<std::uint32_t>(*spot_fee), by);
  if (const auto wrong = signatures_.check(by, hash, digest))
    return *wrong;
  if (by.signer != owner->signer && by.signer != owner->main)
    return refuse(2000);
  auto& mine = permits_[*main];
  const auto name = crypto::to_hex_0x(*builder);
  if (std::any_of(mine.begin(), mine.end(), [&](const auto& p) { return p.builder == name; }))
    return refuse(7503);
  mine.push_back({name, futures, spot});
  return reply{R"({"result":{"ack":true,"tx_id":"0"}})"};
}

reply order_desk::authorized_builders(const call& c) const {
  reply out;
  json_writer json{out.body};
  json.open_object().open_array("results");
  const auto at = permits_.find(sessions_.accounts()[c.who->accounts.front()].main);
  if (at != permits_.end())
    for (const auto& p : at->second) {
      json.open_object().text("builder_account_id", p.builder);
      put(json, "max_futures_fee_rate", p.futures_fee);
      put(json, "max_spot_fee_rate", p.spot_fee);
      json.close_object();
    }
  json.close_array().close_object();
  return out;
}

// -- text
// --------------------------------------------------------------------------------------------

std::string order_desk::text(const order_record& o) const {
  std::string out;
  json_writer json{out};
  json.open_object()
      .text("order_id", o.id)
      .text("sub_account_id", sessions_.of(o.account).sub_account_text)
      .flag("is_market", o.is_market)
      .text("time_in_force", o.time_in_force)
      .flag("post_only", o.post_only)
      .flag("reduce_only", o.reduce_only)
      .open_array("legs")
      .open_object()
      .text("instrument", state_.rules(o.market).symbol);
  put(json, "size", o.size);
  put(json, "limit_price", o.limit_price);
  json.flag("is_buying_asset", o.order_side == side::buy).close_object().close_array();
  json.open_object("signature")
      .text("signer", o.signer)
      .text("r", o.r)
      .text("s", o.s)
      .integer("v", std::int64_t{o.v});
  put(json, "expiration", o.expires);
  json.integer("nonce", std::uint64_t{o.nonce}).text("chain_id", "0").close_object();
  json.open_object("metadata").text("client_order_id", std::to_string(o.client_id));
  put(json, "create_time", o.created);
  json.raw("trigger", R"({"trigger_type":"UNSPECIFIED","tpsl":{"trigger_by":"UNSPECIFIED",)"
                      R"("trigger_price":"0.0","close_position":false}})")
      .text("broker", o.broker)
      .flag("is_position_transfer", false)
      .flag("allow_crossing", false)
      .close_object();
  json.open_object("state")
      .text("status", to_string(o.status))
      .text("reject_reason", o.reason)
      .open_array("book_size");
  put_item(json, o.book_size);
  json.close_array().open_array("traded_size");
  put_item(json, o.traded);
  json.close_array();
  put(json, "update_time", o.updated);
  json.open_array("avg_fill_price");
  put_item(json, o.average);
  json.close_array().close_object().text("builder", o.builder);
  put(json, "builder_fee", o.builder_fee);
  json.close_object();
  return out;
}

} // namespace actorbot::venues::grvt::server
