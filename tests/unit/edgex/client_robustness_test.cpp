#include "client_support.hpp"

#include "venues/edgex/descriptor.hpp"

#include <random>

using namespace edgex_client;

namespace {

session_settings everything() {
  auto s = settings_for({"BTC", "PEPE"});
  s.wants_depth = s.wants_trades = s.wants_funding = true;
  return s;
}

json quote(std::string_view channel, const json& row) {
  return {
      {"type", "quote-event"},
      {"channel", channel},
      {"content", {{"channel", channel}, {"dataType", "changed"}, {"data", json::array({row})}}}};
}

const std::string snapshot
    = R"({"type":"quote-event","channel":"depth.10000001.200","content":{"dataType":"Snapshot","data":[{"startVersion":"1","endVersion":"10","contractId":"10000001","asks":[{"price":"101","size":"2"}],"bids":[{"price":"100","size":"1"}],"depthType":"Snapshot"}]}})";

/// One frame of each kind.
std::vector<std::string> frames() {
  return {
      snapshot,
      quote("depth.10000001.200", {{"startVersion", "11"},
                                   {"endVersion", "12"},
                                   {"contractId", "10000001"},
                                   {"bids", {{{"price", "100.5"}, {"size", "1"}}}},
                                   {"asks", json::array()},
                                   {"depthType", "CHANGED"}})
          .dump(),
      quote("ticker.10000001", {{"contractId", "10000001"},
                                {"indexPrice", "101676.380723500"},
                                {"oraclePrice", "101636.3750002346932888031005859375"}})
          .dump(),
      quote("trades.10000001", {{"ticketId", "1"},
                                {"time", "1688365544504"},
                                {"price", "30065.12"},
                                {"size", "0.01"},
                                {"contractId", "10000001"},
                                {"isBuyerMaker", false}})
          .dump(),
      quote("fundingRate.10000001", {{"contractId", "10000001"},
                                     {"fundingTime", "1734595200000"},
                                     {"fundingRate", "0.0001"},
                                     {"fundingRateIntervalMin", "240"}})
          .dump(),
      R"({"type":"ping","time":"1693208170000"})",
      json{{"type", "trade-event"},
           {"content",
            {{"event", "ORDER_UPDATE"},
             {"version", 101},
             {"data",
              {{"order",
                {with(order_record(), {{"status", "FILLED"},
                                       {"cumMatchSize", "0.001"},
                                       {"cumFillSize", "0.001"},
                                       {"cumFillValue", "97.4"}})}},
               {"orderFillTransaction", {fill_record()}},
               {"position", {{{"contractId", "10000001"}, {"openSize", "1"}}}},
               {"collateral", {{{"coinId", "1000"}, {"legacyAmount", "5"}}}},
               {"collateralTransaction",
                {{{"id", "1"},
                  {"type", "POSITION_FUNDING"},
                  {"deltaAmount", "1"},
                  {"positionContractId", "10000001"}}}}}}}}}
          .dump(),
  };
}

/// What must hold whatever arrives.
void check_sane(const recorder& sink) {
  for (const auto& x : sink.tops) {
    for (const auto& side : {x.bid, x.ask})
      if (side)
        CHECK((side->at.is_positive() && side->size.is_positive()));
    if (x.two_sided())
      CHECK(x.bid->at < x.ask->at);
  }
  for (const auto& x : sink.trades)
    CHECK((x.at.is_positive() && x.size.is_positive()));
  for (const auto& x : sink.marks)
    CHECK(x.mark.is_positive());
  for (const auto& x : sink.fills)
    CHECK((x.at.is_positive() && x.size.is_positive() && x.id.bot == 1 && !x.trade_id.empty()));
  for (const auto& x : sink.updates)
    CHECK((x.id.bot == 1 && !x.size.is_negative() && !x.filled.is_negative()));
  CHECK(sink.fails.size() <= 1);
}

std::size_t facts(const recorder& s) {
  return s.tops.size() + s.snapshots.size() + s.deltas.size() + s.trades.size() + s.rates.size()
         + s.marks.size() + s.updates.size() + s.fills.size() + s.positions.size()
         + s.balances.size() + s.payments.size() + s.foreign.size();
}

} // namespace

