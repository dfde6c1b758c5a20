#pragma once

#include "messages/order.hpp"
#include "venues/descriptor.hpp"
#include "venues/dydx/order_ids.hpp"
#include "venues/dydx/signer.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace actorbot::venues::dydx {

/// Order.time_in_force.
inline constexpr std::uint32_t rest_in_book = 0;
inline constexpr std::uint32_t immediate_or_cancel = 1;
inline constexpr std::uint32_t post_only = 2;

/// An order in the chain's numbers.
struct order_terms {
  order_reference order;
  side order_side = side::buy;
  std::uint64_t quantums = 0;
  std::uint64_t subticks = 0;
  std::uint32_t good_til = 0; ///< a block height for short-term orders, else unix seconds
  std::uint32_t time_in_force = rest_in_book;
  bool reduce_only = false;
  std::uint32_t client_metadata = 0;
};

/// Builds the requests of the account session in buffers that are kept; a view that comes back is
/// good until the next call. Transactions go to the node as CometBFT JSON-RPC over POST, and so do
/// the questions for account and height; everything else is a GET at the Indexer.
class request_writer {
 public:
  request_writer();
  ~request_writer();

  /// Takes the credentials over. Returns what is missing or malformed, without showing any of it.
  std::string configure(const session_settings& settings);

  const std::string& address() const { return address_; }
  std::uint32_t subaccount() const { return subaccount_; }
  /// The Indexer's id of the subaccount.
  const std::string& subaccount_id() const { return subaccount_id_; }
  /// What the channel v4_subaccounts wants.
  std::string channel_id() const { return address_ + "/" + std::to_string(subaccount_); }

  /// What the chain says of the account: part of every signature.
  void set_account_number(std::uint64_t number) { account_number_ = number; }

  http_request_view place(std::uint64_t id, const order_terms& terms, std::uint64_t sequence);
  http_request_view cancel(std::uint64_t id, const order_reference& order, std::uint32_t good_til,
                           std::uint64_t sequence);
  http_request_view account_query(std::uint64_t id);
  http_request_view height_query(std::uint64_t id);

  http_request_view indexer(std::string_view target);
  /// "<path>?address=...&subaccountNumber=...<rest>"
  http_request_view indexer_account(std::string_view path, std::string_view rest = {});
  http_request_view indexer_subaccount();
  http_request_view indexer_order(std::string_view uuid);

 private:
  struct messages;

  std::string configure_key(const session_settings& settings);
  std::string configure_owner(const session_settings& settings, const std::string& own_address);
  http_request_view broadcast(std::uint64_t id, std::uint64_t sequence);
  void begin_call(std::uint64_t id, std::string_view method);
  http_request_view finish_call();

  std::unique_ptr<messages> messages_;
  std::optional<transaction_signer> signer_;
  std::string address_;
  std::string subaccount_id_;
  std::string extension_; ///< TxExtension, where a permissioned key signs
  std::uint32_t subaccount_ = 0;
  std::uint64_t account_number_ = 0;
  std::vector<char> base64_;
  std::string body_;
  std::string target_;
};

/// The chain that an environment's name means, unless the settings name another.
std::string chain_id_of(const session_settings& settings);

} // namespace actorbot::venues::dydx
