#include "tools/venue_sim/connection.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/buffers_to_string.hpp>

#include <algorithm>
#include <utility>

namespace actorbot::sim {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using error_code = boost::system::error_code;

constexpr std::uint64_t largest_body = 1u << 20;
/// A client that does not read is cut off rather than remembered without end.
constexpr std::size_t most_frames_waiting = 100'000;

venues::http_method to_method(http::verb verb) {
  switch (verb) {
  case http::verb::post:
    return venues::http_method::post;
  case http::verb::put:
    return venues::http_method::put;
  case http::verb::delete_:
    return venues::http_method::del;
  default:
    return venues::http_method::get;
  }
}

std::string to_text(std::span<const venues::header_view> headers) {
  std::string result;
  for (const auto& h : headers) {
    result.append(h.name).append(": ").append(h.value).append("\r\n");
  }
  return result;
}

} // namespace

connection::connection(server& owner, asio::io_context& io, std::uint64_t number)
    : owner_{owner}, number_{number}, stream_{io.get_executor(), owner.tls(), true}, delay_{io} {}

void connection::start() {
  error_code error;
  socket().set_option(asio::ip::tcp::no_delay{true}, error);
  const auto peer = socket().remote_endpoint(error);
  address_ = peer.address().to_string();
  stream_.next_layer().async_handshake(asio::ssl::stream_base::server,
                                       [self = shared_from_this()](const error_code& failed) {
                                         if (!failed)
                                           self->read();
                                       });
}

// -- HTTP --------------------------------------------------------------------------------------------

void connection::read() {
  parser_.emplace();
  parser_->body_limit(largest_body);
  http::async_read(stream_, buffer_, *parser_,
                   [self = shared_from_this()](const error_code& error, std::size_t) {
                     if (error || self->frozen_)
                       return self->ended();
                     self->request_ = self->parser_->release();
                     self->handle();
                   });
}

void connection::handle() {
  const auto line = std::string{request_.method_string()} + " " + std::string{request_.target()};
  keep_alive_ = request_.keep_alive();
  fault_ = owner_.next_fault(line);
  logged_request entry{owner_.now(), std::string{request_.method_string()},
                       std::string{request_.target()}, request_.body(), ""};
  if (fault_)
    entry.fault = to_string(fault_->what);
  owner_.log(std::move(entry));
  if (fault_) {
    switch (fault_->what) {
    case fault_rule::kind::drop:
      return reset();
    case fault_rule::kind::half_open:
      return freeze();
    case fault_rule::kind::status:
      return answer(fault_->status, "Content-Type: text/html\r\n", fault_->body);
    case fault_rule::kind::lose_answer:
    case fault_rule::kind::delay:
      break;
    }
  }
  if (beast::websocket::is_upgrade(request_))
    hand_stream_in();
  else
    hand_request_in();
}

std::vector<venues::header_view> connection::header_views() const {
  std::vector<venues::header_view> result;
  for (const auto& field : request_)
    result.push_back({{field.name_string().data(), field.name_string().size()},
                      {field.value().data(), field.value().size()}});
  return result;
}

void connection::hand_request_in() {
  const auto headers = header_views();
  const std::string target{request_.target()};
  owner_.hand_in(venues::dialect_request{{},
                                         owner_.begin_request(shared_from_this()),
                                         {number_, address_, true},
                                         to_method(request_.method()),
                                         target,
                                         headers,
                                         request_.body()});
}

void connection::respond(unsigned status, std::span<const venues::header_view> headers,
                         std::string_view body) {
  if (fault_ && fault_->what == fault_rule::kind::lose_answer)
    return reset();
  answer(status, to_text(headers), std::string{body});
}

void connection::answer(unsigned status, std::string headers, std::string body) {
  owner_.count_answer(status);
  out_ = "HTTP/1.1 " + std::to_string(status) + " "
         + std::string{http::obsolete_reason(http::int_to_status(status))} + "\r\n" + headers
         + "Content-Length: " + std::to_string(body.size())
         + (keep_alive_ ? "\r\n\r\n" : "\r\nConnection: close\r\n\r\n") + body;
  auto wait = owner_.latency();
  if (fault_ && fault_->what == fault_rule::kind::delay)
    wait += fault_->delay;
  if (wait <= duration{0})
    return write_answer();
  delay_.expires_after(wait);
  delay_.async_wait([self = shared_from_this()](const error_code& error) {
    if (!error)
      self->write_answer();
  });
}

void connection::write_answer() {
  if (frozen_)
    return;
  asio::async_write(stream_, asio::buffer(out_),
                    [self = shared_from_this()](const error_code& error, std::size_t) {
                      if (error || !self->keep_alive_)
                        return self->reset();
                      self->read();
                    });
}

