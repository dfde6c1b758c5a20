#pragma once

#include "tools/venue_sim/gated_feed.hpp"
#include "tools/venue_sim/journal.hpp"
#include "tools/venue_sim/settings.hpp"
#include "venues/dialect.hpp"
#include "venues/net/certificate.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace actorbot::sim {

class connection;

/// A fault that the operator asked for. Applies to requests (and stream handshakes) whose
/// "METHOD target" contains `match`, `count` times.
struct fault_rule {
  enum class kind : std::uint8_t {
    drop,        ///< the connection is closed, the venue never saw the request
    lose_answer, ///< the venue acts on it, the connection is closed instead of the answer
    delay,       ///< the answer comes later
    status,      ///< answered with `status` and `body` instead of by the venue
    half_open,   ///< from here on this connection is neither read nor written
  };
  kind what = kind::drop;
  std::string match;
  std::uint32_t count = 1;
  duration delay{};
  unsigned status = 503;
  std::string body;
};

/// What happens to the frames of streams whose target contains `match`, beside being sent.
struct frame_rule {
  std::string match;
  bool duplicate = false; ///< each one is sent twice
  duration delay{};       ///< each one comes later; their order stays
};

/// One order-related request, as it came in: for checks that nothing was sent twice.
struct logged_request {
  timestamp time;
  std::string method;
  std::string target;
  std::string body;
  std::string fault; ///< name of the fault that it met; empty = none
};

/// The simulator: one exchange core, one dialect, real TLS sockets. Single-threaded: everything runs
/// on `io`.
class server final : public venues::dialect_sink {
 public:
  /// Throws std::invalid_argument for settings that cannot be, boost::system::system_error when a
  /// port is taken.
  server(boost::asio::io_context& io, const sim_settings& settings);
  ~server() override;

  std::uint16_t port() const { return listener_.local_endpoint().port(); }
  const std::string& ca_file() const { return ca_file_; }

  // -- for connections -------------------------------------------------------------------------------
  timestamp now() const;
  duration latency() const { return settings_.latency; }
  /// The first rule that matches, counted down; null when there is none.
  std::unique_ptr<fault_rule> next_fault(const std::string& line);
  venues::request_token begin_request(const std::shared_ptr<connection>& from);
  venues::stream_token begin_stream(const std::shared_ptr<connection>& from,
                                    const std::string& target);
  void log(logged_request entry);
  void count_answer(unsigned status) { ++answers_[status]; }
  template <class Event>
  void hand_in(Event event) {
    event.now = now();
    if constexpr (std::is_same_v<Event, venues::dialect_request>)
      remember(event);
    core_->advance(event.now);
    dialect_->on(event);
    pump();
  }
  void stream_gone(venues::stream_token stream);
  boost::asio::ssl::context& tls() { return tls_; }
  /// A connection that has nothing to wait for any more, and is to stay open nevertheless.
  void keep_open(std::shared_ptr<connection> silent) { silent_.push_back(std::move(silent)); }

  // -- for the admin interface -----------------------------------------------------------------------
  exchange::core& core() { return *core_; }
  void add_fault(fault_rule rule) { faults_.push_back(std::move(rule)); }
  void clear_faults() { faults_.clear(); }
  const std::vector<fault_rule>& faults() const { return faults_; }
  /// Resets the connections of the `most` oldest streams whose target contains the text; returns how
  /// many.
  std::size_t cut_streams(const std::string& match, std::size_t most);
  /// From here on these streams are neither read nor written; returns how many.
  std::size_t freeze_streams(const std::string& match);
  /// Replaces the rule with the same text; one that does nothing takes it back. Where several
  /// match, the newest counts.
  void set_frame_rule(const frame_rule& rule);
  void clear_frame_rules() { frame_rules_.clear(); }
  const std::vector<frame_rule>& frame_rules() const { return frame_rules_; }
  /// Holds, releases, speeds up or moves on the markets.
  void change_time(journal_entry::kind what, std::int64_t amount = 0);
  const gated_feed::gate& gate() const { return *gate_; }
  const std::deque<logged_request>& requests() const { return requests_; }
  /// How many requests were answered with each status.
  const std::map<unsigned, std::uint64_t>& answers() const { return answers_; }
  void stop();

  // -- dialect_sink ----------------------------------------------------------------------------------
  void respond(venues::request_token request, unsigned status,
               std::span<const venues::header_view> headers, std::string_view body) override;
  void drop(venues::request_token request) override;
  void accept(venues::stream_token stream, std::span<const venues::header_view> headers) override;
  void refuse(venues::stream_token stream, unsigned status, std::string_view body) override;
  void send(venues::stream_token stream, venues::frame_kind kind, std::string_view data) override;
  void ping(venues::stream_token stream, std::string_view data) override;
  void close(venues::stream_token stream, std::uint16_t code, std::string_view reason) override;
  void set_timer(venues::timer_id id, timestamp at) override;
  void cancel_timer(venues::timer_id id) override;
  std::uint64_t random() override;
  void note(std::string_view text) override;

 private:
  struct open_stream {
    std::weak_ptr<connection> from;
    std::string target;
  };

  void load_certificates();
  void build_exchange();
  const frame_rule* rule_of(const std::string& target) const;
  void remember(const venues::dialect_request& event);
  void apply_time(const journal_entry& entry);
  void replay(const std::vector<journal_entry>& past);
  void fire_timers_until(timestamp limit);
  void accept_next();
  void pump();

  boost::asio::io_context& io_;
  const sim_settings settings_;
  std::string ca_file_;
  boost::asio::ssl::context tls_;
  boost::asio::ip::tcp::acceptor listener_;
  std::shared_ptr<gated_feed::gate> gate_ = std::make_shared<gated_feed::gate>();
  std::unique_ptr<exchange::core> core_;
  std::unique_ptr<venues::dialect> dialect_;
  boost::asio::steady_timer pump_timer_;
  std::map<venues::timer_id, boost::asio::steady_timer> timers_;
  std::map<std::uint64_t, std::weak_ptr<connection>> requests_open_;
  std::map<std::uint64_t, open_stream> streams_;
  std::vector<fault_rule> faults_;
  std::vector<frame_rule> frame_rules_; ///< newest first
  std::vector<std::shared_ptr<connection>> silent_;
  std::deque<logged_request> requests_;
  std::map<unsigned, std::uint64_t> answers_;
  std::unique_ptr<journal> journal_; ///< null = what happens is forgotten with the process
  std::uint64_t seed_ = 0;
  std::uint64_t requests_in_ = 0;
  std::mt19937_64 random_;
  std::optional<timestamp> replaying_; ///< the journal's time while it is read again
  std::map<venues::timer_id, timestamp> replay_timers_;
  std::uint64_t next_token_ = 1;
  std::uint64_t next_connection_ = 1;
  bool stopped_ = false;
};

std::string_view to_string(fault_rule::kind k);

} // namespace actorbot::sim