TEST_CASE("a frame cut at any byte emits nothing and ends the session") {
  for (const auto& text : frames())
    for (std::size_t size = 0; size < text.size(); size += size < 40 ? 1 : 7) {
      market_session m{everything()};
      m.connect();
      m.frame(snapshot);
      const auto before = facts(m.sink);
      m.frame(text.substr(0, size));
      CHECK(facts(m.sink) == before);
      CHECK(m.sink.fails.size() == 1);
      account_session a{settings_for({"BTC"})};
      a.connect();
      a.frame(text.substr(0, size));
      CHECK(facts(a.sink) == 0);
      CHECK(a.sink.fails.size() == 1);
    }
}

TEST_CASE("frames with bytes changed at random never make a wrong fact") {
  std::mt19937_64 random{20240808};
  const auto all = frames();
  const std::string alphabet = "{}[]\",:.-+eE0123456789abcdefnulltrue \\\x01\xff";
  for (int i = 0; i < 6000; ++i) {
    CAPTURE(i);
    auto text = all[random() % all.size()];
    for (auto changes = random() % 4 + 1; changes > 0; --changes) {
      const auto at = random() % text.size();
      const auto c = alphabet[random() % alphabet.size()];
      switch (random() % 3) {
      case 0:
        text[at] = c;
        break;
      case 1:
        text.insert(at, 1, c);
        break;
      default:
        text.erase(at, random() % 5 + 1);
        text += text.empty() ? "{" : "";
      }
    }
    market_session m{everything()};
    m.connect();
    m.frame(snapshot);
    m.frame(text);
    check_sane(m.sink);
    account_session a{settings_for({"BTC"})};
    a.connect();
    a.frame(text);
    check_sane(a.sink);
  }
}

TEST_CASE("answers with bytes changed at random: each question has one answer") {
  std::mt19937_64 random{7};
  const auto record = success(json::array({order_record()}).dump());
  const auto page = success(json{{"dataList", {fill_record()}}, {"nextPageOffsetData", ""}}.dump());
  for (int i = 0; i < 3000; ++i) {
    CAPTURE(i);
    const auto damage = [&](std::string text) {
      for (auto changes = random() % 3; changes > 0; --changes)
        text[random() % text.size()] = static_cast<char>(random() % 96 + 32);
      return text;
    };
    account_session s{settings_for({"BTC"})};
    s.connect();
    s.protocol.query_order(s.at(), our_id(0x2a), number(0), "", s.sink);
    s.answer("/api/v2/private/order/getOrderByClientOrderId", 200, damage(record));
    CHECK(s.sink.updates.size() + s.sink.queries_failed.size() == 1);
    s.protocol.query_fills(s.at(), number(0), s.at().now, s.sink);
    s.answer("/api/v2/private/order/getHistoryOrderFillTransactionPage", 200, damage(page));
    while (!s.sink.calls.empty()) {
      const auto call = s.sink.calls.front();
      s.sink.calls.erase(s.sink.calls.begin());
      s.answer(call, 200, record);
    }
    CHECK(s.sink.pages.size() + s.sink.requests_failed.size() == 1);
    s.protocol.query_balances(s.at(), s.sink);
    s.answer("/api/v2/private/account/getAccountAsset", 200, damage(account_asset()));
    s.protocol.query_positions(s.at(), s.sink);
    s.answer("/api/v2/private/account/getAccountAsset", 200, damage(account_asset()));
    check_sane(s.sink);
  }
}

