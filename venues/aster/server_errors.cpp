#include "venues/aster/server_errors.hpp"

#include "venues/wire/json_writer.hpp"

namespace actorbot::venues::aster::server {

reply::reply(const failure& refused)
    : status{refused.status}, body{error_body(refused)}, code{refused.code} {}

std::string error_body(const failure& refused) {
  std::string out;
  json_writer{out}
      .open_object()
      .integer("code", std::int64_t{refused.code})
      .text("msg", refused.text)
      .close_object();
  return out;
}

namespace refuse {

namespace {

std::string with(std::string_view before, std::string_view name, std::string_view after) {
  std::string out{before};
  out += name;
  out += after;
  return out;
}

} // namespace

failure missing(std::string_view parameter) {
  return {-1102, with("Mandatory parameter '", parameter,
                      "' was not sent, was empty/null, or malformed.")};
}

failure both_missing(std::string_view a, std::string_view b) {
  return {-1102,
          with(with("Param '", a, "' or '"), b, "' must be sent, but both were empty/null!")};
}

failure illegal(std::string_view parameter) {
  return {-1100, with("Illegal characters found in parameter '", parameter, "'.")};
}

failure duplicate_parameter(std::string_view parameter) {
  return {-1101, with("Duplicate values for parameter '", parameter, "' detected.")};
}

failure not_required(std::string_view parameter) {
  return {-1106, with("Parameter '", parameter, "' sent when not required.")};
}

failure bad_data(std::string_view parameter) {
  return {-1130, with("Data sent for parameter '", parameter, "' is not valid.")};
}

failure bad_combination() { return {-1128, "Combination of optional parameters invalid."}; }

failure span_too_long() { return {-1127, "More than 168 hours between startTime and endTime."}; }

failure precision() { return {-1111, "Precision is over the maximum defined for this asset."}; }

failure bad_symbol() { return {-1121, "Invalid symbol."}; }

failure unsupported(std::string_view what) {
  return {-1020, with("This operation is not supported: ", what, ".")};
}

failure unknown_order() { return {-2011, "Unknown order sent."}; }

failure no_such_order() { return {-2013, "Order does not exist."}; }

failure bad_signature() { return {-1022, "Signature for this request is not valid."}; }

failure bad_key_format() { return {-2014, "API-key format invalid."}; }

failure bad_key() { return {-2015, "Invalid API-key, IP, or permissions for action."}; }

failure no_listen_key() { return {-1125, "This listenKey does not exist."}; }

failure bad_client_id() { return {-4015, "Client order id is not valid."}; }

failure internal() {
  return {-1000, "An unknown error occured while processing the request.", 500};
}

} // namespace refuse

failure from_core(exchange::reject_code code, side order_side) {
  using exchange::reject_code;
  const bool buys = order_side == side::buy;
  switch (code) {
  case reject_code::price_tick:
    return {-4014, "Price not increased by tick size."};
  case reject_code::price_range:
    return {-4013, "Price less than min price."};
  case reject_code::price_band:
    return buys ? failure{-4016, "Price is higher than mark price multiplier cap."}
                : failure{-4024, "Price is lower than mark price multiplier floor."};
  case reject_code::lot:
    return {-4023, "Qty not increased by step size."};
  case reject_code::min_quantity:
    return {-4004, "Quantity less than min quantity."};
  case reject_code::max_quantity:
    return {-4005, "Quantity greater than max quantity."};
  case reject_code::min_notional:
    return {-4164, "Order's notional must be no smaller than 5.0 (unless you choose reduce only)"};
  case reject_code::too_many_open_orders:
    return {-2025, "Reach max open order limit."};
  case reject_code::duplicate_client_id:
    return {-4015, "Client order id is not valid: it belongs to an open order."};
  case reject_code::insufficient_margin:
    return {-2019, "Margin is insufficient."};
  case reject_code::reduce_only:
    return {-2022, "ReduceOnly Order is rejected."};
  case reject_code::no_liquidity:
    return {-4131, "The counterparty's best price does not meet the PERCENT_PRICE filter limit."};
  case reject_code::market_closed:
    return {-4140, "Invalid symbol status for opening position."};
  case reject_code::post_only_would_cross:
    return {-5022, "Post Only order will be rejected: it could not be executed as maker."};
  case reject_code::bad_size:
    return {-2010, "Quantity is not above what is already filled."};
  case reject_code::bad_leverage:
    return {-4028, "Leverage is not valid."};
  case reject_code::unknown_order:
  case reject_code::order_is_final:
    return refuse::no_such_order();
  case reject_code::unknown_market:
    return refuse::bad_symbol();
  default:
    return {-2010, "Order is rejected."};
  }
}

} // namespace actorbot::venues::aster::server
