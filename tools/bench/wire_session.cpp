#include "tools/bench/wire_session.hpp"

#include <boost/asio/write.hpp>
#include <openssl/evp.h>
#include <openssl/sha.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <utility>

namespace actorbot::bench {

namespace {

namespace asio = boost::asio;

constexpr std::size_t max_request = 1u << 20;

void append_frame(std::string& out, unsigned opcode, std::string_view payload) {
  out += static_cast<char>(0x80u | opcode);
  const auto size = payload.size();
  if (size < 126) {
    out += static_cast<char>(size);
  } else {
    const unsigned bytes = size < 65536 ? 2 : 8;
    out += static_cast<char>(bytes == 2 ? 126 : 127);
    for (unsigned i = bytes; i-- > 0;)
      out += static_cast<char>(size >> (8 * i) & 0xff);
  }
  out.append(payload);
}

/// The value of a header line, found without regard to case; empty when absent.
std::string_view header(std::string_view head, std::string_view name) {
  const auto same = [](char a, char b) { return (a | 0x20) == (b | 0x20); };
  auto from = head.begin();
  for (;;) {
    const auto at = std::search(from, head.end(), name.begin(), name.end(), same);
    if (at == head.end())
      return {};
    from = at + static_cast<std::ptrdiff_t>(name.size());
    if (*(at - 1) != '\n' || from == head.end() || *from != ':')
      continue;
    auto value = head.substr(static_cast<std::size_t>(from - head.begin()) + 1);
    value = value.substr(0, value.find('\r'));
    value.remove_prefix(std::min(value.find_first_not_of(' '), value.size()));
    return value;
  }
}

std::string accept_key(std::string_view key) {
  const auto text = std::string{key} + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  unsigned char digest[SHA_DIGEST_LENGTH];
  SHA1(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest);
  unsigned char coded[32];
  const int size = EVP_EncodeBlock(coded, digest, SHA_DIGEST_LENGTH);
  return {reinterpret_cast<const char*>(coded), static_cast<std::size_t>(size)};
}

std::string to_http(const http_reply& reply) {
  return "HTTP/1.1 " + std::to_string(reply.status) + (reply.status == 200 ? " OK" : " Error")
         + "\r\nContent-Type: application/json\r\nContent-Length: "
         + std::to_string(reply.body.size()) + "\r\n\r\n" + reply.body;
}

} // namespace

std::int64_t now_ns() {
  return std::chrono::nanoseconds{std::chrono::steady_clock::now().time_since_epoch()}.count();
}

void append_text_frame(std::string& out, std::string_view text) { append_frame(out, 1, text); }

wire_session::wire_session(tcp::socket socket, asio::ssl::context& context, wire_server& server)
    : stream_{std::move(socket), context}, server_{server} {}

void wire_session::start() {
  stream_.async_handshake(asio::ssl::stream_base::server,
                          [self = shared_from_this()](error_code error) {
                            if (error)
                              self->close();
                            else
                              self->read();
                          });
}

void wire_session::close() {
  if (!std::exchange(open_, false))
    return;
  error_code ignored;
  stream_.next_layer().close(ignored);
  server_.on_closed(*this);
}

// -- reading -----------------------------------------------------------------------------------------

void wire_session::read() {
  stream_.async_read_some(asio::buffer(chunk_),
                          [self = shared_from_this()](error_code error, std::size_t size) {
                            self->on_read(error, size);
                          });
}

void wire_session::on_read(error_code error, std::size_t size) {
  read_ns_ = now_ns();
  if (error || !open_)
    return close();
  in_.append(chunk_.data(), size);
  while (open_ && (websocket_ ? take_frame() : take_request())) {
  }
  if (open_)
    read();
}

bool wire_session::take_request() {
  const auto end = in_.find("\r\n\r\n");
  if (end == std::string::npos) {
    if (in_.size() > max_request)
      close();
    return false;
  }
  const std::string_view head{in_.data(), end + 2};
  const auto length_text = header(head, "content-length");
  std::size_t length = 0;
  std::from_chars(length_text.data(), length_text.data() + length_text.size(), length);
  const auto total = end + 4 + std::min(length, max_request);
  if (in_.size() < total)
    return false;
  const auto line = head.substr(0, head.find('\r'));
  const auto first = std::min(line.find(' '), line.size() - 1);
  const auto second = std::min(line.find(' ', first + 1), line.size());
  const auto target = line.substr(first + 1, second - first - 1);
  if (!header(head, "sec-websocket-key").empty()) {
    target_ = target;
    upgrade(head);
  } else {
    const http_call call{line.substr(0, first), target,
                         std::string_view{in_}.substr(end + 4, total - end - 4), read_ns_};
    send(to_http(server_.on_call(*this, call)));
    server_.after_call();
  }
  in_.erase(0, total);
  return true;
}

void wire_session::upgrade(std::string_view head) {
  send("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
       "Sec-WebSocket-Accept: "
       + accept_key(header(head, "sec-websocket-key")) + "\r\n\r\n");
  websocket_ = true;
  server_.on_stream(shared_from_this());
}

/// Clients mask what they send, and send little: no frame here is split or longer than 64 KiB.
bool wire_session::take_frame() {
  if (in_.size() < 2)
    return false;
  const auto byte = [this](std::size_t i) { return static_cast<unsigned char>(in_[i]); };
  std::size_t size = byte(1) & 0x7fu;
  std::size_t at = 2;
  if (size == 127)
    return close(), false;
  if (size == 126) {
    if (in_.size() < 4)
      return false;
    size = static_cast<std::size_t>(byte(2) << 8 | byte(3));
    at = 4;
  }
  const bool masked = (byte(1) & 0x80u) != 0;
  const auto payload_at = at + (masked ? 4 : 0);
  if (in_.size() < payload_at + size)
    return false;
  std::string payload = in_.substr(payload_at, size);
  if (masked)
    for (std::size_t i = 0; i < size; ++i)
      payload[i] = static_cast<char>(payload[i] ^ in_[at + i % 4]);
  const unsigned opcode = byte(0) & 0x0fu;
  in_.erase(0, payload_at + size);
  if (opcode == 8)
    return close(), false;
  if (opcode == 9) {
    std::string pong;
    append_frame(pong, 10, payload);
    send(std::move(pong));
  } else if (opcode == 1) {
    server_.on_text(*this, payload);
  }
  return true;
}

// -- writing -----------------------------------------------------------------------------------------

void wire_session::send_text(std::string_view text) {
  std::string frame;
  append_text_frame(frame, text);
  send(std::move(frame));
}

void wire_session::send(std::string bytes) {
  if (!open_)
    return;
  out_.push_back(std::move(bytes));
  if (!writing_)
    write();
}

void wire_session::write() {
  writing_ = true;
  asio::async_write(stream_, asio::buffer(out_.front()),
                    [self = shared_from_this()](error_code error, std::size_t) {
                      self->writing_ = false;
                      if (error || !self->open_)
                        return self->close();
                      self->out_.pop_front();
                      if (!self->out_.empty())
                        self->write();
                      else
                        self->server_.on_written(*self);
                    });
}

} // namespace actorbot::bench