// -- WebSocket ---------------------------------------------------------------------------------------

void connection::hand_stream_in() {
  const std::string target{request_.target()};
  const auto headers = header_views();
  token_ = owner_.begin_stream(shared_from_this(), target);
  owner_.hand_in(
      venues::dialect_stream_request{{}, *token_, {number_, address_, true}, target, headers});
}

void connection::refuse_stream(unsigned status, std::string_view body) {
  token_.reset();
  keep_alive_ = false;
  answer(status, "Content-Type: application/json\r\n", std::string{body});
}

void connection::accept_stream(std::span<const venues::header_view>) {
  websocket_.emplace(stream_);
  websocket_->set_option(
      beast::websocket::stream_base::timeout::suggested(beast::role_type::server));
  beast::websocket::permessage_deflate deflate;
  deflate.server_enable = true;
  websocket_->set_option(deflate);
  websocket_->auto_fragment(false);
  writing_ = true; // frames wait for the handshake's answer
  websocket_->async_accept(request_, [self = shared_from_this()](const error_code& error) {
    self->writing_ = false;
    if (self->frozen_)
      return;
    if (error)
      return self->ended();
    self->read_frame();
    self->write_frame();
  });
}

void connection::read_frame() {
  websocket_->async_read(
      buffer_, [self = shared_from_this()](const error_code& error, std::size_t) {
        if (self->frozen_)
          return;
        if (error)
          return self->ended();
        const std::string data = beast::buffers_to_string(self->buffer_.data());
        self->buffer_.consume(self->buffer_.size());
        if (self->token_)
          self->owner_.hand_in(venues::dialect_frame{
              {},
              *self->token_,
              self->websocket_->got_text() ? venues::frame_kind::text : venues::frame_kind::binary,
              data});
        self->read_frame();
      });
}

void connection::send(venues::frame_kind kind, std::string_view data, duration wait) {
  if (frozen_ || gone_)
    return;
  if (frames_.size() >= most_frames_waiting) {
    // Not from here: whoever sends may be in the middle of a list of streams.
    asio::post(stream_.get_executor(), [self = shared_from_this()] { self->reset(); });
    return;
  }
  auto due = std::chrono::steady_clock::now() + wait;
  if (!frames_.empty())
    due = std::max(due, frames_.back().due);
  frames_.push_back({kind, std::string{data}, due});
  write_frame();
}

void connection::write_frame() {
  if (writing_ || frames_.empty() || gone_ || frozen_ || !websocket_)
    return;
  writing_ = true;
  if (frames_.front().due <= std::chrono::steady_clock::now())
    return write_first_frame();
  delay_.expires_at(frames_.front().due);
  delay_.async_wait([self = shared_from_this()](const error_code& error) {
    if (!error && !self->gone_ && !self->frozen_)
      self->write_first_frame();
  });
}

void connection::write_first_frame() {
  const auto& next = frames_.front();
  websocket_->binary(next.kind == venues::frame_kind::binary);
  websocket_->async_write(asio::buffer(next.data),
                          [self = shared_from_this()](const error_code& error, std::size_t) {
                            self->writing_ = false;
                            if (self->frozen_)
                              return;
                            if (error)
                              return self->ended();
                            self->frames_.pop_front();
                            self->write_frame();
                          });
}

void connection::ping(std::string_view data) {
  if (frozen_ || gone_ || !websocket_)
    return;
  websocket_->async_ping({data.data(), data.size()},
                         [self = shared_from_this()](const error_code&) {});
}

void connection::close_stream(std::uint16_t code, std::string_view reason) {
  if (!websocket_ || gone_ || frozen_)
    return;
  websocket_->async_close(
      {static_cast<beast::websocket::close_code>(code), {reason.data(), reason.size()}},
      [self = shared_from_this()](const error_code&) { self->ended(); });
}

void connection::freeze() {
  if (gone_ || std::exchange(frozen_, true))
    return;
  owner_.keep_open(shared_from_this());
  // A read that waits would still answer pings.
  error_code ignored;
  socket().cancel(ignored);
}

void connection::reset() {
  error_code ignored;
  // No farewell: the other side sees a reset, as from a process that died.
  socket().set_option(asio::socket_base::linger{true, 0}, ignored);
  stream_.drop();
  ended();
}

void connection::ended() {
  if (std::exchange(gone_, true))
    return;
  delay_.cancel(); // frames_ stays: one of them may be with the socket still
  stream_.drop();
  if (token_)
    owner_.stream_gone(*token_);
}

} // namespace actorbot::sim
