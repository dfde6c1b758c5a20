#include "venues/net/request_store.hpp"

#include <algorithm>
#include <charconv>

namespace actorbot::net {
namespace {

constexpr std::size_t max_spare = 64;
constexpr std::size_t max_spare_size = 64u << 10;

std::string_view name_of(venues::http_method method) {
  switch (method) {
  case venues::http_method::get:
    return "GET ";
  case venues::http_method::post:
    return "POST ";
  case venues::http_method::put:
    return "PUT ";
  case venues::http_method::del:
    return "DELETE ";
  }
  return "GET ";
}

bool harmless(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t') || byte == 0x7f;
  });
}

} // namespace

std::unique_ptr<outgoing> request_store::take() {
  std::lock_guard lock{mutex_};
  if (spare_.empty())
    return std::make_unique<outgoing>();
  auto x = std::move(spare_.back());
  spare_.pop_back();
  return x;
}

void request_store::give_back(std::unique_ptr<outgoing> used) {
  if (!used || used->bytes.capacity() > max_spare_size)
    return;
  used->bytes.clear();
  std::lock_guard lock{mutex_};
  if (spare_.size() < max_spare)
    spare_.push_back(std::move(used));
}

bool write_request(std::string& out, std::string_view fixed,
                   const venues::http_request_view& request) {
  out.clear();
  const bool target_good
      = harmless(request.target) && request.target.find_first_of(" \t") == std::string_view::npos;
  if (request.target.empty() || !target_good || !harmless(request.content_type))
    return false;
  out.append(name_of(request.method)).append(request.target).append(" HTTP/1.1\r\n").append(fixed);
  for (auto& h : request.headers) {
    if (!harmless(h.name) || !harmless(h.value))
      return false;
    out.append(h.name).append(": ").append(h.value).append("\r\n");
  }
  if (!request.content_type.empty())
    out.append("Content-Type: ").append(request.content_type).append("\r\n");
  if (!request.body.empty() || request.method == venues::http_method::post
      || request.method == venues::http_method::put) {
    char digits[24];
    auto end = std::to_chars(digits, digits + sizeof digits, request.body.size()).ptr;
    out.append("Content-Length: ").append(digits, end).append("\r\n");
  }
  out.append("\r\n").append(request.body);
  return true;
}

} // namespace actorbot::net
