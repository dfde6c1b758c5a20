#include "tools/fuzz/require.hpp"
#include "tools/fuzz/script.hpp"
#include "venues/net/answer_parser.hpp"

#include <boost/asio/buffer.hpp>

#include <optional>

using namespace actorbot;
using namespace actorbot::fuzz;

namespace {

constexpr std::size_t max_body_bytes = 4096;

struct outcome {
  bool failed = false;
  bool done = false;
  std::string said; ///< status, headers and body of every answer that was whole
};

void note(const net::answer_data& answer, std::string& out) {
  out += std::to_string(answer.status) + '\n';
  std::vector<venues::header_view> headers;
  answer.headers(headers);
  for (const auto& h : headers)
    out.append(h.name).append(": ").append(h.value) += '\n';
  out.append(answer.body()) += '\n';
  require(answer.body().size() <= max_body_bytes, "a body beyond its limit");
  // The address sanitizer judges whether the padding may be read; trailers may be in it.
  for (std::size_t i = 0; i < net::padding; ++i)
    static_cast<void>(
        *static_cast<const volatile char*>(answer.body().data() + answer.body().size() + i));
}

/// Reads as venues/net/http_pool.cpp does: what was not used is offered again with more behind it.
/// `step`: how many bytes come at a time.
outcome read(std::string_view wire, std::size_t step) {
  outcome out;
  net::answer_data answer;
  std::optional<net::answer_parser> parser;
  parser.emplace(answer, max_body_bytes);
  std::string input;
  for (std::size_t at = 0; at < wire.size(); at += step) {
    input.append(wire.substr(at, step));
    while (!input.empty()) {
      boost::beast::error_code error;
      const std::vector<char> exact(input.begin(), input.end());
      const auto used = parser->put(boost::asio::const_buffer{exact.data(), exact.size()}, error);
      input.erase(0, used);
      if (error == boost::beast::http::error::need_more)
        break;
      if (error) {
        out.failed = true;
        return out;
      }
      require(used != 0, "the pool would wait for ever");
      if (!parser->is_done())
        continue;
      note(answer, out.said);
      if (answer.status >= 200) {
        out.done = true;
        return out;
      }
      parser.emplace(answer, max_body_bytes);
    }
  }
  if (parser->got_some()) {
    boost::beast::error_code error;
    parser->put_eof(error);
    out.failed = static_cast<bool>(error);
    out.done = !error && parser->is_done();
    if (out.done)
      note(answer, out.said);
  }
  return out;
}

} // namespace

/// The first byte says how the network cuts the rest; the answer must not depend on it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2)
    return 0;
  const auto wire = as_text(data + 1, size - 1);
  const auto whole = read(wire, wire.size());
  const auto pieces = read(wire, 1u + data[0] % 64u);
  if (whole.done && pieces.done)
    require(whole.said == pieces.said, "the answer depends on how it was cut");
  return 0;
}
