#pragma once

#include "venues/grvt/dialect.hpp"
#include "venues/grvt/server_signatures.hpp"

#include <nlohmann/json.hpp>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

/// A whole GRVT server without sockets: exchange, dialect and a sink that remembers.
namespace actorbot::venues::grvt::test {

using nlohmann::json;

struct answer {
  unsigned status = 0;
  std::map<std::string, std::string> headers;
  std::string body;
  json parsed() const { return json::parse(body, nullptr, false); }
  /// Of an error in either variant; zero for a success.
  int code() const;
};

class memory_sink final : public dialect_sink {
 public:
  struct stream_state {
    bool accepted = false;
    std::optional<unsigned> refused;
    std::vector<std::string> frames;
  };

  void respond(request_token request, unsigned status, std::span<const header_view> headers,
               std::string_view body) override;
  void drop(request_token) override {}
  void accept(stream_token s, std::span<const header_view>) override { streams[s].accepted = true; }
  void refuse(stream_token s, unsigned status, std::string_view) override {
    streams[s].refused = status;
  }
  void send(stream_token s, frame_kind, std::string_view data) override;
  void ping(stream_token, std::string_view) override {}
  void close(stream_token, std::uint16_t, std::string_view) override {}
  void set_timer(timer_id id, timestamp at) override { timers[id] = at; }
  void cancel_timer(timer_id id) override { timers.erase(id); }
  std::uint64_t random() override;
  void note(std::string_view) override {}

  std::map<request_token, answer> answers;
  std::map<stream_token, stream_state> streams;
  std::map<timer_id, timestamp> timers;

 private:
  std::uint64_t random_ = 42;
};

const json& vectors();

/// Who signs and for which sub-account.
struct identity {
  std::string name;
  std::string sub_account;
  std::string api_key;
  std::string main; ///< empty: the signer
  std::string private_key;
  std::string permission = "trade";
  std::string signer() const;
};

/// Keys K1 .. K4 of tests/data/vectors/grvt.json.
std::string key_of(const std::string& name);

struct rig_options {
  timestamp start = from_ms(1'766'076'671'000);
  std::map<std::string, std::string> options{{"rate_percent", "0"}};
  std::string environment = "local"; ///< chain 325
  decimal balance = 100'000;
  std::optional<decimal> min_notional; ///< of all markets
  std::string ann_key = "K3";
  std::string ann_sub = "2147050003876484";
  std::string ann_permission = "trade";
};

/// An order that is signed when it is sent.
struct order_wish {
  std::string instrument = "BTC_USDT_Perp";
  bool buy = true;
  std::string size = "0.010";
  std::string at = "59990.0"; ///< empty: null
  std::string tif = "GOOD_TILL_TIME";
  bool market = false;
  bool post_only = false;
  bool reduce_only = false;
  std::string client_id; ///< empty: the next one
  std::optional<std::uint32_t> nonce;
  std::optional<timestamp> expires; ///< an hour from now
  std::string builder;
  std::string builder_fee;
};

/// Two accounts: "ann" (key K3, 2147050003876484) and "ben" (key K2, 77). The market
/// BTC_USDT_Perp stands at 60000.0 / 60000.1, one coin each side and ten more at 59990.0 / 60010.0.
class rig {
 public:
  explicit rig(const rig_options& o = {});

  // -- requests --
  answer send(http_method method, std::string_view target, std::string_view body,
              const std::vector<header_view>& headers);
  answer post(std::string_view target, const json& body);
  /// With the session of an account, logged in on first use.
  answer as(const identity& who, std::string_view target, const json& body);
  answer login(const identity& who);
  answer wallet_login(const identity& who, std::uint32_t nonce, duration ahead);

  // -- orders --
  json signed_order(const identity& who, const order_wish& wish);
  answer create(const identity& who, const order_wish& wish);
  /// Creates, lets the engine have it, and asks for it by its client id.
  json placed(const identity& who, order_wish wish);
  json order(const identity& who, const std::string& client_id);
  json signature(const identity& who, const crypto::bytes32& struct_hash,
                 const server::signature_fields& by);
  server::signature_fields fields(const identity& who, duration ahead);
  std::string next_client_id() { return std::to_string(next_client_++); }

  // -- streams --
  stream_token open(std::string_view target, const identity* who = nullptr);
  void say(stream_token s, std::string_view text);
  json ask(stream_token s, const json& message);
  json subscribe(stream_token s, const std::string& stream, const std::string& selector);
  void close(stream_token s);
  std::vector<json> frames(stream_token s);

  // -- time and market --
  void run_for(duration d);
  void book(const char* bid, const char* bid_size, const char* ask, const char* ask_size);
  void trade(const char* at, const char* size, side aggressor);
  void prices(const char* mark, const char* rate);
  exchange::market_id btc() const { return *core->find_market("BTC_USDT_Perp"); }

  memory_sink sink;
  timestamp now;
  std::unique_ptr<exchange::core> core;
  std::unique_ptr<dialect> server;
  server::signature_check signatures;
  identity ann;
  identity ben;

 private:
  struct login_state {
    std::string cookie;
    std::string account;
  };
  const login_state& session(const identity& who);
  std::map<std::string, login_state> sessions_;
  std::uint64_t next_request_ = 1;
  std::uint64_t next_stream_ = 1;
  std::uint64_t next_client_ = 9'223'372'036'854'775'809ULL;
  std::uint32_t next_nonce_ = 1000;
};

/// Empty when both have the same keys and JSON types all the way down (first elements of lists);
/// else the path and what differs.
std::string shape_difference(const json& expected, const json& found, const std::string& at = "$");

} // namespace actorbot::venues::grvt::test
