#pragma once

#include "venues/aster/dialect.hpp"
#include "venues/aster/signer.hpp"

#include <nlohmann/json.hpp>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

/// A whole Aster server without sockets: exchange, dialect and a sink that remembers.
namespace actorbot::venues::aster::test {

using nlohmann::json;

struct answer {
  unsigned status = 0;
  std::map<std::string, std::string> headers;
  std::string body;
  json parsed() const { return json::parse(body, nullptr, false); }
  int code() const;
};

class memory_sink final : public dialect_sink {
 public:
  struct stream_state {
    bool accepted = false;
    std::optional<unsigned> refused;
    std::string refusal;
    std::optional<std::uint16_t> closed;
    std::size_t pings = 0;
    std::vector<std::string> frames;
  };

  void respond(request_token request, unsigned status, std::span<const header_view> headers,
               std::string_view body) override;
  void drop(request_token) override {}
  void accept(stream_token s, std::span<const header_view>) override { streams[s].accepted = true; }
  void refuse(stream_token s, unsigned status, std::string_view body) override;
  void send(stream_token s, frame_kind, std::string_view data) override;
  void ping(stream_token s, std::string_view) override { ++streams[s].pings; }
  void close(stream_token s, std::uint16_t code, std::string_view) override;
  void set_timer(timer_id id, timestamp at) override { timers[id] = at; }
  void cancel_timer(timer_id id) override { timers.erase(id); }
  std::uint64_t random() override;
  void note(std::string_view text) override { notes.emplace_back(text); }

  std::map<request_token, answer> answers;
  std::map<stream_token, stream_state> streams;
  std::map<timer_id, timestamp> timers;
  std::vector<std::string> notes;
  bool keep_frames = true;
  std::size_t frames_sent = 0;

 private:
  std::uint64_t random_ = 42;
};

/// "S", "T" and "U" are the wallets, "H1" and "H2" the keys of tests/data/vectors/aster.json.
struct identity {
  std::string api_key;
  std::string api_secret;
  std::string user;
  std::string signer;
  std::string private_key;
};
const json& vectors();
identity wallet_of(const std::string& name);
identity key_of(const std::string& name);

struct rig_options {
  timestamp start = from_ms(1'768'185'214'426);
  std::map<std::string, std::string> options;
  std::string environment = "local";
  decimal balance = 100'000;
  std::optional<identity> ann; ///< instead of key H1 and wallet S
};

using fields = std::vector<std::pair<std::string, std::string>>;

/// Two accounts: "ann" with key H1 and wallet S, "ben" with key H2 and wallet T. The market BTCUSDT
/// stands at 60000.0 / 60000.1, one coin each side and ten more at 59990.0 / 60010.0.
class rig {
 public:
  explicit rig(const rig_options& o = {});

  // -- requests: raw, V1 and V3 --
  answer send(http_method method, std::string_view target, std::string_view body = {},
              std::string_view api_key = {}, std::string_view content_type = {});
  /// Signed with HMAC; in the query for GET and DELETE, else in the body.
  answer v1(http_method method, const std::string& path, const fields& parameters = {},
            const identity* who = nullptr);
  /// Signed by the agent.
  answer v3(http_method method, const std::string& path, const fields& parameters = {},
            const identity* who = nullptr);
  std::string v1_signed(const fields& parameters, const identity& who) const;
  std::string v3_signed(const fields& parameters, const identity& who);

  // -- streams --
  stream_token open(std::string_view target);
  void say(stream_token s, std::string_view text, frame_kind kind = frame_kind::text);
  void close(stream_token s);
  std::vector<json> frames(stream_token s);
  /// Listen key and user stream of an account.
  stream_token user_stream(const identity& who);
  std::string listen_key(const identity& who);

  // -- time and market --
  void run_for(duration d);
  void book(const char* bid, const char* bid_size, const char* ask, const char* ask_size,
            const char* symbol = "BTCUSDT");
  void trade(const char* at, const char* size, side aggressor, const char* symbol = "BTCUSDT");
  void prices(const char* mark, const char* rate, const char* symbol = "BTCUSDT");
  exchange::market_id btc() const { return *core->find_market("BTCUSDT"); }

  memory_sink sink;
  timestamp now;
  std::unique_ptr<exchange::core> core;
  std::unique_ptr<dialect> server;
  identity ann;
  identity ben;

 private:
  std::uint64_t next_request_ = 1;
  std::uint64_t next_stream_ = 1;
  std::uint64_t last_nonce_ = 0;
};

/// A limit order's parameters.
fields limit_order(const char* side, const char* size, const char* at, const char* tif = "GTC");
fields with(fields parameters, const std::string& name, const std::string& value);
fields without(fields parameters, const std::string& name);

/// Empty when both have the same keys and JSON types all the way down (first elements of lists);
/// else the path and what differs.
std::string shape_difference(const json& expected, const json& found, const std::string& at = "$");

} // namespace actorbot::venues::aster::test
