#pragma once

#include "venues/grvt/server_feeds.hpp"
#include "venues/grvt/server_sessions.hpp"
#include "venues/grvt/server_state.hpp"

#include <functional>
#include <memory>

/// Orders: the gateway's checks, the way to the engine, and what becomes of them.
namespace actorbot::venues::grvt::server {

enum class order_status : std::uint8_t { pending, open, filled, cancelled, rejected };
std::string_view to_string(order_status s);

/// An order as the venue shows it.
struct order_record {
  exchange::account_id account{};
  exchange::market_id market{};
  std::string id = "0x00"; ///< known once the engine has it
  std::uint64_t client_id = 0;
  bool is_market = false;
  bool post_only = false;
  bool reduce_only = false;
  std::string_view time_in_force;
  side order_side = side::buy;
  decimal size;
  decimal limit_price;
  // -- the signature, as it is echoed --
  std::string signer;
  std::string r;
  std::string s;
  int v = 0;
  timestamp expires;
  std::uint32_t nonce = 0;
  std::string builder = "0x00";
  decimal builder_fee;
  std::string broker = "UNSPECIFIED";
  timestamp created;
  crypto::bytes32 digest{}; ///< what was signed
  // -- state --
  order_status status = order_status::pending;
  std::string_view reason = "UNSPECIFIED";
  decimal book_size;
  decimal traded;
  decimal average;
  timestamp updated;
  exchange::order_id engine_id = 0;
  /// What a cancel that is under way will give as its reason.
  std::string_view wish = "CLIENT_CANCEL";

  bool is_active() const { return status == order_status::pending || status == order_status::open; }
};

struct builder_permit {
  std::string builder; ///< lower case
  decimal futures_fee;
  decimal spot_fee;
};

/// One call that has been let in.
struct call {
  timestamp now;
  const json_value& body;
  const session* who = nullptr; ///< never null in a private call
};

struct order_options {
  duration speed_bump = std::chrono::milliseconds{25};
};

class order_desk {
 public:
  order_desk(server_state& state, const signature_check& signatures, const session_desk& sessions,
             private_feeds& feeds, const order_options& options);

  // -- calls --
  reply create(const call& c);
  reply cancel(const call& c);
  reply cancel_all(const call& c);
  reply bulk(const call& c);
  reply countdown(const call& c);
  reply authorize_builder(const call& c);
  reply authorized_builders(const call& c) const;

  // -- the engine's clock --
  /// Does what is due; called after the answer has gone out.
  void run(timestamp now);
  std::optional<timestamp> next_due() const;

  // -- what the exchange says --
  void on_order(const exchange::order_event& e);

  // -- queries --
  const std::vector<std::unique_ptr<order_record>>& records() const { return records_; }
  const order_record* find(exchange::account_id account, const std::string& id) const;
  /// The active one with this client id, or the newest.
  const order_record* find(exchange::account_id account, std::uint64_t client_id) const;
  const order_record* of_engine(exchange::order_id id) const;
  std::string text(const order_record& o) const;

 private:
  using action = std::function<void(timestamp)>;
  struct stop_window {
    timestamp until;
    std::uint64_t number = 0;
  };
  using client_key = std::pair<exchange::account_id, std::uint64_t>;

  // -- the gateway (server_order_gate.cpp) --
  std::optional<failure> admit(const call& c, const json_value& order, order_record& out) const;
  std::optional<failure> read_terms(const json_value& order, order_record& out) const;
  std::optional<failure> read_leg(const json_value& order, order_record& out) const;
  std::optional<failure> read_identity(const call& c, const json_value& order, order_record& out,
                                       const account_identity*& who) const;
  std::optional<failure> check_signature(const call& c, const json_value& order,
                                         const account_identity& who, order_record& out) const;
  std::optional<failure> check_rules(const order_record& o) const;
  std::optional<failure> check_reduce_only(const order_record& o) const;
  std::optional<failure> check_margin(const order_record& o) const;
  std::optional<failure> check_builder(const account_identity& who, const order_record& o) const;
  const account_identity* read_account(const call& c, reader& r) const;

  // -- the engine (server_order_engine.cpp) --
  void later(timestamp due, action what);
  void send(timestamp now, std::unique_ptr<order_record> o);
  void place(timestamp now, order_record& o);
  void refuse_late(order_record& o, exchange::reject_code code, timestamp now);
  void end_unopened(order_record& o, std::string_view reason, timestamp now);
  void give_id(order_record& o);
  void cancel_now(timestamp now, order_record& o, std::string_view reason);
  void cancel_client(timestamp now, exchange::account_id account, std::uint64_t client_id,
                     std::string_view reason, duration window);
  void stop_later(timestamp now, exchange::account_id account, std::uint64_t client_id,
                  duration window);
  void end_window(client_key key, std::uint64_t number, std::string_view status, timestamp now);
  order_record* on_liquidation(const exchange::order& o);
  void publish(const order_record& o);
  order_record* find_mutable(exchange::account_id account, const std::string& id) const;

  server_state& state_;
  const signature_check& signatures_;
  const session_desk& sessions_;
  private_feeds& feeds_;
  order_options options_;
  std::vector<std::unique_ptr<order_record>> records_;
  std::map<std::pair<exchange::account_id, std::string>, order_record*> by_id_;
  std::map<client_key, order_record*> by_client_;
  std::map<exchange::order_id, order_record*> by_engine_;
  std::map<std::pair<timestamp, std::uint64_t>, action> queue_;
  std::map<client_key, stop_window> stops_;
  std::set<crypto::bytes32> used_digests_;
  std::map<crypto::address, std::vector<builder_permit>> permits_; ///< by main account
  std::uint64_t next_action_ = 1;
  std::uint32_t next_order_ = 0x6621285c;
  order_record* arriving_ = nullptr; ///< placed just now; OPEN has not been told yet
};

} // namespace actorbot::venues::grvt::server
