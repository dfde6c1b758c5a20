#pragma once

#include "messages/decimal.hpp"
#include "venues/descriptor.hpp"
#include "venues/grvt/session.hpp"
#include "venues/grvt/signer.hpp"
#include "venues/wire/json_writer.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace actorbot::venues::grvt {

/// What an order says beside its signed part.
struct order_words {
  std::string_view symbol;
  decimal size;
  decimal limit_price; ///< zero for market orders
  std::uint64_t client_id = 0;
};

/// Which orders: one instrument's when `base` is given, else all of the sub-account.
struct order_filter {
  std::string_view base;
  std::string_view quote;
};

/// An order by either of its names; the venue's is used when `client_id` is empty.
struct order_name {
  std::optional<std::uint64_t> client_id;
  std::string_view venue_id;
};

/// Builds requests in buffers that are kept: in steady state it allocates nothing. The view that
/// comes back is good until the next request is built.
///
/// Everything is a POST with a JSON body; calls to the trades host carry the cookie and the account
/// header of the login. Only orders are signed.
class request_writer {
 public:
  /// Takes the credentials over. Returns what is missing or malformed, without showing any of it.
  std::string configure(const session_settings& settings);

  /// Which account the requests name; the configured one wins over the key's own.
  void use(const login_session& session);
  std::uint64_t sub_account() const { return sub_account_; }
  const std::array<header_view, 2>& session_headers() const { return session_headers_; }

  http_request_view login();
  http_request_view time();
  /// Signs and writes an order. `message` comes without sub-account.
  http_request_view create_order(order_message message, const order_words& words);
  /// With a window, a create of that client id that arrives within it is cancelled on arrival.
  http_request_view cancel_order(const order_name& name, duration window);
  http_request_view cancel_all(const order_filter& filter);
  http_request_view order(const order_name& name);
  http_request_view open_orders(const order_filter& filter);
  http_request_view positions(const order_filter& filter);
  http_request_view account_summary();
  http_request_view fills(const order_filter& filter, timestamp since, std::string_view cursor);
  http_request_view funding_payments(timestamp since);
  /// Zero switches off.
  http_request_view cancel_on_disconnect(duration countdown);

  /// Words of the venue or the network, fit for a log line and without what must not be shown.
  std::string clean(std::string_view words) const;

 private:
  json_writer begin();
  http_request_view to_trades(std::string_view path);
  void write_filter(json_writer& w, const order_filter& filter);

  std::string api_key_;
  std::uint64_t configured_sub_account_ = 0;
  std::uint64_t sub_account_ = 0;
  std::string sub_account_text_;
  std::string signer_;
  std::optional<order_signer> key_;
  std::string chain_id_;
  login_session session_;
  std::array<header_view, 2> session_headers_;
  std::string body_;
};

} // namespace actorbot::venues::grvt
