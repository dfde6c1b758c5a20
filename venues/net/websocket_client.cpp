#include "venues/net/websocket_client.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/error.hpp>

namespace actorbot::net {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = boost::beast::websocket;

constexpr std::size_t max_unsent_frames = 4096;
constexpr std::size_t max_unsent_bytes = 16u << 20;
constexpr std::chrono::seconds close_timeout{2};
/// A frame that comes sooner after it was asked for was there already.
constexpr std::chrono::microseconds at_once{20};

} // namespace

websocket_client::websocket_client(const asio::any_io_executor& executor, connect_target target,
                                   const venues::transport_options& options,
                                   std::shared_ptr<inbox> in, venues::stream_id id)
    : target_(std::move(target)),
      user_agent_(options.user_agent),
      connect_timeout_(options.connect_timeout),
      ping_interval_(options.ping_interval),
      max_frame_bytes_(options.max_frame_bytes),
      in_(std::move(in)),
      id_(id),
      ws_(executor, target_.tls->context, target_.where.tls),
      timer_(executor) {}

void websocket_client::open(request wanted) {
  phase_ = phase::opening;
  wanted_ = std::move(wanted);
  timer_.expires_after(connect_timeout_);
  timer_.async_wait([self = shared_from_this()](error_code error) {
    if (!error && self->phase_ == phase::opening)
      self->gone("cannot open a stream to " + self->target_.where.host + ": timed out");
  });
  async_connect(std::shared_ptr<socket_stream>{shared_from_this(), &ws_.next_layer()}, target_,
                [self = shared_from_this()](const std::string& problem) {
                  if (self->phase_ == phase::opening)
                    self->on_connected(problem);
                });
}

void websocket_client::on_connected(const std::string& problem) {
  if (!problem.empty())
    return gone(problem);
  ws_.set_option(websocket::stream_base::timeout{websocket::stream_base::none(),
                                                 websocket::stream_base::none(), false});
  if (wanted_.permessage_deflate) {
    websocket::permessage_deflate deflate;
    deflate.client_enable = true;
    ws_.set_option(deflate);
  }
  ws_.read_message_max(max_frame_bytes_);
  ws_.set_option(websocket::stream_base::decorator([this](websocket::request_type& r) {
    r.set(beast::http::field::user_agent, user_agent_);
    for (auto& [name, value] : wanted_.headers)
      r.set(name, value);
  }));
  ws_.control_callback([this](websocket::frame_type kind, beast::string_view) {
    if (kind == websocket::frame_type::pong)
      pong_missing_ = false;
  });
  const auto& where = target_.where;
  const bool usual = where.port == (where.tls ? 443 : 80);
  ws_.async_handshake(response_, usual ? where.host : where.host + ":" + std::to_string(where.port),
                      wanted_.target,
                      [self = shared_from_this()](error_code error) { self->on_handshake(error); });
}

void websocket_client::on_handshake(error_code error) {
  if (phase_ != phase::opening)
    return;
  if (error == websocket::error::upgrade_declined)
    return gone(target_.where.host + " declined the stream: HTTP "
                + std::to_string(response_.result_int()));
  if (error)
    return gone("cannot open a stream to " + target_.where.host + ": " + error.message());
  phase_ = phase::open;
  in_->push_opened(id_);
  watch();
  read();
  write();
}

// -- reading ------------------------------------------------------------------------------------

void websocket_client::read() {
  buffer_ = in_->take_frame_buffer();
  asked_at_ = clock::now();
  ws_.async_read(*buffer_, [self = shared_from_this()](error_code error, std::size_t) {
    self->on_read(error);
  });
}

void websocket_client::on_read(error_code error) {
  auto data = std::move(buffer_);
  if (error || phase_ == phase::gone) {
    in_->give_back(std::move(data));
    if (error == websocket::error::closed && phase_ == phase::open) {
      auto& reason = ws_.reason();
      return gone("closed by the venue, code " + std::to_string(reason.code) + ": "
                  + std::string{reason.reason.data(), reason.reason.size()});
    }
    // While closing, the answer to our close frame decides.
    if (phase_ == phase::open)
      gone("connection lost: " + error.message());
    return;
  }
  const auto kind = ws_.got_text() ? venues::frame_kind::text : venues::frame_kind::binary;
  // A frame that had to be waited for has no other behind it as a rule. Asking the socket, in vain,
  // would only hold up the actors that the frame wakes: they come first. A burst is read at once, so
  // that they see its newest.
  const bool alone = clock::now() - asked_at_ > at_once && !ws_.next_layer().holds_bytes();
  const auto next = in_->push_frame(id_, kind, std::move(data), alone);
  if (next == next_read::now)
    return phase_ == phase::open ? read() : void();
  paused_ = true;
  was_paused_ = was_paused_ || next == next_read::full;
}

void websocket_client::resume() {
  if (!std::exchange(paused_, false) || phase_ != phase::open)
    return;
  read();
}

// -- writing ------------------------------------------------------------------------------------

void websocket_client::send(venues::frame_kind kind, std::string data) {
  if (phase_ != phase::opening && phase_ != phase::open)
    return;
  unsent_bytes_ += data.size();
  unsent_.emplace_back(kind, std::move(data));
  if (unsent_.size() > max_unsent_frames || unsent_bytes_ > max_unsent_bytes)
    return gone("the venue does not read what we send");
  write();
}

void websocket_client::write() {
  if (writing_ || phase_ == phase::opening || phase_ == phase::gone)
    return;
  if (unsent_.empty()) {
    if (phase_ == phase::closing)
      send_close();
    return;
  }
  writing_ = true;
  ws_.binary(unsent_.front().first == venues::frame_kind::binary);
  ws_.async_write(asio::buffer(unsent_.front().second),
                  [self = shared_from_this()](error_code error, std::size_t) {
                    self->writing_ = false;
                    if (self->phase_ == phase::gone)
                      return;
                    if (error)
                      return self->gone("connection lost: " + error.message());
                    self->unsent_bytes_ -= self->unsent_.front().second.size();
                    self->unsent_.pop_front();
                    self->write();
                  });
}

// -- life and death -----------------------------------------------------------------------------

void websocket_client::watch() {
  timer_.expires_after(ping_interval_);
  timer_.async_wait([self = shared_from_this()](error_code error) {
    if (!error && self->phase_ == phase::open)
      self->on_watch();
  });
}

void websocket_client::on_watch() {
  if (pong_missing_ && !was_paused_)
    return gone("no pong");
  was_paused_ = paused_;
  pong_missing_ = true;
  if (!std::exchange(pinging_, true))
    ws_.async_ping({}, [self = shared_from_this()](error_code) { self->pinging_ = false; });
  watch();
}

void websocket_client::close() {
  if (phase_ == phase::opening)
    return gone("closed");
  if (phase_ != phase::open)
    return;
  phase_ = phase::closing;
  timer_.expires_after(close_timeout);
  timer_.async_wait([self = shared_from_this()](error_code error) {
    if (!error)
      self->gone("closed, unanswered");
  });
  write();
}

void websocket_client::send_close() {
  writing_ = true;
  ws_.async_close(websocket::close_code::normal,
                  [self = shared_from_this()](error_code) { self->gone("closed"); });
}

void websocket_client::gone(const std::string& why) {
  if (phase_ == phase::gone || phase_ == phase::idle)
    return;
  stop();
  in_->push_closed(id_, why);
}

void websocket_client::stop() {
  phase_ = phase::gone;
  timer_.cancel();
  ws_.next_layer().drop();
}

} // namespace actorbot::net