TEST_CASE("no credentials in any text, whatever the venue says back") {
  const auto quoting = [](std::string_view code) {
    return refusal(code, "key " + api_key + " pass " + passphrase + " account " + account_id);
  };
  recorder all;
  for (const char* code : {"INVALID_API_KEY", "INVALID_PARAMETER", "INVALID_ACCOUNT_ID", "OTHER",
                           "SIGNATURE_ERROR", "INTERNAL_ERROR"}) {
    account_session s{settings_for({"BTC"})};
    s.connect();
    order_request o;
    o.id = our_id(1);
    o.instrument = number(0);
    o.size = "1"_qty;
    o.limit_price = "100"_price;
    s.protocol.place(s.at(), o, s.sink);
    s.answer("/api/v2/private/order/createOrder", 400, quoting(code));
    s.protocol.cancel(s.at(), {o.id, o.instrument}, "", s.sink);
    s.answer("/api/v2/private/order/cancelOrderByClientOrderId", 400, quoting(code));
    s.protocol.query_order(s.at(), o.id, o.instrument, "", s.sink);
    s.answer("/api/v2/private/order/getOrderByClientOrderId", 400, quoting(code));
    s.protocol.query_open_orders(s.at(), s.sink);
    s.answer("/api/v2/private/order/getActiveOrderPage", 400, quoting(code));
    s.protocol.query_balances(s.at(), s.sink);
    s.protocol.on(http_failed{s.at(), s.sink.calls.at(0).id, true, "proxy: " + api_key}, s.sink);
    s.protocol.on(stream_closed{s.at(), stream_id{0}, "X-edgeX-Passphrase: " + passphrase}, s.sink);
    account_session start{settings_for({"BTC"})};
    start.start();
    start.give_time();
    start.answer("/api/v2/public/meta/getMetaData", 200, success(metadata()));
    start.answer("/api/v2/private/account/getAccountAsset", 401, quoting(code));
    for (const auto& text : {s.sink.all_text(), start.sink.all_text()}) {
      CHECK(text.find(code) != std::string::npos);
      for (const auto& hidden : {api_key, passphrase, api_secret, signer_key})
        CHECK(text.find(hidden) == std::string::npos);
    }
    const std::string first{code};
    if (first == "INVALID_API_KEY" || first == "INVALID_ACCOUNT_ID")
      CHECK(s.sink.updates.at(0).text == code); // the venue's words stay out altogether
  }
}

TEST_CASE("nothing is said after the end") {
  account_session s{settings_for({"BTC"})};
  s.connect();
  s.protocol.query_balances(s.at(), s.sink);
  const auto call = s.sink.calls.at(0);
  s.frame("garbage");
  REQUIRE(s.sink.fails.size() == 1);
  s.answer(call, 200, account_asset());
  s.event({{"order", {order_record()}}});
  s.timer(0);
  s.timer(1);
  s.timer(2);
  s.stream_open();
  CHECK(s.sink.fails.size() == 1);
  CHECK(s.sink.balances.empty());
  CHECK(s.sink.updates.empty());
  CHECK(s.sink.calls.size() == 1);
}

TEST_CASE("the descriptor says what the venue can do") {
  const auto& d = edgex::describe();
  CHECK(d.name == "edgex");
  CHECK(d.can.cancel_all);
  CHECK_FALSE(d.can.amend);
  CHECK(d.can.dead_man == dead_man_scope::none);
  CHECK_FALSE(d.can.id_numbers.has_value());
  CHECK(d.can.validity_window == duration{62s});
  REQUIRE(d.parameters.size() == 6);
  CHECK(d.parameters[0].name == "api");
  CHECK(d.parameters[0].default_text == "v2");
  for (const auto& p : d.parameters)
    if (p.name != "api" && p.name != "account_id")
      CHECK(p.kind == parameter_kind::secret);
  for (const auto& e : d.environments) {
    CHECK((e.name == "local" ? e.endpoints.empty() : e.endpoints.size() == 2));
    for (const auto& where : e.endpoints)
      CHECK(where.tls);
  }
  CHECK(d.make_market_data(settings_for({"BTC"})) != nullptr);
  CHECK(d.make_account(settings_for({"BTC"})) != nullptr);
}
