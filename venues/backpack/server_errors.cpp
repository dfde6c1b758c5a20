#include "venues/backpack/server_errors.hpp"

#include "venues/wire/json_writer.hpp"

namespace actorbot::venues::backpack::server {

reply::reply(const failure& refused)
    : status{refused.status},
      body{refused.code.empty() ? refused.text : error_body(refused)},
      is_json{!refused.code.empty()},
      is_refusal{true} {}

std::string error_body(const failure& refused) {
  std::string out;
  json_writer{out}
      .open_object()
      .text("code", refused.code)
      .text("message", refused.text)
      .close_object();
  return out;
}

namespace refuse {

failure request(std::string_view text) {
  return {"INVALID_CLIENT_REQUEST", std::string{text}, 400};
}

failure order(std::string_view text) { return {"INVALID_ORDER", std::string{text}, 400}; }
failure quantity(std::string_view text) { return {"INVALID_QUANTITY", std::string{text}, 400}; }
failure price(std::string_view text) { return {"INVALID_PRICE", std::string{text}, 400}; }

failure header(std::string_view name) {
  return request("Invalid " + std::string{name} + " header");
}

failure symbol() { return {"INVALID_SYMBOL", "Invalid symbol", 400}; }
failure not_found() { return {"RESOURCE_NOT_FOUND", "Not Found", 404}; }
failure unauthorized() { return {"UNAUTHORIZED", "Unauthorized", 401}; }
failure too_many_requests() { return {"TOO_MANY_REQUESTS", "Too many requests", 429}; }

failure not_simulated(std::string_view what) {
  return {"NOT_IMPLEMENTED", std::string{what} + " is not simulated", 400};
}

failure internal() { return {"SERVER_ERROR", "Internal server error", 500}; }

failure payload(std::string_view type, std::string_view detail, std::string_view payload) {
  std::string text{"parse request payload error: failed to parse \""};
  text += type;
  text += "\": ";
  text += detail;
  text += " (occurred while parsing \"";
  text += payload;
  text += "\")";
  return {{}, text, 400};
}

failure parameter(std::string_view name, std::string_view detail) {
  std::string text{"failed to parse parameter `"};
  text += name;
  text += "`: ";
  text += detail;
  return {{}, text, 400};
}

} // namespace refuse

failure from_core(exchange::reject_code code) {
  using exchange::reject_code;
  switch (code) {
  case reject_code::unknown_market:
    return refuse::symbol();
  case reject_code::market_closed:
    return {"TRADING_PAUSED", "Trading is paused", 400};
  case reject_code::price_tick:
  case reject_code::price_range:
    return refuse::price("Invalid price");
  case reject_code::price_band:
    return refuse::price("Price is too far from the last active price");
  case reject_code::lot:
    return refuse::quantity("Invalid quantity");
  case reject_code::min_quantity:
  case reject_code::min_notional:
    return refuse::quantity("Quantity is below the minimum allowed value");
  case reject_code::max_quantity:
    return refuse::quantity("Quantity is above the maximum allowed value");
  case reject_code::too_many_open_orders:
    return {"ORDER_LIMIT", "Too many open orders", 400};
  case reject_code::duplicate_client_id:
    return refuse::order("Client id is already in use");
  case reject_code::insufficient_margin:
    return {"INSUFFICIENT_MARGIN", "Insufficient margin", 400};
  case reject_code::reduce_only:
    return refuse::order("Reduce only order not reduced");
  case reject_code::post_only_would_cross:
    return refuse::order("Order would immediately match and take");
  case reject_code::no_liquidity:
    return refuse::order("Insufficient liquidity");
  case reject_code::unknown_order:
  case reject_code::order_is_final:
    return refuse::not_found();
  default:
    return refuse::order("Invalid order");
  }
}

} // namespace actorbot::venues::backpack::server
