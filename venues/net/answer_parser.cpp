#include "venues/net/answer_parser.hpp"

#include <cassert>

namespace actorbot::net {

void answer_data::clear() {
  status = 0;
  bytes_.clear();
  fields_.clear();
  body_at_ = 0;
  body_size_ = 0;
}

void answer_data::add_field(std::string_view name, std::string_view value) {
  fields_.push_back({bytes_.size(), name.size(), value.size()});
  bytes_.append(name).append(value);
}

// Trailers of a chunked answer come as fields after the whole body, so the body is always one piece.
void answer_data::add_body(std::string_view part) {
  if (body_size_ == 0)
    body_at_ = bytes_.size();
  assert(body_at_ + body_size_ == bytes_.size());
  bytes_.append(part);
  body_size_ += part.size();
}

void answer_data::headers(std::vector<venues::header_view>& out) const {
  out.clear();
  const std::string_view all{bytes_};
  for (auto& f : fields_)
    out.push_back({all.substr(f.at, f.name_size), all.substr(f.at + f.name_size, f.value_size)});
}

answer_parser::answer_parser(answer_data& out, std::size_t max_body_bytes) : out_(out) {
  out_.clear();
  header_limit(64u << 10);
  body_limit(max_body_bytes);
  eager(true);
}

std::size_t answer_parser::put(boost::asio::const_buffer bytes, error_code& error) {
  if (hungry_ && bytes.size() < 5) {
    error = boost::beast::http::error::need_more;
    return 0;
  }
  const auto used = basic_parser::put(bytes, error);
  hungry_ = error == boost::beast::http::error::need_more;
  return used;
}

void answer_parser::on_response_impl(int code, text, int, error_code&) {
  out_.status = static_cast<unsigned>(code);
}

void answer_parser::on_field_impl(field, text name, text value, error_code&) {
  out_.add_field({name.data(), name.size()}, {value.data(), value.size()});
}

void answer_parser::on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) {}

std::size_t answer_parser::on_body_impl(text body, error_code&) {
  out_.add_body({body.data(), body.size()});
  return body.size();
}

std::size_t answer_parser::on_chunk_body_impl(std::uint64_t, text body, error_code&) {
  out_.add_body({body.data(), body.size()});
  return body.size();
}

} // namespace actorbot::net
