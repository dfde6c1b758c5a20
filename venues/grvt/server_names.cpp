#include "venues/grvt/server_names.hpp"

#include <algorithm>

namespace actorbot::venues::grvt::server {

using json_value = nlohmann::json;
using nlohmann::ordered_json;

json_value to_full(const json_value& lite, const name_table& names) {
  if (!lite.is_object())
    return lite;
  json_value out = json_value::object();
  for (const auto& [key, value] : lite.items()) {
    const auto found = std::find_if(names.entries.begin(), names.entries.end(),
                                    [&](const name_entry& e) { return e.lite == key; });
    if (found == names.entries.end()) {
      out[key] = value;
      continue;
    }
    auto& into = out[std::string{found->full}];
    if (found->inside && value.is_object()) {
      into = to_full(value, *found->inside);
    } else if (found->inside && value.is_array()) {
      into = json_value::array();
      for (const auto& item : value)
        into.push_back(to_full(item, *found->inside));
    } else {
      into = value;
    }
  }
  return out;
}

namespace {

ordered_json shorten(const ordered_json& full, const name_table& names) {
  if (!full.is_object())
    return full;
  ordered_json out = ordered_json::object();
  for (const auto& e : names.entries) {
    const auto at = full.find(e.full);
    if (at == full.end())
      continue;
    auto& into = out[std::string{e.lite}];
    if (e.inside && at->is_object()) {
      into = shorten(*at, *e.inside);
    } else if (e.inside && at->is_array()) {
      into = ordered_json::array();
      for (const auto& item : *at)
        into.push_back(shorten(item, *e.inside));
    } else {
      into = *at;
    }
  }
  return out;
}

} // namespace

std::string to_lite(std::string_view full, const name_table& names) {
  return shorten(ordered_json::parse(full, nullptr, false), names).dump();
}

namespace names {

namespace {

constexpr name_entry leg_entries[]
    = {{"instrument", "i"}, {"size", "s"}, {"limit_price", "lp"}, {"is_buying_asset", "ib"}};
constexpr name_table leg{leg_entries};

constexpr name_entry signature_entries[]
    = {{"signer", "s"},     {"r", "r"},     {"s", "s1"},       {"v", "v"},
       {"expiration", "e"}, {"nonce", "n"}, {"chain_id", "ci"}};
constexpr name_table signature{signature_entries};

constexpr name_entry metadata_entries[]
    = {{"client_order_id", "co"}, {"create_time", "ct"}, {"trigger", "t"}, {"broker", "b"}};
constexpr name_table metadata{metadata_entries};

constexpr name_entry state_entries[]
    = {{"status", "s"},       {"reject_reason", "rr"}, {"book_size", "bs"},
       {"traded_size", "ts"}, {"update_time", "ut"},   {"avg_fill_price", "af"}};
constexpr name_table state{state_entries};

constexpr name_entry order_entries[] = {{"order_id", "oi"},
                                        {"sub_account_id", "sa"},
                                        {"is_market", "im"},
                                        {"time_in_force", "ti"},
                                        {"post_only", "po"},
                                        {"reduce_only", "ro"},
                                        {"legs", "l", &leg},
                                        {"signature", "s", &signature},
                                        {"metadata", "m", &metadata},
                                        {"state", "s1", &state},
                                        {"builder", "b"},
                                        {"builder_fee", "bf"}};

constexpr name_entry state_feed_entries[]
    = {{"order_id", "oi"}, {"client_order_id", "co"}, {"order_state", "os", &state}};

constexpr name_entry cancel_feed_entries[]
    = {{"sub_account_id", "sa"}, {"client_order_id", "co"}, {"order_id", "oi"},
       {"reason", "r"},          {"update_time", "ut"},     {"cancel_status", "cs"}};

constexpr name_entry fill_entries[] = {{"event_time", "et"},
                                       {"sub_account_id", "sa"},
                                       {"instrument", "i"},
                                       {"is_buyer", "ib"},
                                       {"is_taker", "it"},
                                       {"size", "s"},
                                       {"price", "p"},
                                       {"mark_price", "mp"},
                                       {"index_price", "ip"},
                                       {"interest_rate", "ir"},
                                       {"forward_price", "fp"},
                                       {"realized_pnl", "rp"},
                                       {"fee", "f"},
                                       {"fee_rate", "fr"},
                                       {"trade_id", "ti"},
                                       {"order_id", "oi"},
                                       {"venue", "v"},
                                       {"is_liquidation", "il"},
                                       {"client_order_id", "co"},
                                       {"signer", "s1"},
                                       {"broker", "b"},
                                       {"is_rpi", "ir1"},
                                       {"builder", "b1"},
                                       {"builder_fee_rate", "bf"},
                                       {"builder_fee", "bf1"},
                                       {"fee_currency", "fc"}};

constexpr name_entry position_entries[] = {{"event_time", "et"},
                                           {"sub_account_id", "sa"},
                                           {"instrument", "i"},
                                           {"size", "s"},
                                           {"notional", "n"},
                                           {"entry_price", "ep"},
                                           {"exit_price", "ep1"},
                                           {"mark_price", "mp"},
                                           {"unrealized_pnl", "up"},
                                           {"realized_pnl", "rp"},
                                           {"total_pnl", "tp"},
                                           {"roi", "r"},
                                           {"quote_index_price", "qi"},
                                           {"est_liquidation_price", "el"},
                                           {"leverage", "l"},
                                           {"cumulative_fee", "cf"},
                                           {"cumulative_realized_funding_payment", "cr"},
                                           {"margin_type", "mt"}};

constexpr name_table position_inside{position_entries};

constexpr name_entry balance_entries[]
    = {{"currency", "c"}, {"balance", "b"}, {"index_price", "ip"}};
constexpr name_table balance{balance_entries};

constexpr name_entry summary_entries[] = {{"event_time", "et"},
                                          {"sub_account_id", "sa"},
                                          {"margin_type", "mt"},
                                          {"settle_currency", "sc"},
                                          {"unrealized_pnl", "up"},
                                          {"total_equity", "te"},
                                          {"initial_margin", "im"},
                                          {"maintenance_margin", "mm"},
                                          {"available_balance", "ab"},
                                          {"spot_balances", "sb", &balance},
                                          {"positions", "p", &position_inside},
                                          {"settle_index_price", "si"},
                                          {"derisk_margin", "dm"},
                                          {"derisk_to_maintenance_margin_ratio", "dt"},
                                          {"total_cross_equity", "tc"},
                                          {"cross_unrealized_pnl", "cu"}};
constexpr name_table summary_inside{summary_entries};

constexpr name_entry payment_entries[]
    = {{"event_time", "et"}, {"sub_account_id", "sa"}, {"instrument", "i"},
       {"currency", "c"},    {"amount", "a"},          {"tx_id", "ti"}};
constexpr name_table payment{payment_entries};

constexpr name_entry leverage_entries[] = {{"instrument", "i"},
                                           {"leverage", "l"},
                                           {"min_leverage", "ml"},
                                           {"max_leverage", "ml1"},
                                           {"margin_type", "mt"}};
constexpr name_table leverage{leverage_entries};

constexpr name_entry instrument_entries[] = {{"instrument", "i"},
                                             {"instrument_hash", "ih"},
                                             {"base", "b"},
                                             {"quote", "q"},
                                             {"kind", "k"},
                                             {"venues", "v"},
                                             {"settlement_period", "sp1"},
                                             {"base_decimals", "bd"},
                                             {"quote_decimals", "qd"},
                                             {"tick_size", "ts"},
                                             {"min_size", "ms"},
                                             {"create_time", "ct"},
                                             {"max_position_size", "mp"},
                                             {"funding_interval_hours", "fi"},
                                             {"adjusted_funding_rate_cap", "af"},
                                             {"adjusted_funding_rate_floor", "af1"},
                                             {"min_notional", "mn"}};
constexpr name_table instrument{instrument_entries};

constexpr name_entry ticker_entries[]
    = {{"event_time", "et"},           {"instrument", "i"},         {"mark_price", "mp"},
       {"index_price", "ip"},          {"last_price", "lp"},        {"last_size", "ls"},
       {"mid_price", "mp1"},           {"best_bid_price", "bb"},    {"best_bid_size", "bb1"},
       {"best_ask_price", "ba"},       {"best_ask_size", "ba1"},    {"funding_rate_8h_curr", "fr"},
       {"funding_rate_8h_avg", "fr1"}, {"interest_rate", "ir"},     {"forward_price", "fp"},
       {"buy_volume_24h_b", "bv"},     {"sell_volume_24h_b", "sv"}, {"buy_volume_24h_q", "bv1"},
       {"sell_volume_24h_q", "sv1"},   {"high_price", "hp"},        {"low_price", "lp1"},
       {"open_price", "op"},           {"open_interest", "oi"},     {"long_short_ratio", "ls1"},
       {"funding_rate", "fr2"},        {"next_funding_time", "nf"}};

constexpr name_entry level_entries[] = {{"price", "p"}, {"size", "s"}, {"num_orders", "no"}};
constexpr name_table level{level_entries};
constexpr name_entry book_entries[]
    = {{"event_time", "et"}, {"instrument", "i"}, {"bids", "b", &level}, {"asks", "a", &level}};

constexpr name_entry trade_entries[]
    = {{"event_time", "et"},  {"instrument", "i"},     {"is_taker_buyer", "it"},
       {"size", "s"},         {"price", "p"},          {"mark_price", "mp"},
       {"index_price", "ip"}, {"interest_rate", "ir"}, {"forward_price", "fp"},
       {"trade_id", "ti"},    {"venue", "v"},          {"is_rpi", "ir1"}};

constexpr name_entry candle_entries[]
    = {{"open_time", "ot"}, {"close_time", "ct"}, {"open", "o"},      {"close", "c"},
       {"high", "h"},       {"low", "l"},         {"volume_b", "vb"}, {"volume_q", "vq"},
       {"trades", "t"},     {"instrument", "i"}};

constexpr name_entry funding_entries[]
    = {{"instrument", "i"},  {"funding_rate", "fr"},          {"funding_time", "ft"},
       {"mark_price", "mp"}, {"funding_rate_8_h_avg", "fr1"}, {"funding_interval_hours", "fi"}};
constexpr name_table funding_point{funding_entries};

constexpr name_entry ack_entries[] = {{"ack", "a"}};
constexpr name_table ack_inside{ack_entries};

constexpr name_table order_inside{order_entries};
constexpr name_table fill_inside{fill_entries};
constexpr name_table ticker_inside{ticker_entries};
constexpr name_table book_inside{book_entries};
constexpr name_table trade_inside{trade_entries};
constexpr name_table candle_inside{candle_entries};

constexpr name_entry plain_entries[] = {{"sub_account_id", "sa"},
                                        {"kind", "k"},
                                        {"base", "b"},
                                        {"quote", "q"},
                                        {"instrument", "i"},
                                        {"start_time", "st"},
                                        {"end_time", "et"},
                                        {"limit", "l"},
                                        {"cursor", "c"},
                                        {"is_active", "ia"},
                                        {"depth", "d"},
                                        {"order_id", "oi"},
                                        {"client_order_id", "co"},
                                        {"time_to_live_ms", "tt"},
                                        {"countdown_time", "ct"},
                                        {"agg_type", "at"}};
constexpr name_entry order_request_entries[] = {{"order", "o", &order_inside}};
constexpr name_entry bulk_request_entries[] = {{"sub_account_id", "sa"},
                                               {"orders", "o", &order_inside},
                                               {"order_i_ds", "oi"},
                                               {"client_order_i_ds", "co"},
                                               {"time_to_live_ms", "tt"}};
constexpr name_entry kline_entries[]
    = {{"instrument", "i"}, {"interval", "i1"}, {"type", "t"},  {"start_time", "st"},
       {"end_time", "et"},  {"limit", "l"},     {"cursor", "c"}};
constexpr name_entry leverage_request_entries[]
    = {{"sub_account_id", "sa"}, {"instrument", "i"}, {"leverage", "l"}};
constexpr name_entry position_config_entries[] = {{"sub_account_id", "sa"},
                                                  {"instrument", "i"},
                                                  {"margin_type", "mt"},
                                                  {"leverage", "l"},
                                                  {"signature", "s", &signature}};

constexpr name_entry ack_answer[] = {{"result", "r", &ack_inside}};
constexpr name_entry order_answer[] = {{"result", "r", &order_inside}, {"next", "n"}};
constexpr name_entry bulk_entries[]
    = {{"orders", "o", &order_inside}, {"cancel_acks", "ca", &ack_inside}};
constexpr name_entry fills_answer[] = {{"result", "r", &fill_inside}, {"next", "n"}};
constexpr name_entry positions_answer[] = {{"result", "r", &position_inside}};
constexpr name_entry summary_answer[] = {{"result", "r", &summary_inside}};
constexpr name_entry payments_answer[] = {{"result", "r", &payment}, {"next", "n"}};
constexpr name_entry leverages_answer[] = {{"results", "r", &leverage}, {"success", "s"}};
constexpr name_entry sub_accounts_answer[] = {{"sub_account_ids", "sa"}};
constexpr name_entry instruments_answer[] = {{"result", "r", &instrument}};
constexpr name_entry tickers_answer[] = {{"result", "r", &ticker_inside}};
constexpr name_entry book_answer_entries[] = {{"result", "r", &book_inside}};
constexpr name_entry trades_answer[] = {{"result", "r", &trade_inside}, {"next", "n"}};
constexpr name_entry candles_answer[] = {{"result", "r", &candle_inside}, {"next", "n"}};
constexpr name_entry funding_answer[] = {{"result", "r", &funding_point}, {"next", "n"}};

} // namespace

const name_table plain{plain_entries};
const name_table order_request{order_request_entries};
const name_table bulk_request{bulk_request_entries};
const name_table kline_request{kline_entries};
const name_table leverage_request{leverage_request_entries};
const name_table position_config_request{position_config_entries};
const name_table ack{ack_answer};
const name_table ack_plain{ack_entries};
const name_table one_order{order_answer};
const name_table bulk_answer{bulk_entries};
const name_table fills{fills_answer};
const name_table positions_list{positions_answer};
const name_table summary{summary_answer};
const name_table payments{payments_answer};
const name_table leverages{leverages_answer};
const name_table sub_accounts{sub_accounts_answer};
const name_table instruments{instruments_answer};
const name_table tickers{tickers_answer};
const name_table book_answer{book_answer_entries};
const name_table trades{trades_answer};
const name_table candles{candles_answer};
const name_table funding_points{funding_answer};
const name_table order{order_entries};
const name_table state_feed{state_feed_entries};
const name_table fill{fill_entries};
const name_table position{position_entries};
const name_table cancel_feed{cancel_feed_entries};
const name_table ticker{ticker_entries};
const name_table book{book_entries};
const name_table trade{trade_entries};
const name_table candle{candle_entries};

} // namespace names

} // namespace actorbot::venues::grvt::server
