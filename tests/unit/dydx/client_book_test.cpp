#include "client_support.hpp"

#include <map>

using namespace dydx_client;
using dydx::order_book;

namespace {

level at(std::string_view p, std::string_view size) {
  return {price{decimal::parse(p).value()}, quantity{decimal::parse(size).value()}};
}

void set(order_book& book, side s, std::string_view p, std::string_view size,
         std::uint64_t update) {
  const auto x = at(p, size);
  book.set(s, x.at, x.size, update);
}

} // namespace

TEST_CASE("the best levels are the best whatever the order of arrival") {
  order_book book;
  for (const auto* p : {"99", "101", "100", "98"})
    set(book, side::buy, p, "1", 1);
  for (const auto* p : {"104", "102", "103"})
    set(book, side::sell, p, "2", 1);
  CHECK(book.best(side::buy) == at("101", "1"));
  CHECK(book.best(side::sell) == at("102", "2"));
  set(book, side::buy, "101", "0.0", 2);
  CHECK(book.best(side::buy) == at("100", "1"));
  std::vector<level> bids;
  book.copy(side::buy, bids);
  CHECK(bids == std::vector{at("100", "1"), at("99", "1"), at("98", "1")});
}

TEST_CASE("of two levels that cross the older one goes") {
  order_book book;
  depth_delta dropped;
  set(book, side::buy, "100", "1", 5);
  set(book, side::sell, "102", "1", 5);
  SUBCASE("a newer bid pushes the ask out") {
    set(book, side::buy, "103", "1", 6);
    book.settle(dropped);
    CHECK(book.best(side::buy) == at("103", "1"));
    CHECK_FALSE(book.best(side::sell));
    CHECK(dropped.asks == std::vector{at("102", "0")});
    CHECK(dropped.bids.empty());
  }
  SUBCASE("a newer ask at the same price pushes the bid out") {
    set(book, side::sell, "100", "1", 6);
    book.settle(dropped);
    CHECK_FALSE(book.best(side::buy));
    CHECK(book.best(side::sell) == at("100", "1"));
    CHECK(dropped.bids == std::vector{at("100", "0")});
  }
  SUBCASE("of the same message the smaller one goes") {
    set(book, side::buy, "101", "1", 6);
    set(book, side::sell, "101", "2", 6);
    book.settle(dropped);
    CHECK(book.best(side::buy) == at("100", "1"));
    CHECK(book.best(side::sell) == at("101", "2"));
  }
  SUBCASE("as many go as must") {
    set(book, side::sell, "101", "1", 5);
    set(book, side::buy, "102", "9", 7);
    book.settle(dropped);
    CHECK(dropped.asks == std::vector{at("101", "0"), at("102", "0")});
  }
}

TEST_CASE("a size told and dropped in one message is told as gone") {
  order_book book;
  depth_delta told;
  set(book, side::buy, "100", "5", 3);
  set(book, side::sell, "100", "1", 3);
  told.asks.push_back(at("100", "1"));
  book.settle(told);
  CHECK(told.asks == std::vector{at("100", "0")});
}

TEST_CASE("a book keeps the levels next to the middle") {
  order_book book;
  depth_delta dropped;
  for (int i = 1; i <= 501; ++i)
    book.set(side::buy, price{decimal{i}}, "1"_qty, 1);
  book.settle(dropped);
  CHECK(dropped.bids == std::vector{at("1", "0")});
  CHECK(book.best(side::buy) == at("501", "1"));
}

TEST_CASE("random updates: never crossed, and changes replayed give the same book") {
  std::uint64_t state = 7;
  const auto next = [&](std::uint64_t below) {
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    return (state >> 33) % below;
  };
  order_book book;
  std::map<price, quantity> bids;
  std::map<price, quantity> asks;
  const auto apply = [](std::map<price, quantity>& to, const std::vector<level>& from) {
    for (const auto& x : from)
      if (x.size.is_zero())
        to.erase(x.at);
      else
        to[x.at] = x.size;
  };
  for (std::uint64_t i = 0; i < 20'000; ++i) {
    depth_delta delta;
    const auto s = next(2) == 0 ? side::buy : side::sell;
    const level x{price{decimal{static_cast<int>(90 + next(20))}},
                  quantity{decimal{static_cast<int>(next(3))}}};
    book.set(s, x.at, x.size, i);
    (s == side::buy ? delta.bids : delta.asks).push_back(x);
    book.settle(delta);
    apply(bids, delta.bids);
    apply(asks, delta.asks);
    const auto bid = book.best(side::buy);
    const auto ask = book.best(side::sell);
    REQUIRE((!bid || !ask || bid->at < ask->at));
    REQUIRE(bid.has_value() == !bids.empty());
    REQUIRE((!bid || (bid->at == bids.rbegin()->first && bid->size == bids.rbegin()->second)));
    REQUIRE(ask.has_value() == !asks.empty());
    REQUIRE((!ask || (ask->at == asks.begin()->first && ask->size == asks.begin()->second)));
  }
}
