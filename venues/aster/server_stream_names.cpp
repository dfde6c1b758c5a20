#include "venues/aster/server_streams.hpp"
#include "venues/wire/json_reader.hpp"
#include "venues/wire/json_writer.hpp"

#include <array>
#include <utility>

namespace actorbot::venues::aster::server {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

std::optional<duration> depth_beat(std::string_view suffix) {
  if (suffix.empty() || suffix == "@250ms")
    return milliseconds{250};
  if (suffix == "@100ms")
    return milliseconds{100};
  if (suffix == "@500ms")
    return milliseconds{500};
  return std::nullopt;
}

/// "depth", "depth5@100ms", ...: the part after "depth".
std::optional<stream_spec> parse_depth(std::string_view rest, stream_spec spec) {
  const auto digits = rest.substr(0, rest.find('@'));
  const auto beat = depth_beat(rest.substr(digits.size()));
  if (!beat)
    return std::nullopt;
  spec.beat = *beat;
  spec.kind = stream_kind::depth_diff;
  if (digits.empty())
    return spec;
  if (digits != "5" && digits != "10" && digits != "20")
    return std::nullopt;
  spec.kind = stream_kind::depth_top;
  spec.levels = static_cast<std::size_t>(*parse_unsigned(digits));
  return spec;
}

/// Of one market: the part after "<symbol>@".
std::optional<stream_spec> parse_topic(std::string_view topic, stream_spec spec) {
  if (topic.starts_with("depth"))
    return parse_depth(topic.substr(5), spec);
  if (topic.starts_with("kline_")) {
    spec.interval = topic.substr(6);
    const auto length = candle_length(spec.interval);
    if (!length)
      return std::nullopt;
    spec.kind = stream_kind::kline;
    spec.candle = *length;
    spec.beat = milliseconds{250};
    return spec;
  }
  static constexpr std::array<std::pair<std::string_view, std::pair<stream_kind, milliseconds>>, 8>
      topics{{
          {"bookTicker", {stream_kind::book_ticker, milliseconds{0}}},
          {"trade", {stream_kind::trade, milliseconds{0}}},
          {"aggTrade", {stream_kind::aggregate_trade, milliseconds{100}}},
          {"markPrice", {stream_kind::mark_price, milliseconds{3000}}},
          {"markPrice@1s", {stream_kind::mark_price, milliseconds{1000}}},
          {"ticker", {stream_kind::ticker, milliseconds{1000}}},
          {"miniTicker", {stream_kind::mini_ticker, milliseconds{1000}}},
          {"forceOrder", {stream_kind::forced_order, milliseconds{0}}},
      }};
  for (const auto& [name, what] : topics)
    if (name == topic) {
      spec.kind = what.first;
      spec.beat = what.second;
      return spec;
    }
  return std::nullopt;
}

} // namespace

std::optional<stream_spec> parse_stream(const server_state& state, std::string_view name) {
  if (name == "!bookTicker")
    return stream_spec{stream_kind::book_ticker, {}, {}, 0, {}, {}};
  if (name == "!markPrice@arr")
    return stream_spec{stream_kind::mark_price, {}, seconds{3}, 0, {}, {}};
  if (name == "!markPrice@arr@1s")
    return stream_spec{stream_kind::mark_price, {}, seconds{1}, 0, {}, {}};
  if (name == "!ticker@arr")
    return stream_spec{stream_kind::ticker, {}, seconds{1}, 0, {}, {}};
  if (name == "!miniTicker@arr")
    return stream_spec{stream_kind::mini_ticker, {}, seconds{1}, 0, {}, {}};
  if (name == "!forceOrder@arr")
    return stream_spec{stream_kind::forced_order, {}, {}, 0, {}, {}};
  const auto at = name.find('@');
  if (at == name.npos)
    return std::nullopt;
  for (std::size_t i = 0; i < state.core().market_count(); ++i) {
    const auto m = static_cast<exchange::market_id>(i);
    if (state.format(m).lower != name.substr(0, at))
      continue;
    stream_spec spec;
    spec.market = m;
    return parse_topic(name.substr(at + 1), spec);
  }
  return std::nullopt;
}

} // namespace actorbot::venues::aster::server
