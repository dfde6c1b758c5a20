#pragma once

#include "venues/protocol.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace actorbot::net {

/// Readable bytes kept after every body and every frame, for SIMD parsers.
inline constexpr std::size_t padding = 64;

/// One HTTP answer in storage that is used again and again: once it has grown to the size of a
/// venue's answers, nothing is allocated any more.
class answer_data {
 public:
  unsigned status = 0;

  void clear();
  void add_field(std::string_view name, std::string_view value);
  void add_body(std::string_view part);
  /// No more comes: puts the padding behind the body.
  void complete() { bytes_.append(padding, '\0'); }

  std::string_view body() const { return {bytes_.data() + body_at_, body_size_}; }
  std::size_t capacity() const { return bytes_.capacity(); }
  /// Views into this object, valid until it is changed.
  void headers(std::vector<venues::header_view>& out) const;

 private:
  struct field {
    std::size_t at, name_size, value_size;
  };
  std::string bytes_; ///< names, values and the body, one after the other
  std::vector<field> fields_;
  std::size_t body_at_ = 0;
  std::size_t body_size_ = 0;
};

/// Beast's push parser, writing into an answer_data. One object reads one answer.
class answer_parser : public boost::beast::http::basic_parser<false> {
 public:
  using error_code = boost::beast::error_code;
  answer_parser(answer_data& out, std::size_t max_body_bytes);

  /// Beast's put(), but fewer than five bytes are never offered a second time: Beast 1.81 ends the
  /// program when the last chunk comes as "0\r\n" and then one byte (boostorg/beast#2861, fixed in
  /// May 2024). No head is so short, and behind a shorter chunk header more must follow.
  std::size_t put(boost::asio::const_buffer bytes, error_code& error);

 private:
  using text = boost::beast::string_view;
  using verb = boost::beast::http::verb;
  using field = boost::beast::http::field;

  void on_request_impl(verb, text, text, int, error_code&) override {}
  void on_response_impl(int code, text, int, error_code&) override;
  void on_field_impl(field, text name, text value, error_code&) override;
  void on_header_impl(error_code&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>& size, error_code&) override;
  std::size_t on_body_impl(text body, error_code&) override;
  void on_chunk_header_impl(std::uint64_t, text, error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, text body, error_code&) override;
  void on_finish_impl(error_code&) override { out_.complete(); }

  answer_data& out_;
  bool hungry_ = false; ///< the last put() asked for more
};

} // namespace actorbot::net
