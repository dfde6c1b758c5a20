// The least that a C++ client can do on the wire of bench-venue: Beast WebSocket over TLS ->
// simdjson -> signature -> one kept-alive HTTPS connection, all on one thread. What the whole bot
// needs beyond this is the price of everything else that it does.
//   bench-floor --port N --ca FILE [--v3] [--spin]
#include "actors/latency_histogram.hpp"
#include "venues/aster/signer.hpp"
#include "venues/crypto/ethereum.hpp"
#include "venues/crypto/secp256k1.hpp"

#include <CLI/CLI.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <simdjson.h>

#include <chrono>
#include <cstdio>
#include <optional>
#include <string>

namespace actorbot::bench {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace websocket = beast::websocket;
using tcp = asio::ip::tcp;
using tls_stream = asio::ssl::stream<tcp::socket>;
using beast::error_code;

struct options {
  std::uint16_t port = 0;
  std::string ca_file;
  bool v3 = false;
  bool spin = false;
};

std::int64_t utc_us() {
  using namespace std::chrono;
  return duration_cast<microseconds>(system_clock::now().time_since_epoch()).count();
}

/// Signs with V1's HMAC or V3's EIP-712, contexts kept.
class order_writer {
 public:
  explicit order_writer(bool v3) {
    if (!v3) {
      hmac_.emplace(crypto::secret{std::string_view{"benchbenchbenchbenchbenchbenchbench"}});
      return;
    }
    std::string error;
    auto key = crypto::private_key::parse(
        "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", error);
    address_ = crypto::checksum_text(key->address());
    agent_.emplace(std::move(*key), venues::aster::mainnet_chain_id);
  }

  /// A whole request, good until the next call.
  const std::string& write(std::string_view price) {
    body_.assign("symbol=BTCUSDT&side=BUY&type=LIMIT&quantity=0.001&price=").append(price);
    body_.append("&timeInForce=GTX&newClientOrderId=floor-").append(std::to_string(++number_));
    if (hmac_) {
      body_.append("&recvWindow=5000&timestamp=").append(std::to_string(utc_us() / 1000));
      venues::aster::hmac_text signature;
      hmac_->sign(body_, {}, signature);
      body_.append("&signature=").append(venues::aster::as_text(signature));
    } else {
      body_.append("&nonce=").append(std::to_string(utc_us())).append("&user=").append(address_);
      body_.append("&signer=").append(address_);
      venues::aster::signature_text signature;
      agent_->sign(body_, signature);
      body_.append("&signature=").append(venues::aster::as_text(signature));
    }
    request_.assign(hmac_ ? "POST /fapi/v1/order" : "POST /fapi/v3/order");
    request_.append(" HTTP/1.1\r\nHost: 127.0.0.1\r\nX-MBX-APIKEY: k\r\n"
                    "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ");
    request_.append(std::to_string(body_.size())).append("\r\n\r\n").append(body_);
    return request_;
  }

 private:
  std::optional<venues::aster::hmac_signer> hmac_;
  std::optional<venues::aster::agent_signer> agent_;
  std::string address_;
  std::string body_, request_;
  std::uint64_t number_ = 0;
};

class floor_client {
 public:
  floor_client(asio::io_context& io, asio::ssl::context& tls, const options& chosen)
      : http_{io, tls}, ws_{io, tls}, writer_{chosen.v3} {
    const tcp::endpoint venue{asio::ip::make_address("127.0.0.1"), chosen.port};
    const auto connect = [&](tls_stream& stream) {
      stream.next_layer().connect(venue);
      stream.next_layer().set_option(tcp::no_delay{true});
      stream.handshake(asio::ssl::stream_base::client);
    };
    connect(http_);
    connect(ws_.next_layer());
    ws_.handshake("127.0.0.1", "/stream?streams=btcusdt@bookTicker");
    read_tick();
  }

  /// Frame read to order with the kernel.
  const latency_histogram& inside() const { return inside_; }

 private:
  void read_tick() {
    ws_.async_read(frame_, [this](error_code error, std::size_t) {
      if (error)
        return;
      read_at_ = std::chrono::steady_clock::now();
      on_tick();
      frame_.consume(frame_.size());
      read_tick();
    });
  }

  void on_tick() {
    const auto size = frame_.size();
    frame_.prepare(simdjson::SIMDJSON_PADDING); // makes the bytes behind the frame readable
    simdjson::ondemand::document document;
    const auto* const bytes = static_cast<const char*>(frame_.cdata().data());
    if (parser_.iterate(bytes, size, size + simdjson::SIMDJSON_PADDING).get(document))
      return;
    simdjson::ondemand::object data;
    std::string_view bid, bid_size;
    if (document["data"].get_object().get(data) || data["b"].get_string().get(bid)
        || data["B"].get_string().get(bid_size) || bid_size == "1.000")
      return;
    if (busy_) {
      waiting_.assign(bid); // the newest replaces what was not sent
      return;
    }
    send(bid);
  }

  void send(std::string_view price) {
    busy_ = true;
    asio::async_write(http_, asio::buffer(writer_.write(price)),
                      [this](error_code error, std::size_t) {
                        if (!error)
                          read_answer();
                      });
    // The bytes are with the kernel by now.
    inside_.add((std::chrono::steady_clock::now() - read_at_).count());
  }

  void read_answer() {
    answer_.emplace();
    http::async_read(http_, input_, *answer_, [this](error_code error, std::size_t) {
      if (error)
        return;
      busy_ = false;
      if (waiting_.empty())
        return;
      const auto price = std::exchange(waiting_, {});
      send(price);
    });
  }

  tls_stream http_;
  websocket::stream<tls_stream> ws_;
  order_writer writer_;
  simdjson::ondemand::parser parser_;
  beast::flat_buffer frame_, input_;
  std::optional<http::response_parser<http::string_body>> answer_;
  std::string waiting_;
  std::chrono::steady_clock::time_point read_at_;
  latency_histogram inside_;
  bool busy_ = false;
};

int run(const options& chosen) {
  asio::io_context io{1};
  asio::ssl::context tls{asio::ssl::context::tls_client};
  tls.set_verify_mode(asio::ssl::verify_peer);
  tls.load_verify_file(chosen.ca_file);
  floor_client client{io, tls, chosen};
  if (chosen.spin)
    while (!io.stopped())
      io.poll();
  else
    io.run();
  std::fprintf(stderr, "inside us:");
  for (const auto ns : client.inside().summary())
    std::fprintf(stderr, " %.1f", static_cast<double>(ns) / 1e3);
  std::fprintf(stderr, " (p50 p99 p99.9 max)\n");
  return 0;
}

} // namespace
} // namespace actorbot::bench

int main(int argc, char** argv) {
  actorbot::bench::options chosen;
  CLI::App app{"The least that a client can do: read, parse, sign, send"};
  app.add_option("--port", chosen.port)->required();
  app.add_option("--ca", chosen.ca_file)->required();
  app.add_flag("--v3", chosen.v3, "EIP-712 signatures instead of HMAC");
  app.add_flag("--spin", chosen.spin, "Polls instead of sleeping");
  CLI11_PARSE(app, argc, argv);
  try {
    return actorbot::bench::run(chosen);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench-floor: %s\n", error.what());
    return 1;
  }
}
