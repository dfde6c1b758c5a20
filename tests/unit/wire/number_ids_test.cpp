#include "venues/number_ids.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace actorbot;
using namespace actorbot::venues;

namespace {

constexpr auto block_size = number_ids::block_size;

client_order_id id_of(std::uint64_t sequence, std::uint16_t strategy = 1, std::uint32_t run = 5) {
  return {7, strategy_id{strategy}, run, sequence};
}

/// A file that survives the process.
struct paper {
  std::vector<id_block> blocks;
  bool full = false;
  number_ids open(number_range range = {}) {
    return {7, range, blocks, [this](const id_block& block) -> std::string {
              if (full)
                return "no space left";
              blocks.push_back(block);
              return {};
            }};
  }
};

} // namespace

TEST_CASE("a number stands for one order, and back, for two strategies over many blocks") {
  paper file;
  auto ids = file.open();
  std::set<std::uint64_t> seen;
  for (std::uint64_t n = 1; n <= 3 * block_size; ++n)
    for (const std::uint16_t strategy : {std::uint16_t{1}, std::uint16_t{2}}) {
      const auto number = ids.number_of(id_of(n, strategy));
      REQUIRE(number);
      CHECK(*number >= 1);
      CHECK(*number <= 0xffff'ffff);
      CHECK(seen.insert(*number).second);
      CHECK(ids.id_of(*number) == id_of(n, strategy));
    }
}

TEST_CASE("asked twice, an order has the same number") {
  paper file;
  auto ids = file.open();
  CHECK(ids.number_of(id_of(12)) == ids.number_of(id_of(12)));
}

TEST_CASE(
    "a block is written down before its first number is used, the next one half a block ahead") {
  paper file;
  auto ids = file.open();
  CHECK(file.blocks.empty());
  ids.number_of(id_of(1));
  CHECK(file.blocks.size() == 1);
  ids.number_of(id_of(block_size / 2 - 1));
  CHECK(file.blocks.size() == 1);
  ids.number_of(id_of(block_size / 2));
  CHECK(file.blocks.size() == 2);
  ids.number_of(id_of(block_size));
  CHECK(file.blocks.size() == 2);
}

TEST_CASE("after a restart numbers of earlier runs are known and none is used again") {
  paper file;
  auto before = file.open();
  const auto old = before.number_of(id_of(3)).value();
  auto ids = file.open();
  CHECK(ids.id_of(old) == id_of(3));
  CHECK(ids.number_of(id_of(3)) == old); // a query about it after the restart
  const auto fresh = ids.number_of(id_of(3, 1, 6)).value();
  CHECK(fresh != old);
  CHECK(ids.id_of(fresh) == id_of(3, 1, 6));
}

TEST_CASE("numbers that were not leased are not ours") {
  paper file;
  auto ids = file.open();
  const auto mine = ids.number_of(id_of(1)).value();
  CHECK_FALSE(ids.id_of(mine + block_size));
  CHECK_FALSE(ids.id_of(0));
  CHECK_FALSE(ids.id_of(std::uint64_t{1} << 40));
}

TEST_CASE("without a durable block there is no number; the half before its end still has some") {
  paper file;
  auto ids = file.open();
  REQUIRE(ids.number_of(id_of(1)));
  file.full = true;
  CHECK(ids.number_of(id_of(block_size - 1)));
  CHECK_FALSE(ids.number_of(id_of(block_size)));
  file.full = false;
  CHECK(ids.number_of(id_of(block_size)));
}

TEST_CASE("a used-up range gives no number and repeats none") {
  paper file;
  auto ids = file.open({10, 10 + 3 * block_size});
  std::set<std::uint64_t> seen;
  std::uint64_t given = 0;
  for (std::uint64_t n = 0; n < 5 * block_size; ++n)
    if (const auto number = ids.number_of(id_of(n))) {
      ++given;
      CHECK(seen.insert(*number).second);
    }
  CHECK(given == 3 * block_size);
}

TEST_CASE("64-bit ids use the upper half, where venues keep those of programs") {
  paper file;
  auto ids = file.open({std::uint64_t{1} << 63, ~std::uint64_t{0}});
  CHECK(ids.number_of(id_of(1)).value() >= std::uint64_t{1} << 63);
}
