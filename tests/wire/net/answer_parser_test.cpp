#include "venues/net/answer_parser.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <doctest/doctest.h>

#include <memory>
#include <random>

using namespace actorbot::net;

namespace {

/// Feeds `bytes` in pieces of `step`; true when an answer was complete.
bool feed(answer_parser& parser, std::string_view bytes, std::size_t step) {
  std::string pending;
  while (!bytes.empty()) {
    auto part = bytes.substr(0, step);
    bytes.remove_prefix(part.size());
    pending += part;
    while (!pending.empty()) {
      boost::beast::error_code error;
      // A copy of its own exact size, so that a sanitizer sees every read past the end.
      std::unique_ptr<char[]> exact{new char[pending.size()]};
      std::copy(pending.begin(), pending.end(), exact.get());
      auto used = parser.put(boost::asio::buffer(exact.get(), pending.size()), error);
      REQUIRE(used <= pending.size());
      pending.erase(0, used);
      if (error == boost::beast::http::error::need_more)
        break;
      if (error)
        return false;
      if (parser.is_done())
        return true;
    }
  }
  return false;
}

const std::string_view samples[] = {
    "HTTP/1.1 200 OK\r\nContent-Length: 11\r\nX-A: b\r\n\r\nhello world",
    "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 3\r\nTransfer-Encoding: chunked\r\n\r\n"
    "5\r\nhello\r\n6;a=b\r\n world\r\n0\r\nX-Trailer: t\r\n\r\n",
    "HTTP/1.1 204 No Content\r\nSet-Cookie: a=b; Path=/\r\nSet-Cookie: c=d\r\n\r\n",
};

} // namespace

TEST_CASE("an answer is read the same in one piece and byte by byte") {
  for (std::size_t step : {1, 2, 3, 7, 1000}) {
    CAPTURE(step);
    answer_data data;
    std::vector<actorbot::venues::header_view> headers;
    answer_parser plain{data, 1000};
    REQUIRE(feed(plain, samples[0], step));
    CHECK(data.status == 200);
    CHECK(data.body() == "hello world");
    data.headers(headers);
    REQUIRE(headers.size() == 2);
    CHECK(headers[1].name == "X-A");
    CHECK(headers[1].value == "b");

    answer_parser chunked{data, 1000};
    REQUIRE(feed(chunked, samples[1], step));
    CHECK(data.status == 429);
    CHECK(data.body() == "hello world");
    data.headers(headers);
    REQUIRE(headers.size() == 3);
    CHECK(headers[0].value == "3");
    CHECK(headers[2].name == "X-Trailer");

    answer_parser empty{data, 1000};
    REQUIRE(feed(empty, samples[2], step));
    CHECK(data.status == 204);
    CHECK(data.body().empty());
    data.headers(headers);
    CHECK(headers.size() == 2);
  }
}

TEST_CASE("an empty chunked body that comes byte by byte does not end the program") {
  const std::string_view head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (const std::string end :
       {"0\r\n\r\n", "00\r\n\r\n", "0;a=b\r\n\r\n", "1\r\nx\r\n0\r\n\r\n"}) {
    CAPTURE(end);
    answer_data data;
    answer_parser parser{data, 1000};
    CHECK(feed(parser, std::string{head} + end, 1));
    CHECK(data.body() == (end[0] == '1' ? "x" : ""));
  }
}

TEST_CASE("no bytes, however damaged, make the answer parser misbehave") {
  std::mt19937 random{20240817};
  auto below = [&](std::size_t n) {
    return std::uniform_int_distribution<std::size_t>{0, n - 1}(random);
  };
  answer_data data;
  std::vector<actorbot::venues::header_view> headers;
  int complete = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string text{samples[below(std::size(samples))]};
    if (round % 10 == 0) {
      for (auto& c : text)
        c = static_cast<char>(below(256));
    } else {
      for (auto changes = below(4); changes > 0; --changes) {
        const auto at = below(text.size());
        switch (below(3)) {
        case 0:
          text[at] = static_cast<char>(below(256));
          break;
        case 1:
          text.erase(at, below(8));
          break;
        default:
          text.insert(at, std::to_string(below(1u << 20)));
        }
        if (text.empty())
          text = "H";
      }
    }
    answer_parser parser{data, 1000};
    if (!feed(parser, text, 1 + below(60)))
      continue;
    ++complete;
    CHECK(data.body().size() <= 1000);
    data.headers(headers);
    for (auto& h : headers)
      CHECK(h.name.size() + h.value.size() <= text.size());
    CHECK(data.body().data()[data.body().size() + padding - 1] == '\0');
  }
  CHECK(complete > 1000); // the damage is not always fatal: the good path was fuzzed too
}
