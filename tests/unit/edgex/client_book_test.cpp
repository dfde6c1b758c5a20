#include "client_support.hpp"
#include "venues/edgex/book.hpp"

#include <algorithm>
#include <map>
#include <random>

using namespace edgex_client;
using edgex::order_book;

namespace {

level at(int price_units, int size) {
  return {price{decimal{price_units}}, quantity{decimal{size}}};
}

using side_levels = std::vector<level>;

/// What a subscriber keeps who gets the first state and then the changes.
struct copy_of_book {
  std::map<decimal, decimal> bids, asks;
  void apply(const side_levels& b, const side_levels& a) {
    const auto set = [](auto& where, const side_levels& changes) {
      for (const auto& x : changes) {
        if (x.size.is_zero())
          where.erase(x.at.value());
        else
          where[x.at.value()] = x.size.value();
      }
    };
    set(bids, b);
    set(asks, a);
  }
  void check(const order_book& book) const {
    REQUIRE(bids.size() == book.bids().size());
    REQUIRE(asks.size() == book.asks().size());
    auto b = bids.rbegin();
    for (const auto& x : book.bids()) {
      CHECK(b->first == x.at.value());
      CHECK((b++)->second == x.size.value());
    }
    auto a = asks.begin();
    for (const auto& x : book.asks()) {
      CHECK(a->first == x.at.value());
      CHECK((a++)->second == x.size.value());
    }
  }
};

} // namespace

TEST_CASE("a book sorts what it is given and sizes are absolute") {
  order_book book{15};
  side_levels bids = {at(97, 1), at(99, 2), at(98, 0)};
  side_levels asks = {at(102, 1), at(101, 5)};
  REQUIRE(book.reset(bids, asks));
  CHECK(book.bids() == side_levels{at(99, 2), at(97, 1)});
  CHECK(book.asks() == side_levels{at(101, 5), at(102, 1)});
  bids = {at(99, 7)};
  asks = {at(101, 0)};
  REQUIRE(book.apply(bids, asks));
  CHECK(book.best_bid() == at(99, 7));
  CHECK(book.best_ask() == at(102, 1));
  CHECK(bids == side_levels{at(99, 7)});
}

TEST_CASE("levels that fall out of the shown depth are removed and said to be") {
  order_book book{2};
  side_levels bids = {at(99, 1), at(98, 1)};
  side_levels asks;
  REQUIRE(book.reset(bids, asks));
  bids = {at(100, 3)};
  asks.clear();
  REQUIRE(book.apply(bids, asks));
  CHECK(book.bids() == side_levels{at(100, 3), at(99, 1)});
  CHECK(bids == side_levels{at(100, 3), at(98, 0)});
  // One that is too deep at once is no news.
  bids = {at(50, 1)};
  REQUIRE(book.apply(bids, asks));
  CHECK(bids == side_levels{at(50, 0)});
  CHECK(book.bids().size() == 2);
}

TEST_CASE("levels that the other side has passed are removed and said to be") {
  order_book book{15};
  side_levels bids = {at(99, 1)};
  side_levels asks = {at(101, 1), at(102, 1), at(103, 1)};
  REQUIRE(book.reset(bids, asks));
  bids = {at(102, 4)};
  asks.clear();
  REQUIRE(book.apply(bids, asks));
  CHECK(book.best_bid() == at(102, 4));
  CHECK(book.asks() == side_levels{at(103, 1)});
  CHECK(asks == side_levels{at(101, 0), at(102, 0)});
  bids.clear();
  asks = {at(99, 2)};
  REQUIRE(book.apply(bids, asks));
  CHECK(book.best_ask() == at(99, 2));
  CHECK(book.bids().empty());
}

TEST_CASE("a frame whose own levels cross is refused") {
  order_book book{15};
  side_levels bids = {at(100, 1)};
  side_levels asks = {at(100, 1)};
  CHECK_FALSE(book.reset(bids, asks));
  bids = {at(99, 1)};
  asks = {at(101, 1)};
  REQUIRE(book.reset(bids, asks));
  bids = {at(103, 1)};
  asks = {at(102, 1)};
  CHECK_FALSE(book.apply(bids, asks));
}

TEST_CASE(
    "property: whoever follows the changes has the same book, never crossed, never too deep") {
  std::mt19937 random{7};
  const auto pick = [&](int from, int to) {
    return std::uniform_int_distribution{from, to}(random);
  };
  for (int round = 0; round < 50; ++round) {
    order_book book{5};
    copy_of_book copy;
    side_levels bids, asks;
    REQUIRE(book.reset(bids, asks));
    for (int i = 0; i < 200; ++i) {
      bids.clear();
      asks.clear();
      const auto middle = pick(50, 60);
      for (int n = pick(0, 3); n > 0; --n)
        bids.push_back(at(middle - pick(1, 10), pick(0, 3)));
      for (int n = pick(0, 3); n > 0; --n)
        asks.push_back(at(middle + pick(0, 10), pick(0, 3)));
      const auto by_price = [](const level& a, const level& b) { return a.at < b.at; };
      const auto same = [](const level& a, const level& b) { return a.at == b.at; };
      for (auto* x : {&bids, &asks}) {
        std::sort(x->begin(), x->end(), by_price);
        x->erase(std::unique(x->begin(), x->end(), same), x->end());
      }
      REQUIRE(book.apply(bids, asks));
      copy.apply(bids, asks);
      copy.check(book);
      CHECK(book.bids().size() <= 5);
      CHECK(book.asks().size() <= 5);
      if (book.best_bid() && book.best_ask())
        CHECK(book.best_bid()->at < book.best_ask()->at);
    }
  }
}
