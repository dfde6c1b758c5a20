#include "venues/net/asio_transport.hpp"

#include "venues/net/http_pool.hpp"
#include "venues/net/websocket_client.hpp"

#include <boost/asio/dispatch.hpp>
#include <boost/asio/strand.hpp>

namespace actorbot::net {
namespace {

namespace asio = boost::asio;

/// What lives on the reactor; outlives the transport until its last handler has run.
struct reactor_side {
  asio::any_io_executor executor;
  /// Whether the caller is the one thread that runs the executor; empty = ask the executor.
  std::function<bool()> on_reactor;
  venues::transport_options options;
  std::shared_ptr<inbox> in;
  std::shared_ptr<request_store> requests = std::make_shared<request_store>();
  std::vector<connect_target> targets; ///< by endpoint_id
  std::vector<std::shared_ptr<http_pool>> pools;
  std::map<venues::stream_id, std::shared_ptr<websocket_client>> streams;

  void open(const connect_target& target, venues::stream_id id, websocket_client::request wanted) {
    auto& stream = streams[id];
    if (stream)
      stream->abandon("opened again");
    stream = std::make_shared<websocket_client>(executor, target, options, in, id);
    stream->open(std::move(wanted));
  }

  websocket_client* find(venues::stream_id id) {
    auto i = streams.find(id);
    return i == streams.end() ? nullptr : i->second.get();
  }

  void stop() {
    for (auto& pool : pools)
      pool->stop();
    for (auto& [id, stream] : streams)
      stream->stop();
    streams.clear();
  }
};

class asio_transport : public venues::transport {
 public:
  explicit asio_transport(std::shared_ptr<reactor_side> side) : side_(std::move(side)) {}

  ~asio_transport() override {
    side_->in->close();
    run([](reactor_side& side) { side.stop(); });
  }

  void call(venues::endpoint_id endpoint, venues::request_id id, venues::request_class kind,
            const venues::http_request_view& request, duration timeout) override {
    const auto index = static_cast<std::size_t>(endpoint);
    if (index >= side_->pools.size())
      return side_->in->push_failed(id, false, "no such endpoint");
    auto out = side_->requests->take();
    out->id = id;
    out->kind = kind;
    out->deadline = std::chrono::steady_clock::now() + timeout;
    if (!write_request(out->bytes, side_->pools[index]->fixed_header(), request))
      return side_->in->push_failed(id, false, "a control character in the target or a header");
    run([index, out = std::move(out)](reactor_side& side) mutable {
      side.pools[index]->submit(std::move(out));
    });
  }

  void open(venues::endpoint_id endpoint, venues::stream_id stream,
            const venues::stream_request_view& request) override {
    const auto index = static_cast<std::size_t>(endpoint);
    if (index >= side_->targets.size())
      return side_->in->push_closed(stream, "no such endpoint");
    websocket_client::request wanted{std::string{request.target}, {}, request.permessage_deflate};
    for (auto& h : request.headers)
      wanted.headers.emplace_back(h.name, h.value);
    run([index, stream, wanted = std::move(wanted)](reactor_side& side) mutable {
      side.open(side.targets[index], stream, std::move(wanted));
    });
  }

  void send(venues::stream_id stream, venues::frame_kind kind, std::string_view data) override {
    run([stream, kind, text = std::string{data}](reactor_side& side) mutable {
      if (auto* client = side.find(stream))
        client->send(kind, std::move(text));
    });
  }

  void close(venues::stream_id stream) override {
    run([stream](reactor_side& side) {
      if (auto* client = side.find(stream))
        client->close();
    });
  }

  std::size_t drain(venues::transport_handler& handler, std::size_t limit) override {
    auto side = side_; // the handler may destroy this transport
    auto result = side->in->drain(handler, limit);
    if (result.resume)
      asio::dispatch(side->executor, [side] {
        for (auto& [id, stream] : side->streams)
          stream->resume();
      });
    return result.count;
  }

 private:
  /// At once on the reactor, else posted. The order of the calls is kept.
  template <class F>
  void run(F f) {
    // The executor knows itself only within its own handlers; actors run between them.
    if (side_->on_reactor && side_->on_reactor()) {
      const auto side = side_; // f may end this transport
      return f(*side);
    }
    asio::dispatch(side_->executor, [side = side_, f = std::move(f)]() mutable { f(*side); });
  }

  std::shared_ptr<reactor_side> side_;
};

} // namespace

asio_transport_factory::asio_transport_factory(asio::io_context& io, bool several_threads,
                                               std::function<bool()> on_reactor)
    : io_(io), several_threads_(several_threads), on_reactor_(std::move(on_reactor)) {}

asio_transport_factory::~asio_transport_factory() = default;

std::unique_ptr<venues::transport>
asio_transport_factory::make(const venues::transport_options& options, venues::wake_up wake) {
  std::shared_ptr<tls_client_context> tls;
  {
    std::lock_guard lock{mutex_};
    auto& known = contexts_[options.ca_file];
    if (!known || !known->problem.empty())
      known = std::make_shared<tls_client_context>(options.ca_file);
    tls = known;
  }
  auto side = std::make_shared<reactor_side>();
  if (several_threads_)
    side->executor = asio::make_strand(io_);
  else
    side->executor = io_.get_executor();
  if (!several_threads_)
    side->on_reactor = on_reactor_;
  side->options = options;
  side->in = std::make_shared<inbox>(std::move(wake));
  for (auto& where : options.endpoints) {
    side->targets.push_back({where, tls, std::make_shared<tls_session_cache>()});
    side->pools.push_back(std::make_shared<http_pool>(side->executor, side->targets.back(), options,
                                                      side->in, side->requests));
  }
  return std::make_unique<asio_transport>(std::move(side));
}

} // namespace actorbot::net
