#pragma once

#include "venues/backpack/dialect.hpp"

#include <nlohmann/json.hpp>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

/// A whole Backpack server without sockets: exchange, dialect and a sink that remembers. Requests
/// are signed here from the specification, with none of the client's code.
namespace actorbot::venues::backpack::test {

using nlohmann::json;

struct answer {
  unsigned status = 0;
  std::map<std::string, std::string> headers;
  std::string body;
  json parsed() const { return json::parse(body, nullptr, false); }
  /// "400 INVALID_ORDER Order would immediately match and take"; a plain text follows the status.
  std::string refusal() const;
};

class memory_sink final : public dialect_sink {
 public:
  struct stream_state {
    bool accepted = false;
    std::optional<unsigned> refused;
    std::size_t pings = 0;
    std::vector<std::string> frames;
  };

  void respond(request_token request, unsigned status, std::span<const header_view> headers,
               std::string_view body) override;
  void drop(request_token) override {}
  void accept(stream_token s, std::span<const header_view>) override { streams[s].accepted = true; }
  void refuse(stream_token s, unsigned status, std::string_view) override;
  void send(stream_token s, frame_kind, std::string_view data) override;
  void ping(stream_token s, std::string_view) override { ++streams[s].pings; }
  void close(stream_token, std::uint16_t, std::string_view) override {}
  void set_timer(timer_id id, timestamp at) override { timers[id] = at; }
  void cancel_timer(timer_id id) override { timers.erase(id); }
  std::uint64_t random() override { return 4; }
  void note(std::string_view) override {}

  std::map<request_token, answer> answers;
  std::map<stream_token, stream_state> streams;
  std::map<timer_id, timestamp> timers;
};

/// tests/data/vectors/backpack.json.
const json& vectors();

/// What goes with a signature; a test changes what it wants to be wrong.
struct signed_headers {
  std::string api_key, signature, timestamp, window;
};

struct rig_options {
  timestamp start = from_ms(1'753'626'206'762);
  std::map<std::string, std::string> options;
  decimal balance = 100'000;
};

/// Two accounts: "ann" with key A and "ben" with key B of the vectors. The market BTC_USDC_PERP
/// stands at 60000.0 / 60000.1, one coin each side and ten more at 59990.0 / 60010.0; the mark is
/// 60000.
class rig {
 public:
  explicit rig(const rig_options& o = {});

  // -- requests --
  answer send(http_method method, std::string_view target, std::string_view body = {},
              const std::optional<signed_headers>& headers = {});
  /// Signed over `text`, which stands before "&timestamp=".
  signed_headers sign(const std::string& text, const std::string& key = "A",
                      const std::string& window = "5000") const;
  /// A signed call: parameters as the members of a JSON object.
  answer call(http_method method, const std::string& path, const std::string& instruction,
              const json& parameters = json::object(), const std::string& key = "A");
  answer place(const json& order, const std::string& key = "A");
  answer batch(const json& orders);
  answer cancel(const json& parameters, const std::string& key = "A");
  answer get(const std::string& path, const std::string& instruction,
             const json& parameters = json::object(), const std::string& key = "A");
  /// "instruction=NAME&a=1&b=2" of the members, sorted.
  static std::string text_of(const std::string& instruction, const json& parameters);

  // -- streams --
  stream_token open(std::string_view target = "/");
  void say(stream_token s, std::string_view text, frame_kind kind = frame_kind::text);
  void close(stream_token s);
  std::vector<json> frames(stream_token s);
  /// A connection that is subscribed to these names; signed when one of them is private.
  stream_token listen(const std::vector<std::string>& names, const std::string& key = "A");

  // -- time and market --
  void run_for(duration d);
  void book(const char* bid, const char* bid_size, const char* ask, const char* ask_size);
  void trade(const char* at, const char* size, side aggressor);
  void prices(const char* mark, const char* rate);
  exchange::market_id btc() const { return *core->find_market("BTC_USDC_PERP"); }

  memory_sink sink;
  timestamp now;
  std::unique_ptr<exchange::core> core;
  std::unique_ptr<dialect> server;

 private:
  std::uint64_t next_request_ = 1;
  std::uint64_t next_stream_ = 1;
};

/// A limit order of BTC_USDC_PERP.
json limit_order(const char* side, const char* size, const char* at);
json market_order(const char* side, const char* size);
/// `base` with the members of `more` set.
json with(json base, const json& more);

/// Empty when both have the same keys and JSON types all the way down (first elements of lists);
/// else the path and what differs. A null in `expected` stands for any scalar.
std::string shape_difference(const json& expected, const json& found, const std::string& at = "$");

} // namespace actorbot::venues::backpack::test
