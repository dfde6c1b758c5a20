#include "venues/grvt/server_errors.hpp"

#include "venues/wire/json_writer.hpp"

#include <algorithm>
#include <array>

namespace actorbot::venues::grvt::server {

namespace {

struct known_failure {
  int code;
  unsigned status;
  const char* text;
};

constexpr known_failure table[] = {
    {1000, 401, "You need to authenticate prior to using this functionality"},
    {1001, 403, "You are not authorized to access this functionality"},
    {1002, 500, "Internal Server Error"},
    {1003, 400, "Request could not be processed due to malformed syntax"},
    {1004, 404, "Data Not Found"},
    {1005, 500, "Unknown Error"},
    {1006, 429, "You have surpassed the allocated rate limit for your tier"},
    {1012, 400, "Invalid signature chain ID"},
    {1101, 400, "Feed Format must be in the format of <primary>@<secondary>"},
    {1102, 400, "Wrong number of primary selectors"},
    {1103, 400, "Wrong number of secondary selectors"},
    {1400, 403, "Signer does not have trade permission"},
    {2000, 403, "Signature is from an unauthorized signer"},
    {2001, 403, "Signature has expired"},
    {2002, 403, "Signature does not match payload"},
    {2003, 403, "Order sub account does not match logged in user"},
    {2005, 403, "Signature V must be 27/28"},
    {2006, 403, "Signature R/S must have exactly 64 characters long without 0x prefix"},
    {2007, 403, "Signature S must be in the lower half of the curve"},
    {2008, 403, "Signature exceeds maximum allowed duration."},
    {2010, 400, "Order ID should be empty when creating an order"},
    {2011, 400, "Client Order ID should be supplied when creating an order"},
    {2012, 400, "Client Order ID overlaps with existing active order"},
    {2020, 400, "Market Order must always be supplied without a limit price"},
    {2021, 400, "Limit Order must always be supplied with a limit price"},
    {2030, 400, "Orderbook Orders must have a TimeInForce of GTT/IOC/FOK"},
    {2032, 400, "Post Only can only be set to true for GTT/AON orders"},
    {2040, 400, "Order must contain at least one leg"},
    {2042, 400, "Orderbook Orders must contain only one leg"},
    {2050, 400, "Order state must be empty upon creation"},
    {2060, 400, "Order Legs contain one or more inactive derivative"},
    {2061, 400, "Unsupported Instrument Requested"},
    {2062, 400, "Order size smaller than min size"},
    {2064, 400, "Invalid limit price tick"},
    {2065, 400, "Order size too granular"},
    {2066, 400, "Order below minimum notional. Please try again with a higher price or size."},
    {2067, 400,
     "Order below minimum notional. Please try reducing your position again with a higher price or "
     "size."},
    {2080, 400, "Insufficient margin to create order"},
    {2081, 400, "Order Fill would result in exceeding maximum position size"},
    {2082, 400, "Pre-order check failed"},
    {2083, 400,
     "Order Fill would result in exceeding maximum position size under current configurable "
     "leverage tier"},
    {2090, 429, "Max open orders exceeded"},
    {2112, 400, "Invalid trigger order"},
    {2233, 400, "Both order ID and client order ID cannot be provided"},
    {2234, 400, "Bulk create orders must have the same instrument"},
    {2235, 400, "Bulk orders count exceeds the maximum allowed"},
    {2301, 400, "Order cancel time-to-live exceeds maximum allowed value."},
    {2400, 400, "Reduce only order with no position"},
    {2401, 400, "Reduce only order must not increase position size"},
    {2402, 400, "Reduce only order size exceeds maximum allowed value"},
    {3000, 400, "Instrument is invalid"},
    {3001, 400, "Stream handler not found"},
    {3011, 400, "Limit exceeds min or max value"},
    {3013, 400, "Exact limit value is not supported"},
    {3020, 400, "Sub account ID must be an uint64 integer"},
    {3021, 400, "Either order ID or client order ID must be supplied"},
    {3030, 400, "Feed rate is invalid"},
    {3031, 400, "Depth is invalid"},
    {6000, 400, "Countdown time is bigger than 300s supported"},
    {7201, 400, "Limit price exceeds price protection band"},
    {7500, 400, "Builder fee exceeds the maximum allowed"},
    {7501, 400, "Builder fee must not be negative"},
    {7503, 400, "Builder is already authorized"},
    {7504, 400, "Builder is not authorized"},
};

} // namespace

failure refuse(int code) {
  const auto* const found = std::find_if(std::begin(table), std::end(table),
                                         [&](const auto& k) { return k.code == code; });
  return found == std::end(table) ? failure{1005, 500, "Unknown Error"}
                                  : failure{found->code, found->status, found->text};
}

std::string error_body(const failure& refused, std::uint64_t request_id, bool lite) {
  std::string out;
  json_writer{out}
      .open_object()
      .integer(lite ? "ri" : "request_id", request_id)
      .integer(lite ? "c" : "code", std::int64_t{refused.code})
      .text(lite ? "m" : "message", refused.text)
      .integer(lite ? "s" : "status", std::uint64_t{refused.status})
      .close_object();
  return out;
}

} // namespace actorbot::venues::grvt::server
