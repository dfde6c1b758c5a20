#include "venues/edgex/requests.hpp"

#include "venues/edgex/session.hpp"
#include "venues/wire/json_writer.hpp"

#include <algorithm>
#include <charconv>
#include <stdexcept>

namespace actorbot::venues::edgex {

namespace {

/// What the parser may read behind a body.
constexpr std::size_t padding = 64;

void replace_all(std::string& text, std::string_view what) {
  if (what.size() < 8)
    return; // nothing worth hiding is that short
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at))
    text.replace(at, what.size(), "***");
}

/// Commas stay: lists travel as they are signed.
void append_encoded(std::string& out, std::string_view value) {
  constexpr std::string_view plain = "-_.~,";
  constexpr std::string_view digits = "0123456789ABCDEF";
  for (const auto c : value) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (letter || plain.find(c) != plain.npos) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out.append({'%', digits[byte >> 4], digits[byte & 0x0f]});
    }
  }
}

/// What this client does not use: the SDK sends it, empty.
void append_unused(json_writer& out) {
  out.text("triggerPrice", "")
      .text("triggerPriceType", "")
      .text("sourceKey", "")
      .flag("isPositionTpsl", false)
      .text("openTpslParentOrderId", "")
      .flag("isSetOpenTp", false)
      .raw("openTp", "null")
      .flag("isSetOpenSl", false)
      .raw("openSl", "null")
      .text("extraType", "")
      .text("extraDataJson", "");
}

bool is_header_text(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

} // namespace

std::string request_writer::configure(const session_settings& settings) {
  account_ = setting(settings, "account_id");
  api_key_ = setting(settings, "api_key");
  passphrase_ = setting(settings, "api_passphrase");
  const auto secret = setting(settings, "api_secret");
  const auto key = setting(settings, "signer_key");
  if (account_.empty() || api_key_.empty() || passphrase_.empty() || secret.empty() || key.empty())
    return "api = \"v2\" needs account_id, api_key, api_secret, api_passphrase and signer_key";
  const auto number = parse_unsigned(account_);
  if (!number || *number == 0)
    return "account_id is not a number";
  account_number_ = *number;
  account_ = std::to_string(account_number_);
  if (!is_header_text(api_key_) || !is_header_text(passphrase_))
    return "api_key and api_passphrase are texts without spaces";
  std::string error;
  auto parsed = crypto::private_key::parse(key, error);
  if (!parsed)
    return "signer_key: " + error;
  signer_.emplace(std::move(*parsed));
  hmac_.emplace(crypto::secret{secret});
  body_.reserve(2048);
  content_.reserve(2048);
  return {};
}

bool request_writer::set_domain(const std::optional<signing_domain>& domain) {
  if (domain)
    signer_->set_domain(*domain);
  return domain.has_value();
}

void request_writer::begin(std::string_view path) {
  path_.assign(rest_prefix).append(path);
  target_ = path_;
  parameters_.clear();
  body_.clear();
}

void request_writer::add(std::string_view name, std::string_view value) {
  target_ += parameters_.empty() ? '?' : '&';
  if (!parameters_.empty())
    parameters_ += '&';
  parameters_.append(name).append(1, '=').append(value);
  target_.append(name).append(1, '=');
  append_encoded(target_, value);
}

bool request_writer::write_order(const order_fields& order) {
  const auto amounts = amounts_of(order.scale, order.size, order.l2_price);
  if (!amounts || order.expire_ms < 0)
    return false;
  const auto nonce = l2_nonce(order.client_id);
  const signed_order message{nonce,           signer_->address(),
                             account_number_, static_cast<std::uint64_t>(order.expire_ms / 1000),
                             order.scale,     *amounts,
                             order.buy};
  signature_text signature;
  signer_->sign(message.struct_hash(), signature);
  json_writer out{body_};
  const auto number = [&](std::string_view name, auto value) {
    char text[24];
    const auto stop = std::to_chars(text, text + sizeof text, value).ptr;
    out.text(name, {text, static_cast<std::size_t>(stop - text)});
  };
  out.open_object()
      .text("accountId", account_)
      .text("contractId", order.contract)
      .amount("price", order.price)
      .amount("size", order.size)
      .text("type", order.type)
      .text("side", order.buy ? "BUY" : "SELL")
      .text("timeInForce", order.time_in_force)
      .text("clientOrderId", order.client_id);
  number("expireTime", order.expire_ms);
  number("l2Nonce", nonce);
  out.text("l2Signature", as_text(signature));
  number("l2ExpireTime", order.expire_ms + l2_margin_ms);
  out.amount("l2Value", amounts->value).amount("l2Size", order.size);
  number("l2LimitFee", amounts->limit_fee);
  out.flag("reduceOnly", order.reduce_only);
  append_unused(out);
  out.close_object();
  return true;
}

/// `parameters_` are what follows the path.
void request_writer::sign(std::string_view method, std::string_view path, timestamp now) {
  timestamp_.clear();
  append_number(timestamp_, std::max<std::int64_t>(to_ms(now), 0));
  content_.assign(timestamp_).append(method).append(path).append(parameters_);
  hmac_->sign(content_, signature_);
  headers_ = {{{"X-edgeX-Api-Key", api_key_},
               {"X-edgeX-Passphrase", passphrase_},
               {"X-edgeX-Signature", as_text(signature_)},
               {"X-edgeX-Timestamp", timestamp_}}};
}

http_request_view request_writer::get(timestamp now) {
  sign("GET", path_, now);
  http_request_view out;
  out.target = target_;
  out.headers = headers_;
  return out;
}

http_request_view request_writer::post(timestamp now) {
  parameters_.clear();
  body_.reserve(body_.size() + padding);
  const auto root = parser_.parse(body_);
  if (!root || !canonical_.append(parameters_, *root))
    throw std::logic_error("edgex: a body that cannot be signed");
  sign("POST", path_, now);
  http_request_view out;
  out.method = http_method::post;
  out.target = path_;
  out.headers = headers_;
  out.body = body_;
  out.content_type = "application/json";
  return out;
}

http_request_view request_writer::get_public() {
  http_request_view out;
  out.target = target_;
  return out;
}

stream_request_view request_writer::handshake(timestamp now) {
  path_ = private_stream_path;
  target_ = path_;
  parameters_.clear();
  add_account();
  add("timestamp", std::to_string(std::max<std::int64_t>(to_ms(now), 0)));
  sign("GET", path_, now);
  stream_request_view out;
  out.target = target_;
  out.headers = headers_;
  return out;
}

std::string request_writer::redact(std::string text) const {
  for (const std::string_view what : {std::string_view{api_key_}, std::string_view{passphrase_}})
    replace_all(text, what);
  return text;
}

} // namespace actorbot::venues::edgex
