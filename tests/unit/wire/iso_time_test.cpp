#include "venues/wire/iso_time.hpp"

#include <doctest/doctest.h>

using namespace actorbot;
using namespace actorbot::venues;

TEST_CASE("times are read with any number of decimals and written back the same") {
  CHECK(parse_iso("1970-01-01T00:00:00Z") == timestamp{});
  CHECK(parse_iso("2025-12-08T16:11:56.125Z") == from_ms(1'765'210'316'125));
  CHECK(parse_iso("2025-12-08T16:11:59.450123456Z") == from_ns(1'765'210'319'450'123'456));
  CHECK(parse_iso("2024-02-29T23:59:59.5Z").has_value());
  for (const auto* text : {"2025-12-08T16:11:56.125000000Z", "2261-01-01T00:00:00.000000001Z"})
    CHECK(to_iso(parse_iso(text).value()) == text);
}

TEST_CASE("a text of another form is no time") {
  for (const auto* text :
       {"", "Z", "2025-12-08", "2025-12-08T16:11:56", "2025-12-08 16:11:56Z",
        "2025-12-08T16:11:56.Z", "2025-12-08T16:11:56.1234567890Z", "2025-12-08T16:11:56+00:00",
        "2025-02-29T00:00:00Z", "2025-13-01T00:00:00Z", "2025-12-08T24:00:00Z",
        "2025-12-08T16:60:00Z", "2025-12-08T16:11:60Z", "1969-12-31T23:59:59Z",
        "2262-01-01T00:00:00Z", "2025-12-08T16:11:5xZ", "20x5-12-08T16:11:56Z"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_iso(text));
  }
}
