#include "venues/grvt/requests.hpp"

#include "venues/crypto/ethereum.hpp"
#include "venues/crypto/hex.hpp"

#include <algorithm>
#include <charconv>

namespace actorbot::venues::grvt {

namespace {

using namespace std::chrono_literals;

/// A number as the text that the venue wants numbers of 64 bits to be.
struct digits {
  explicit digits(std::uint64_t value)
      : size{static_cast<std::size_t>(std::to_chars(text, text + sizeof text, value).ptr - text)} {}
  operator std::string_view() const { return {text, size}; }
  char text[24];
  std::size_t size;
};

digits nanoseconds(timestamp t) {
  return digits{static_cast<std::uint64_t>(std::max<std::int64_t>(to_ns(t), 0))};
}

digits milliseconds(duration d) {
  return digits{static_cast<std::uint64_t>(std::max<std::int64_t>(d / 1ms, 0))};
}

std::string_view name_of(order_life life) {
  switch (life) {
  case order_life::good_till_time:
    return "GOOD_TILL_TIME";
  case order_life::all_or_none:
    return "ALL_OR_NONE";
  case order_life::immediate_or_cancel:
    return "IMMEDIATE_OR_CANCEL";
  case order_life::fill_or_kill:
    return "FILL_OR_KILL";
  case order_life::retail_price_improvement:
    return "RETAIL_PRICE_IMPROVEMENT";
  }
  return "GOOD_TILL_TIME";
}

void replace_all(std::string& text, std::string_view what) {
  if (what.size() < 8)
    return; // nothing worth hiding is that short
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at))
    text.replace(at, what.size(), "***");
}

void write_name(json_writer& w, const order_name& name) {
  if (name.client_id)
    w.text("client_order_id", digits{*name.client_id});
  else
    w.text("order_id", name.venue_id);
}

} // namespace

std::string request_writer::configure(const session_settings& settings) {
  body_.reserve(1024);
  api_key_ = setting(settings, "api_key");
  const auto key = setting(settings, "signer_key");
  if (api_key_.empty() || key.empty())
    return "grvt needs api_key and signer_key (the private key whose address is registered as the "
           "API key's signer)";
  if (const auto id = setting(settings, "sub_account_id"); !id.empty()) {
    const auto number = parse_unsigned(id);
    if (!number || *number == 0)
      return "sub_account_id is not a number";
    configured_sub_account_ = *number;
  }
  if (!settings.ids)
    return "grvt needs numbers for its client order ids";
  std::string error;
  auto parsed = crypto::private_key::parse(key, error);
  if (!parsed)
    return "signer_key: " + error;
  signer_ = crypto::checksum_text(parsed->address());
  const auto chain_id = settings.environment == "testnet" ? testnet_chain_id : mainnet_chain_id;
  chain_id_ = std::to_string(chain_id);
  key_.emplace(std::move(*parsed), chain_id);
  return {};
}

void request_writer::use(const login_session& session) {
  session_ = session;
  session_headers_ = {{{"Cookie", session_.cookie}, {"X-Grvt-Account-Id", session_.account}}};
  sub_account_ = configured_sub_account_ != 0 ? configured_sub_account_ : session.sub_account;
  sub_account_text_ = std::to_string(sub_account_);
}

json_writer request_writer::begin() {
  body_.clear();
  json_writer w{body_};
  w.open_object();
  return w;
}

http_request_view request_writer::to_trades(std::string_view path) {
  http_request_view out;
  out.method = http_method::post;
  out.target = path;
  out.headers = session_headers_;
  out.body = body_;
  out.content_type = json_type;
  return out;
}

// -- without a session -------------------------------------------------------------------------------

http_request_view request_writer::login() {
  // The documented sample sends this cookie, the official SDK does not.
  static constexpr header_view headers[] = {{"Cookie", "rm=true;"}};
  begin().text("api_key", api_key_).close_object();
  auto out = to_trades("/auth/api_key/login");
  out.headers = headers;
  return out;
}

http_request_view request_writer::time() {
  http_request_view out;
  out.target = "/time";
  return out;
}

// -- orders ------------------------------------------------------------------------------------------

