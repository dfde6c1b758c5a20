#include "venues/dydx/account.hpp"

#include "venues/crypto/base64.hpp"
#include "venues/dydx/numbers.hpp"
#include "venues/dydx/session.hpp"

#include <algorithm>
#include <utility>

/// What an answer of the Indexer, and the way to live, mean. Transactions: account_transactions.cpp.
namespace actorbot::venues::dydx {

namespace {

namespace dom = simdjson::dom;
using namespace std::chrono_literals;

/// The Indexer this many blocks behind its node, twice in a row: what it says is too old to trade on.
constexpr std::int64_t most_lag = 5;
constexpr unsigned lag_patience = 2;
constexpr std::string_view unreadable = "the answer cannot be read";

} // namespace

void account::on(const http_answer& event, account_sink& sink) {
  const auto slot = slot_of(event.id);
  if (!slot)
    return;
  switch (slots_[*slot].what) {
  case task::account:
  case task::height:
  case task::place:
  case task::cancel:
    return on_node_answer(*slot, event, sink);
  default:
    return on_indexer_answer(*slot, event, sink);
  }
}

void account::on(const http_failed& event, account_sink& sink) {
  const auto slot = slot_of(event.id);
  if (!slot)
    return;
  const auto p = release(*slot);
  const auto text = clean_text(event.text);
  if (is_start(p))
    return fail(sink, session_end::closed, "no answer from dydx: " + text);
  refuse(p, event.written ? outcome{} : outcome{verdict::refused, reject_reason::not_sent}, text,
         event.at, sink);
}

// -- the Indexer -------------------------------------------------------------------------------------

void account::on_indexer_answer(std::size_t slot, const http_answer& event, account_sink& sink) {
  const auto p = release(slot);
  if (event.status == 200) {
    const auto root = parser_.parse(event.body);
    if (root && succeed(p, event, *root, sink))
      return;
    if (over_)
      return;
    if (is_start(p))
      return fail(sink, session_end::garbage, std::string{unreadable});
    return refuse(p, {}, unreadable, event.at, sink);
  }
  const auto error = read_error(event, parser_);
  if (is_start(p))
    return fail(sink, end_of(event.status), "the indexer refused a request: " + error.text);
  outcome o;
  if (event.status == 429)
    o = {verdict::refused, reject_reason::rate_limit};
  else if (event.status == 404
           && !error.message.empty()) // else the path is unknown, not the object
    o = {verdict::not_found, reject_reason::unknown_order};
  else if ((event.status == 400 || event.status == 403) && !error.message.empty())
    o = {verdict::refused,
         event.status == 400 ? reject_reason::invalid : reject_reason::authentication};
  refuse(p, o, error.text, event.at, sink);
}

bool account::succeed(const pending& p, const http_answer& event, dom::element body,
                      account_sink& sink) {
  switch (p.what) {
  case task::clock:
    return on_clock(p, event, body, sink);
  case task::markets:
    return on_markets(body, sink);
  case task::funding:
    return on_funding(body, sink);
  case task::query:
    return on_order(p, body, sink);
  case task::open_orders:
    return on_open_orders(p, body, sink);
  case task::positions:
    return on_positions(p, body, sink);
  case task::balances:
    return on_balances(event.at, body, sink);
  case task::fills:
    return on_fills(p, event.at, body, sink);
  case task::owner:
    return on_owner(p, event.at, body, sink);
  default:
    return false;
  }
}

// -- session answers ---------------------------------------------------------------------------------

bool account::on_clock(const pending& p, const http_answer& event, dom::element body,
                       account_sink& sink) {
  const auto time = iso_time_of(body, "iso");
  if (time == timestamp{})
    return false;
  clock_asked_ = false;
  const duration half{(event.at.monotonic_ns - p.sent_ns) / 2};
  // The Indexer read its clock half a round trip ago, in the middle of its millisecond.
  offset_ = time + half + 500us - event.at.now;
  sink.clock_offset(offset_, half + 500us);
  if (is_start(p))
    begin(make(task::account, event.at), event.at, sink);
  else
    resend(event.at, sink);
  return true;
}

bool account::on_account(const http_answer& event, dom::element result, account_sink& sink) {
  dom::element response;
  if (result["response"].get(response) != simdjson::SUCCESS)
    return false;
  if (integer_of(response, "code").value_or(0) != 0) {
    const auto log = text_of(response, "log");
    const bool absent = log.find("not found") != std::string_view::npos
                        || log.find("NotFound") != std::string_view::npos;
    fail(sink, absent ? session_end::configuration : session_end::garbage,
         absent ? "the chain has no account " + writer_.address()
                      + ": it comes into being with its first deposit"
                : "the node refused the account query: " + clean_text(log));
    return true;
  }
  const auto value = crypto::from_base64(text_of(response, "value"));
  account_numbers numbers;
  if (!value
      || !read_account({reinterpret_cast<const char*>(value->data()), value->size()}, numbers)
      || numbers.address != writer_.address())
    return false;
  writer_.set_account_number(numbers.number);
  account_sequence_ = numbers.sequence;
  begin(make(task::height, event.at), event.at, sink);
  return true;
}

/// The node's height beside the Indexer's. Orders carry the Indexer's, so one that lags far behind
/// would place orders that are dead on arrival, and what it shows of the account is old.
bool account::on_height(const pending& p, const event_time& at, dom::element result,
                        account_sink& sink) {
  dom::element response;
  if (result["response"].get(response) != simdjson::SUCCESS)
    return false;
  const auto height = integer_of(response, "last_block_height");
  if (!height || *height <= 0 || *height > 0x7fff'ffff)
    return false;
  if (is_start(p)) {
    begin(make(task::markets, at), at, sink);
    return true;
  }
  lagging_ = *height > height_ + most_lag ? lagging_ + 1 : 0;
  if (lagging_ >= lag_patience)
    fail(sink, session_end::silent,
         "the indexer is " + std::to_string(*height - height_) + " blocks behind the node");
  return true;
}

bool account::on_markets(dom::element body, account_sink& sink) {
  if (auto error = instruments_.load(body, settings_.instruments)) {
    fail(sink, error->reason, std::move(error->text));
    return true;
  }
  for (const auto& x : instruments_.all())
    sink.emit(x.rules);
  opened_ = true;
  stream_request_view request;
  request.target = socket_target;
  sink.open(stream_endpoint, account_stream, request);
  return true;
}

// -- command answers ---------------------------------------------------------------------------------

bool account::on_order(const pending& p, dom::element body, account_sink& sink) {
  venue_order order;
  if (read_order(body, instruments_, settings_.ids.get(), settings_.bot, evidence::query, order)
          != read_result::ok
      || order.seen.order.instrument != p.order.instrument
      || order.seen.order.venue_order_id != p.venue_order)
    return false;
  if (!order.seen.ours) {
    if (p.order.id != client_order_id{})
      return false; // the answer to one order for another would be worse than none
    sink.emit_foreign(order.seen);
    return true;
  }
  if (p.order.id != client_order_id{} && order.seen.order.id != p.order.id)
    return false;
  note_heard(order);
  auto x = judge(order, height_);
  if (is_final(x.state))
    forget(x.id);
  sink.emit(x);
  return true;
}

bool account::on_open_orders(const pending& p, dom::element body, account_sink& sink) {
  dom::array rows;
  if (body.get(rows) != simdjson::SUCCESS)
    return false;
  open_orders_snapshot out;
  out.venue = settings_.venue;
  out.requested = p.requested;
  venue_order order;
  for (const auto row : rows) {
    const auto result = read_order(row, instruments_, settings_.ids.get(), settings_.bot,
                                   evidence::snapshot, order);
    if (result == read_result::malformed)
      return false;
    if (result != read_result::ok)
      continue;
    note_heard(order);
    order.seen.order = judge(order, height_);
    if (!is_final(order.seen.order.state))
      out.orders.push_back(order.seen);
  }
  sink.emit(out);
  return true;
}

bool account::on_positions(const pending& p, dom::element body, account_sink& sink) {
  const auto rows = array_of(body, "positions");
  if (!rows)
    return false;
  positions_snapshot out;
  out.venue = settings_.venue;
  out.requested = p.requested;
  for (const auto row : *rows) {
    position x;
    const auto result = read_position(row, instruments_, x);
    if (result == read_result::malformed)
      return false;
    x.time = p.requested;
    if (result == read_result::ok)
      out.positions.push_back(x);
  }
  sink.emit(out);
  return true;
}

/// USDC alone says little: buying moves it into the position. The wallet is equity without what
/// open positions have gained.
bool account::on_balances(const event_time& at, dom::element body, account_sink& sink) {
  const auto subaccount = member_of(body, "subaccount");
  const auto equity = subaccount ? long_decimal_of(*subaccount, "equity") : std::nullopt;
  const auto available = subaccount ? long_decimal_of(*subaccount, "freeCollateral") : std::nullopt;
  dom::object open;
  if (!equity || !available
      || (*subaccount)["openPerpetualPositions"].get(open) != simdjson::SUCCESS)
    return false;
  auto total = *equity;
  for (const auto& [ticker, row] : open) {
    const auto gained = long_decimal_of(row, "unrealizedPnl");
    if (!gained)
      return false;
    total -= *gained;
  }
  sink.emit(balance{settings_.venue, "USDC", total, *equity, *available, at.now});
  return true;
}

bool account::on_funding(dom::element body, account_sink& sink) {
  const auto rows = array_of(body, "fundingPayments");
  if (!rows)
    return false;
  std::set<std::string> told;
  for (const auto row : *rows) {
    const auto* const x = instruments_.by_ticker(text_of(row, "ticker"));
    const auto amount = long_decimal_of(row, "payment");
    const auto height = integer_of(row, "createdAtHeight");
    if (x == nullptr || !amount || !height)
      continue;
    funding_payment out;
    out.instrument = x->rules.id;
    out.amount = *amount;
    out.id = x->rules.symbol + "@" + std::to_string(*height);
    out.time = iso_time_of(row, "createdAt");
    told.insert(out.id);
    funding_since_ = std::max(funding_since_, out.time);
    if (!funding_seen_.contains(out.id))
      sink.emit(out);
  }
  funding_seen_ = std::move(told);
  return true;
}

} // namespace actorbot::venues::dydx
