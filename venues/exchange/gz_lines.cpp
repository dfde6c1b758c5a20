#include "venues/exchange/gz_lines.hpp"

#include <zlib.h>

#include <charconv>
#include <cstring>
#include <fstream>
#include <iterator>
#include <limits>
#include <stdexcept>

namespace actorbot::exchange {

namespace {
constexpr std::size_t padding = 64;
constexpr std::size_t chunk = 1u << 18;
} // namespace

struct gz_lines::file {
  gzFile handle = nullptr;
};

gz_lines::gz_lines(std::string path) : path_{std::move(path)}, file_{std::make_unique<file>()} {
  file_->handle = gzopen(path_.c_str(), "rb");
  if (!file_->handle)
    throw std::runtime_error("cannot open " + path_);
  gzbuffer(file_->handle, 1u << 16);
  buffer_.resize(chunk + padding);
}

gz_lines::~gz_lines() { gzclose(file_->handle); }

void gz_lines::rewind() {
  gzrewind(file_->handle);
  begin_ = end_ = 0;
}

bool gz_lines::refill() {
  if (begin_ != 0) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  if (buffer_.size() - padding - end_ < chunk / 2)
    buffer_.resize(buffer_.size() * 2);
  const auto got = gzread(file_->handle, buffer_.data() + end_,
                          static_cast<unsigned>(buffer_.size() - padding - end_));
  if (got < 0)
    throw std::runtime_error("cannot read " + path_);
  end_ += static_cast<std::size_t>(got);
  return got > 0;
}

bool gz_lines::next(std::string_view& line) {
  std::size_t searched = begin_;
  for (;;) {
    const auto* from = buffer_.data() + searched;
    if (const auto* found = static_cast<const char*>(std::memchr(from, '\n', end_ - searched))) {
      const auto stop = static_cast<std::size_t>(found - buffer_.data());
      line = {buffer_.data() + begin_, stop - begin_};
      begin_ = stop + 1;
      break;
    }
    const auto had = end_ - begin_;
    if (!refill()) {
      line = {buffer_.data() + begin_, end_ - begin_};
      begin_ = end_;
      if (line.empty())
        return false;
      break;
    }
    searched = begin_ + had;
  }
  if (!line.empty() && line.back() == '\r')
    line.remove_suffix(1);
  return true;
}

namespace {

std::uint64_t little(const std::string& data, std::size_t at, std::size_t bytes) {
  if (at > data.size() || data.size() - at < bytes)
    throw std::runtime_error("zip: truncated");
  std::uint64_t value = 0;
  for (std::size_t i = bytes; i-- > 0;)
    value = value << 8 | static_cast<unsigned char>(data[at + i]);
  return value;
}

std::string inflate_raw(std::string_view packed, std::size_t size) {
  std::string out(size, '\0');
  z_stream z{};
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  z.avail_in = static_cast<uInt>(packed.size());
  z.next_out = reinterpret_cast<Bytef*>(out.data());
  z.avail_out = static_cast<uInt>(out.size());
  if (inflateInit2(&z, -MAX_WBITS) != Z_OK)
    throw std::runtime_error("zip: no memory");
  const auto code = inflate(&z, Z_FINISH);
  inflateEnd(&z);
  if (code != Z_STREAM_END || z.total_out != size)
    throw std::runtime_error("zip: broken data");
  return out;
}

} // namespace

std::string read_zip(const std::string& path) {
  // PKWARE APPNOTE.TXT: end of central directory (4.3.16), central header (4.3.12), local header
  // (4.3.7), ZIP64 extra field (4.5.3). Sizes are taken from the central directory: a local header
  // may leave them out.
  std::ifstream in(path, std::ios::binary);
  if (!in)
    throw std::runtime_error("cannot open " + path);
  const std::string data{std::istreambuf_iterator<char>(in), {}};
  const auto end = data.rfind("PK\5\6");
  if (end == std::string::npos)
    throw std::runtime_error("not a zip archive: " + path);
  const auto central = little(data, end + 16, 4);
  if (little(data, central, 4) != 0x02014b50)
    throw std::runtime_error("zip: no central directory: " + path);
  const auto method = little(data, central + 10, 2);
  auto packed = little(data, central + 20, 4);
  auto size = little(data, central + 24, 4);
  auto local = little(data, central + 42, 4);
  auto extra = central + 46 + little(data, central + 28, 2);
  const auto extra_end = extra + little(data, central + 30, 2);
  while (extra + 4 <= extra_end) {
    auto field = extra + 4;
    if (little(data, extra, 2) == 1) {
      // 64-bit values of those that do not fit, in this order.
      for (auto* value : {&size, &packed, &local}) {
        if (*value == 0xffffffff) {
          *value = little(data, field, 8);
          field += 8;
        }
      }
    }
    extra += 4 + little(data, extra + 2, 2);
  }
  const auto begin = local + 30 + little(data, local + 26, 2) + little(data, local + 28, 2);
  // Deflate makes at most 1032 bytes of one: a larger size is a lie, and no memory is made for it.
  if (begin > data.size() || packed > data.size() - begin || size > (1u << 30)
      || size / 1032 > packed)
    throw std::runtime_error("zip: truncated: " + path);
  const auto body = std::string_view{data}.substr(begin, packed);
  if (method == 0)
    return std::string{body};
  if (method != Z_DEFLATED)
    throw std::runtime_error("zip: unknown method: " + path);
  return inflate_raw(body, size);
}

bool parse_integer(std::string_view text, std::int64_t& value) {
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && stop == text.data() + text.size();
}

bool parse_seconds(std::string_view text, std::int64_t& ns) {
  const auto point = text.find('.');
  std::int64_t whole = 0;
  // The largest whole second whose nanoseconds fit, with any fraction.
  constexpr auto latest = std::numeric_limits<std::int64_t>::max() / 1'000'000'000 - 1;
  if (!parse_integer(text.substr(0, point), whole) || whole < 0 || whole > latest)
    return false;
  std::int64_t fraction = 0;
  if (point != std::string_view::npos) {
    const auto digits = text.substr(point + 1);
    if (digits.size() > 9 || !parse_integer(digits, fraction) || fraction < 0)
      return false;
    for (auto n = digits.size(); n < 9; ++n)
      fraction *= 10;
  }
  ns = whole * 1'000'000'000 + fraction;
  return true;
}

} // namespace actorbot::exchange
