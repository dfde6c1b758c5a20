#include "venues/crypto/ethereum.hpp"
#include "venues/grvt/server_streams.hpp"
#include "venues/wire/json_reader.hpp"

#include <algorithm>
#include <array>

/// What streams there are, and what their selectors may say.
namespace actorbot::venues::grvt::server {

namespace {

struct known_stream {
  std::string_view name;
  stream_kind kind;
  bool deltas;
  bool snapshots;
  const name_table* names;
  std::array<int, 7> rates; ///< milliseconds; -1 ends the list
};

const known_stream table[] = {
    {"v1.mini.s", stream_kind::mini, false, true, &names::ticker, {200, 500, 1000, 5000, -1}},
    {"v1.mini.d",
     stream_kind::mini,
     true,
     false,
     &names::ticker,
     {0, 50, 100, 200, 500, 1000, 5000}},
    {"v1.ticker.s", stream_kind::ticker, false, true, &names::ticker, {500, 1000, 5000, -1}},
    {"v1.ticker.d",
     stream_kind::ticker,
     true,
     false,
     &names::ticker,
     {100, 200, 500, 1000, 5000, -1}},
    {"v1.book.s", stream_kind::book, false, true, &names::book, {500, 1000, -1}},
    {"v1.book.d", stream_kind::book, true, false, &names::book, {50, 100, 500, 1000, -1}},
    {"v1.rpi.book.s", stream_kind::book, false, true, &names::book, {500, 1000, -1}},
    {"v1.rpi.book.d", stream_kind::book, true, false, &names::book, {50, 100, 500, 1000, -1}},
    {"v1.trade", stream_kind::trade, false, false, &names::trade, {-1}},
    {"v1.candle", stream_kind::candle, false, false, &names::candle, {-1}},
    {"v1.order", stream_kind::own, false, false, &names::order, {-1}},
    {"v1.state", stream_kind::own, false, false, &names::state_feed, {-1}},
    {"v1.fill", stream_kind::own, false, false, &names::fill, {-1}},
    {"v1.position", stream_kind::position, false, false, &names::position, {-1}},
    {"v1.cancel", stream_kind::own, false, false, &names::cancel_feed, {-1}},
    {"v1.deposit", stream_kind::silent, false, false, nullptr, {-1}},
    {"v1.withdrawal", stream_kind::silent, false, false, nullptr, {-1}},
    {"v1.transfer", stream_kind::silent, false, false, nullptr, {-1}},
};

std::vector<std::string_view> split(std::string_view text, char by) {
  std::vector<std::string_view> out;
  for (;;) {
    const auto end = text.find(by);
    out.push_back(text.substr(0, end));
    if (end == text.npos)
      return out;
    text.remove_prefix(end + 1);
  }
}

const known_stream* find_stream(std::string_view name) {
  const auto* const at = std::find_if(std::begin(table), std::end(table),
                                      [&](const auto& k) { return k.name == name; });
  return at == std::end(table) ? nullptr : at;
}

bool is_private(stream_kind kind) {
  return kind == stream_kind::own || kind == stream_kind::position || kind == stream_kind::silent;
}

} // namespace

std::optional<failure> stream_hub::parse(const subscribe_request& wish, host_role role,
                                         std::string_view selector, stream_spec& out) const {
  const auto* known = find_stream(wish.stream);
  if (!known)
    return refuse(3001);
  const auto wrong_host = is_private(known->kind) ? host_role::market_data : host_role::trades;
  if (role == wrong_host)
    return refuse(3001);
  out.kind = known->kind;
  out.deltas = known->deltas;
  out.snapshots = known->snapshots;
  out.names = known->names;
  if (is_private(known->kind))
    return parse_private(wish, selector, out);
  const auto parts = split(selector, '@');
  if (parts.size() != 2 || parts[0].empty())
    return refuse(1101);
  out.primary = parts[0];
  out.market = state_.core().find_market(parts[0]);
  if (!out.market)
    return refuse(3000);
  return parse_secondary(wish.stream, parts[1], out);
}

std::optional<failure> stream_hub::parse_private(const subscribe_request& wish,
                                                 std::string_view selector,
                                                 stream_spec& out) const {
  if (!wish.who)
    return refuse(1000);
  out.primary = selector;
  const auto dash = selector.find('-');
  const auto head = selector.substr(0, dash);
  const auto tail = dash == selector.npos ? std::string_view{} : selector.substr(dash + 1);
  if (out.kind == stream_kind::silent) {
    const auto address = crypto::parse_address(head);
    const bool mine
        = address && std::any_of(wish.who->accounts.begin(), wish.who->accounts.end(), [&](auto i) {
            return sessions_.accounts()[i].main == *address;
          });
    return mine ? std::nullopt : std::optional{refuse(1001)};
  }
  const auto number = parse_unsigned(head);
  if (!number)
    return refuse(3020);
  const auto* account = sessions_.use(*wish.who, *number);
  if (!account)
    return refuse(1001);
  out.account = account->id;
  if (dash == selector.npos)
    return std::nullopt;
  if (wish.stream == "v1.cancel")
    return refuse(1102);
  out.market = state_.core().find_market(tail);
  return out.market ? std::nullopt : std::optional{refuse(3000)};
}

std::optional<failure> stream_hub::parse_secondary(std::string_view stream,
                                                   std::string_view secondary,
                                                   stream_spec& out) const {
  const auto parts = split(secondary, '-');
  if (out.kind == stream_kind::candle) {
    if (parts.size() != 2)
      return refuse(1103);
    const auto length = server::candle_length(parts[0]);
    const auto type = parse_candle_type(parts[1]);
    if (!length || !type)
      return refuse(1003);
    out.candle_length = *length;
    out.candles = *type;
    out.beat = std::chrono::milliseconds{500};
    return std::nullopt;
  }
  const auto first = parse_unsigned(parts[0]);
  if (out.kind == stream_kind::trade) {
    if (parts.size() != 1)
      return refuse(1103);
    if (!first || *first == 0 || *first > 1000)
      return refuse(3011);
    if (*first != 50 && *first != 200 && *first != 500 && *first != 1000)
      return refuse(3013);
    out.limit = *first;
    return std::nullopt;
  }
  const bool has_depth = out.kind == stream_kind::book && out.snapshots;
  // Old clients add an aggregate, which is ignored.
  if (has_depth ? parts.size() < 2 || parts.size() > 3 : parts.size() != 1)
    return refuse(1103);
  const auto& rates = find_stream(stream)->rates;
  const auto* const end = std::find(rates.begin(), rates.end(), -1);
  if (!first || *first > 5000 || std::find(rates.begin(), end, static_cast<int>(*first)) == end)
    return refuse(3030);
  out.beat = std::chrono::milliseconds{*first};
  if (!has_depth)
    return std::nullopt;
  const auto depth = parse_unsigned(parts[1]);
  if (depth != 10U && depth != 50U && depth != 100U && depth != 500U)
    return refuse(3031);
  out.depth = *depth;
  return std::nullopt;
}

} // namespace actorbot::venues::grvt::server
