#include "tools/fuzz/require.hpp"
#include "tools/fuzz/script.hpp"
#include "venues/exchange/replay.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <functional>
#include <stdexcept>

using namespace actorbot;
using namespace actorbot::exchange;
using namespace actorbot::fuzz;

namespace {

/// A file in memory, since the readers take paths.
class memory_file {
 public:
  explicit memory_file(std::string_view content) : descriptor_{memfd_create("fuzz", 0)} {
    require(descriptor_ >= 0, "no memory file");
    require(write(descriptor_, content.data(), content.size())
                == static_cast<ssize_t>(content.size()),
            "memory file");
  }
  ~memory_file() { close(descriptor_); }
  memory_file(const memory_file&) = delete;
  memory_file& operator=(const memory_file&) = delete;
  std::string path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

 private:
  int descriptor_;
};

void append_little(std::string& out, std::size_t value, int bytes) {
  for (; bytes > 0; --bytes, value >>= 8)
    out += static_cast<char>(value & 0xff);
}

/// The text as the only, stored file of a zip archive (PKWARE APPNOTE.TXT 4.3).
std::string stored_zip(std::string_view text) {
  std::string sizes;
  append_little(sizes, 0, 4); // checksum, which the reader leaves alone
  append_little(sizes, text.size(), 4);
  append_little(sizes, text.size(), 4);
  append_little(sizes, 1, 2); // name
  append_little(sizes, 0, 2); // extra field
  std::string out{"PK\3\4\x14\0\0\0\0\0\0\0\0\0", 14};
  out.append(sizes).append("a").append(text);
  const auto central = out.size();
  out.append("PK\1\2\x14\0\x14\0\0\0\0\0\0\0\0\0", 16).append(sizes).append(14, '\0').append("a");
  const auto length = out.size() - central;
  out.append("PK\5\6\0\0\0\0\1\0\1\0", 12);
  append_little(out, length, 4);
  append_little(out, central, 4);
  append_little(out, 0, 2);
  return out;
}

bars_options bars() {
  bars_options o;
  o.day = from_ms(1'700'000'000'000);
  o.tick = "0.1"_d;
  o.lot = "0.001"_d;
  o.spread = "0.1"_d;
  o.depth = 1;
  return o;
}

struct tally {
  std::size_t events = 0;
  std::size_t levels = 0;
  friend bool operator==(const tally&, const tally&) = default;
};

tally read_all(record& source) {
  tally t;
  feed_event e;
  timestamp last = timestamp::min();
  while (e.clear(), source.next(e)) {
    require(e.time >= last, "time went back");
    last = e.time;
    ++t.events;
    t.levels += e.bids.size() + e.asks.size();
  }
  return t;
}

/// A wrong file is a runtime_error (a decimal that does not fit is one), and nothing else.
void play(const std::function<std::unique_ptr<record>()>& open) {
  try {
    const auto source = open();
    const auto first = read_all(*source);
    source->rewind();
    require(read_all(*source) == first, "another recording when read again");
  } catch (const std::runtime_error&) {
  }
}

} // namespace

/// The first byte says what the rest is: b or B a Binance recording (B: with the rest as its own
/// snapshot file, too), h one of Hyperliquid, q or t rows of quote or trade bars, z a whole zip
/// archive of quote bars.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0)
    return 0;
  const auto rest = as_text(data + 1, size - 1);
  const bool rows = data[0] == 'q' || data[0] == 't';
  const memory_file file{rows ? stored_zip(rest) : std::string{rest}};
  const auto path = file.path();
  switch (data[0]) {
  case 'b':
    play([&] { return open_binance(path); });
    break;
  case 'B':
    play([&] { return open_binance(path, {"btcusdt", true, path}); });
    break;
  case 'h':
    play([&] { return open_hyperliquid(path); });
    break;
  case 'q':
  case 'z':
    play([&] { return open_bars(path, {}, bars()); });
    break;
  case 't':
    play([&] { return open_bars({}, path, bars()); });
    break;
  default:
    break;
  }
  return 0;
}
