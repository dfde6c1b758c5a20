#include "venues/dydx/order_ids.hpp"

#include "venues/crypto/uuid.hpp"

namespace actorbot::venues::dydx {

namespace {

/// 0f9da948-a6fb-4c45-9edc-4685c3f3317d
constexpr crypto::uuid name_space = {0x0f, 0x9d, 0xa9, 0x48, 0xa6, 0xfb, 0x4c, 0x45,
                                     0x9e, 0xdc, 0x46, 0x85, 0xc3, 0xf3, 0x31, 0x7d};

} // namespace

std::string subaccount_uuid(std::string_view address, std::uint32_t number) {
  return crypto::to_text(
      crypto::uuid5(name_space, std::string{address} + "-" + std::to_string(number)));
}

std::string order_uuid(std::string_view subaccount_uuid, const order_reference& order) {
  return crypto::to_text(crypto::uuid5(
      name_space, std::string{subaccount_uuid} + "-" + std::to_string(order.client_id) + "-"
                      + std::to_string(order.clob_pair) + "-" + std::to_string(order.flags)));
}

} // namespace actorbot::venues::dydx
