#pragma once

#include <cstdint>
#include <string>
#include <string_view>

/// The Indexer's names for what the chain names by fields. They can be worked out before anything is
/// sent. Source: dydxprotocol/v4-chain, indexer/packages/postgres/src/stores/{subaccount,order}-table.
namespace actorbot::venues::dydx {

/// OrderId.order_flags: what kind of order it is.
inline constexpr std::uint32_t short_term_flags = 0;
inline constexpr std::uint32_t conditional_flags = 32;
inline constexpr std::uint32_t long_term_flags = 64;

/// OrderId without the subaccount.
struct order_reference {
  std::uint32_t client_id = 0;
  std::uint32_t flags = short_term_flags;
  std::uint32_t clob_pair = 0;
  friend bool operator==(const order_reference&, const order_reference&) = default;
};

/// UUID of "<address>-<number>".
std::string subaccount_uuid(std::string_view address, std::uint32_t number);

/// UUID of "<subaccount uuid>-<client id>-<clob pair>-<flags>".
std::string order_uuid(std::string_view subaccount_uuid, const order_reference& order);

} // namespace actorbot::venues::dydx