http_request_view request_writer::create_order(order_message message, const order_words& words) {
  message.sub_account = sub_account_;
  signature_text signature;
  key_->sign(message, signature);
  auto w = begin();
  w.open_object("order").text("sub_account_id", sub_account_text_);
  w.flag("is_market", message.market).text("time_in_force", name_of(message.life));
  w.flag("post_only", message.post_only).flag("reduce_only", message.reduce_only);
  w.open_array("legs").open_object().text("instrument", words.symbol);
  w.amount("size", words.size).amount("limit_price", words.limit_price);
  w.flag("is_buying_asset", message.buy).close_object().close_array();
  w.open_object("signature").text("signer", signer_);
  w.text("r", as_text(signature.r)).text("s", as_text(signature.s));
  w.integer("v", std::uint64_t{signature.v});
  w.text("expiration", digits{static_cast<std::uint64_t>(message.expiration_ns)});
  w.integer("nonce", std::uint64_t{message.nonce}).text("chain_id", chain_id_).close_object();
  w.open_object("metadata").text("client_order_id", digits{words.client_id}).close_object();
  w.close_object().close_object();
  return to_trades("/full/v1/create_order");
}

http_request_view request_writer::cancel_order(const order_name& name, duration window) {
  auto w = begin();
  w.text("sub_account_id", sub_account_text_);
  write_name(w, name);
  if (window > duration{0})
    w.text("time_to_live_ms", milliseconds(window));
  w.close_object();
  return to_trades("/full/v1/cancel_order");
}

void request_writer::write_filter(json_writer& w, const order_filter& filter) {
  w.text("sub_account_id", sub_account_text_);
  if (filter.base.empty())
    return;
  w.open_array("kind").text_item("PERPETUAL").close_array();
  w.open_array("base").text_item(filter.base).close_array();
  w.open_array("quote").text_item(filter.quote).close_array();
}

http_request_view request_writer::cancel_all(const order_filter& filter) {
  auto w = begin();
  write_filter(w, filter);
  w.close_object();
  return to_trades("/full/v1/cancel_all_orders");
}

http_request_view request_writer::order(const order_name& name) {
  auto w = begin();
  w.text("sub_account_id", sub_account_text_);
  write_name(w, name);
  w.close_object();
  return to_trades("/full/v1/order");
}

// -- lists -------------------------------------------------------------------------------------------

http_request_view request_writer::open_orders(const order_filter& filter) {
  auto w = begin();
  write_filter(w, filter);
  w.close_object();
  return to_trades("/full/v1/open_orders");
}

http_request_view request_writer::positions(const order_filter& filter) {
  auto w = begin();
  write_filter(w, filter);
  w.close_object();
  return to_trades("/full/v1/positions");
}

http_request_view request_writer::account_summary() {
  begin().text("sub_account_id", sub_account_text_).close_object();
  return to_trades("/full/v1/account_summary");
}

http_request_view request_writer::fills(const order_filter& filter, timestamp since,
                                        std::string_view cursor) {
  auto w = begin();
  write_filter(w, filter);
  w.text("start_time", nanoseconds(since)).integer("limit", std::uint64_t{1000});
  if (!cursor.empty())
    w.text("cursor", cursor);
  w.close_object();
  return to_trades("/full/v1/fill_history");
}

http_request_view request_writer::funding_payments(timestamp since) {
  auto w = begin();
  w.text("sub_account_id", sub_account_text_).text("start_time", nanoseconds(since));
  w.integer("limit", std::uint64_t{1000}).close_object();
  return to_trades("/full/v1/funding_payment_history");
}

http_request_view request_writer::cancel_on_disconnect(duration countdown) {
  auto w = begin();
  w.text("sub_account_id", sub_account_text_);
  w.text("countdown_time", milliseconds(countdown)).close_object();
  return to_trades("/full/v1/cancel_on_disconnect");
}

std::string request_writer::clean(std::string_view words) const {
  std::string text{words}; // whole: a credential that is cut off could not be found any more
  std::string_view cookie{session_.cookie};
  cookie.remove_prefix(std::min(cookie.size(), std::string_view{"gravity="}.size()));
  for (const std::string_view what :
       {std::string_view{api_key_}, cookie, std::string_view{session_.account}})
    replace_all(text, what);
  return clean_text(text);
}

} // namespace actorbot::venues::grvt
