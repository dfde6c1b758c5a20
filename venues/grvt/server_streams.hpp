#pragma once

#include "venues/grvt/server_feeds.hpp"
#include "venues/grvt/server_market.hpp"
#include "venues/grvt/server_names.hpp"
#include "venues/grvt/server_sessions.hpp"

#include <functional>
#include <memory>

/// Streams, public and private: who listens to what, snapshots, beats and sequence numbers.
namespace actorbot::venues::grvt::server {

enum class stream_kind : std::uint8_t { mini, ticker, book, trade, candle, position, own, silent };

/// What a stream's name and a selector say.
struct stream_spec {
  stream_kind kind = stream_kind::silent;
  bool deltas = false;    ///< ".d": the first frame is whole, then what changed
  bool snapshots = false; ///< ".s": whole every time
  const name_table* names = nullptr;
  std::string primary; ///< of the selector: a later one with the same primary replaces this one
  std::optional<exchange::market_id> market;
  std::optional<exchange::account_id> account;
  duration beat{}; ///< zero: as it happens
  std::size_t depth = 0;
  std::size_t limit = 0;
  candle_type candles = candle_type::trade;
  duration candle_length{};
};

enum class framing : std::uint8_t { rpc_full, rpc_lite, legacy };
enum class host_role : std::uint8_t { any, edge, trades, market_data };

struct channel;

struct subscription {
  std::string stream;
  std::string selector;
  std::string primary;
  bool global = false; ///< cluster-wide sequence numbers
  bool lite = false;
  channel* to = nullptr;
};

/// One WebSocket.
struct connection {
  stream_token token{};
  framing style = framing::rpc_full;
  host_role role = host_role::any;
  std::string cookie; ///< of the handshake: what counts is whether its session still lives
  std::vector<subscription> subscriptions;
};

/// A stream that somebody listens to.
struct channel {
  std::string stream;
  std::string selector;
  stream_spec spec;
  std::vector<connection*> listeners;
  std::uint64_t sequence = 0; ///< of the last frame that was not a snapshot
  std::optional<timestamp> due;
  std::vector<market_desk::member> told; ///< of a delta stream: what listeners know
  std::map<price, quantity> bids;
  std::map<price, quantity> asks;
};

/// The answer to a subscription, and what goes out after it.
struct subscribed {
  std::vector<std::string> subs;
  std::vector<std::string> unsubs;
  std::vector<std::size_t> snapshots;
  std::vector<std::uint64_t> latest;
  std::vector<std::string> frames;
};

struct subscribe_request {
  std::string stream;
  std::vector<std::string> selectors;
  bool global = false;
  bool lite = false;
  const session* who = nullptr;
};

class stream_hub final : public private_feeds {
 public:
  using position_source = std::function<std::vector<std::string>(
      timestamp, exchange::account_id, std::optional<exchange::market_id>)>;
  stream_hub(server_state& state, const market_desk& market, const session_desk& sessions,
             position_source positions);

  std::optional<failure> subscribe(timestamp now, connection& to, const subscribe_request& wish,
                                   subscribed& out);
  /// The selectors that were subscribed.
  std::vector<std::string> unsubscribe(connection& from, std::string_view stream,
                                       const std::vector<std::string>& selectors);
  /// Ends all its subscriptions.
  void leave(connection& gone);

  void on_trade(const exchange::public_trade& e);
  void on_prices(const exchange::market_prices& e) { touch(e.market, e.time); }
  void on_top(const exchange::book_top& e) { touch(e.market, e.time); }
  void on_delta(const exchange::book_delta& e);
  void tell(std::string_view stream, exchange::account_id account,
            std::optional<exchange::market_id> market, std::string_view feed) override;

  /// Sends what is due up to now.
  void beat(timestamp now);
  std::optional<timestamp> next_beat() const { return next_; }

 private:
  using key = std::pair<std::string, std::string>;
  // -- names (server_stream_names.cpp) --
  std::optional<failure> parse(const subscribe_request& wish, host_role role,
                               std::string_view selector, stream_spec& out) const;
  std::optional<failure> parse_private(const subscribe_request& wish, std::string_view selector,
                                       stream_spec& out) const;
  std::optional<failure> parse_secondary(std::string_view stream, std::string_view secondary,
                                         stream_spec& out) const;

  void touch(exchange::market_id market, timestamp now);
  void schedule(channel& c, timestamp now);
  void flush(channel& c, timestamp now);
  void flush_members(channel& c, timestamp now);
  void flush_book(channel& c, timestamp now);
  /// What a newcomer gets.
  std::vector<std::string> first_feeds(timestamp now, const channel& c) const;
  std::vector<market_desk::member> members(timestamp now, const channel& c) const;
  /// One frame to all; a snapshot has the number zero.
  void publish(channel& c, std::string_view feed, bool snapshot);
  std::string frame(const channel& c, const subscription& s, std::string_view feed,
                    bool snapshot) const;
  void part(connection& from, std::size_t index);
  void index();

  server_state& state_;
  const market_desk& market_;
  const session_desk& sessions_;
  position_source positions_;
  std::map<key, std::unique_ptr<channel>> channels_;
  std::vector<std::vector<channel*>> by_market_;
  std::map<key, std::uint64_t> private_sequences_; ///< go on while nobody listens
  std::optional<timestamp> next_;
};

} // namespace actorbot::venues::grvt::server
