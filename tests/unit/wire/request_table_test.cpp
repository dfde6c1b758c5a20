#include "venues/wire/request_table.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string>

using namespace actorbot::venues;

TEST_CASE("a request is found by its id until it is taken, and no id comes twice") {
  request_table<std::string> table;
  std::set<request_id> ids;
  const auto a = table.add("a");
  const auto b = table.add("b");
  REQUIRE(table.find(a) != nullptr);
  CHECK(*table.find(a) == "a");
  CHECK(table.take(a) == "a");
  CHECK(table.find(a) == nullptr);
  CHECK(table.take(b) == "b");
  for (int i = 0; i < 1000; ++i) {
    const auto id = table.add("x");
    CHECK(ids.insert(id).second);
    CHECK(table.find(a) == nullptr); // a second answer finds nothing, though the slot is used again
    if (i % 3 != 0)
      table.take(id);
  }
  CHECK(table.find(request_id{0xffff}) == nullptr);
}
