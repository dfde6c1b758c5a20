#include "venues/net/connector.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/post.hpp>

namespace actorbot::net {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

/// One attempt; its handlers keep it alive.
struct attempt : std::enable_shared_from_this<attempt> {
  std::shared_ptr<socket_stream> stream;
  connect_target target;
  std::function<void(std::string)> done;
  tcp::resolver resolver;

  attempt(std::shared_ptr<socket_stream> s, const connect_target& t,
          std::function<void(std::string)> d)
      : stream(std::move(s)), target(t), done(std::move(d)), resolver(stream->get_executor()) {}

  void finish_later(std::string text) {
    asio::post(stream->get_executor(),
               [self = shared_from_this(), text = std::move(text)]() mutable {
                 self->done(std::move(text));
               });
  }

  std::string place() const { return target.where.host + ":" + std::to_string(target.where.port); }

  void start() {
    if (target.where.tls && !target.tls->problem.empty())
      return finish_later(target.tls->problem);
    error_code not_numeric;
    auto address = asio::ip::make_address(target.where.host, not_numeric);
    if (!not_numeric) {
      // Asio's resolver starts a thread at its first use; a numeric address does not need it.
      stream->tcp().async_connect(
          tcp::endpoint{address, target.where.port},
          [self = shared_from_this()](error_code error) { self->on_connected(error); });
      return;
    }
    resolver.async_resolve(
        target.where.host, std::to_string(target.where.port), tcp::resolver::numeric_service,
        [self = shared_from_this()](error_code error, const tcp::resolver::results_type& found) {
          if (error)
            return self->done("cannot look up " + self->target.where.host + ": " + error.message());
          if (self->stream->dropped())
            return self->done("given up");
          asio::async_connect(
              self->stream->tcp(), found,
              [self](error_code failed, const tcp::endpoint&) { self->on_connected(failed); });
        });
  }

  void on_connected(error_code error) {
    if (error)
      return done("cannot connect to " + place() + ": " + error.message());
    error_code ignored;
    stream->tcp().set_option(tcp::no_delay(true), ignored);
    if (!target.where.tls)
      return done({});
    auto& tls = stream->next_layer();
    if (!prepare_tls(tls.native_handle(), target.where.host, target.sessions.get()))
      return done("not a host name: " + target.where.host);
    tls.async_handshake(
        asio::ssl::stream_base::client,
        [self = shared_from_this()](error_code failed) { self->on_handshake(failed); });
  }

  void on_handshake(error_code error) {
    if (!error)
      return done({});
    done(handshake_failure(stream->next_layer().native_handle(), target.where.host,
                           error.message()));
  }
};

} // namespace

void async_connect(std::shared_ptr<socket_stream> stream, const connect_target& target,
                   std::function<void(std::string)> done) {
  std::make_shared<attempt>(std::move(stream), target, std::move(done))->start();
}

} // namespace actorbot::net
