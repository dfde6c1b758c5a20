#include "tools/actorbot/advice.hpp"
#include "tools/actorbot/assemble.hpp"
#include "tools/actorbot/commands.hpp"

#include "config/secrets.hpp"
#include "venues/net/asio_transport.hpp"
#include "venues/registry/registry.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstdio>
#include <map>
#include <random>
#include <set>

namespace actorbot::tools {

namespace {

constexpr auto patience = std::chrono::seconds{15};

/// One read-only account session, driven by a plain event loop: no actors are needed to look.
class probe_session final : public venues::account_sink, private venues::transport_handler {
 public:
  probe_session(boost::asio::io_context& io, venues::transport_factory& transports,
                const venues::transport_options& options,
                std::unique_ptr<venues::account_protocol> protocol,
                const config::venue_config& venue)
      : io_{io}, protocol_{std::move(protocol)}, venue_{venue}, limit_{io} {
    transport_ = transports.make(options, [this] {
      boost::asio::post(io_, [this] {
        if (!over_)
          transport_->drain(*this, 1024);
      });
    });
    limit_.expires_after(patience);
    limit_.async_wait([this](const boost::system::error_code& error) {
      if (!error)
        fail(venues::session_end::silent,
             "no complete answer within " + to_text(duration{patience}));
    });
  }

  bool run() {
    protocol_->on(venues::session_started{time()}, *this);
    io_.run();
    return reached_;
  }

  void call(venues::endpoint_id endpoint, venues::request_id id, venues::request_class kind,
            const venues::http_request_view& request, duration timeout) override {
    transport_->call(endpoint, id, kind, request, timeout);
  }
  void open(venues::endpoint_id endpoint, venues::stream_id stream,
            const venues::stream_request_view& request) override {
    transport_->open(endpoint, stream, request);
  }
  void send(venues::stream_id stream, venues::frame_kind kind, std::string_view data) override {
    transport_->send(stream, kind, data);
  }
  void close(venues::stream_id stream) override { transport_->close(stream); }
  void set_timer(venues::timer_id id, duration after) override {
    auto& timer = timers_.try_emplace(id, io_).first->second;
    timer.expires_after(after);
    timer.async_wait([this, id](const boost::system::error_code& error) {
      if (!error && !over_)
        protocol_->on(venues::timer_fired{time(), id}, *this);
    });
  }
  void cancel_timer(venues::timer_id id) override { timers_.erase(id); }
  void fail(venues::session_end reason, std::string text) override {
    if (over_)
      return;
    std::printf("  failed: %s: %s\n", std::string{venues::to_string(reason)}.c_str(), text.c_str());
    if (reason == venues::session_end::authentication)
      std::printf("  %s\n", credentials_advice(venue_).c_str());
    end();
  }
  std::uint64_t random() override { return random_(); }
  void budget_used(std::uint32_t used, std::uint32_t limit) override {
    used_ = used;
    limit_weight_ = limit;
  }

  void live() override {
    due_ = {"balances", "positions", "open orders"};
    protocol_->query_balances(time(), *this);
    protocol_->query_positions(time(), *this);
    protocol_->query_open_orders(time(), *this);
  }
  void emit(const instrument& x) override {
    symbols_[x.id] = x.symbol;
    std::printf("  instrument %s: tick %s, lot %s, minimum %s (notional %s), maker %s, taker %s\n",
                x.symbol.c_str(), to_string(x.tick).c_str(), to_string(x.lot).c_str(),
                to_string(x.min_quantity).c_str(), to_string(x.min_notional).c_str(),
                to_string(x.maker_fee).c_str(), to_string(x.taker_fee).c_str());
  }
  void emit(const balance& x) override {
    std::printf("  balance %s: %s, equity %s, available %s\n", x.asset.c_str(),
                to_string(x.total).c_str(), to_string(x.equity).c_str(),
                to_string(x.available).c_str());
    arrived("balances");
  }
  void emit(const positions_snapshot& x) override {
    bool any = false;
    for (const auto& p : x.positions) {
      if (p.size.is_zero())
        continue;
      any = true;
      std::printf("  position %s: %s @ %s\n", symbols_[p.instrument].c_str(),
                  to_string(p.size).c_str(), to_string(p.entry).c_str());
    }
    if (!any)
      std::printf("  no position\n");
    arrived("positions");
  }
  void emit(const open_orders_snapshot& x) override {
    std::printf("  open orders: %zu\n", x.orders.size());
    arrived("open orders");
  }
  void clock_offset(duration offset, duration uncertainty) override {
    std::printf("  clock: the venue's is %.1f ms ahead (+- %.1f ms)\n",
                static_cast<double>(offset.count()) / 1e6,
                static_cast<double>(uncertainty.count()) / 1e6);
  }
  void request_failed(std::string_view what, std::string text) override {
    fail(venues::session_end::closed, std::string{what} + ": " + text);
  }
  void emit(const order_update&) override {}
  void emit(const fill&) override {}
  void emit(const position&) override {}
  void emit(const funding_payment&) override {}
  void emit(const fills_page&) override {}
  void emit_foreign(const seen_order&) override {}
  void cancel_failed(const client_order_id&, reject_reason, std::string) override {}
  void query_failed(const client_order_id&, reject_reason, std::string) override {}

 private:
  void on(const venues::http_answer& e) override { deliver(e); }
  void on(const venues::http_failed& e) override { deliver(e); }
  void on(const venues::stream_opened& e) override { deliver(e); }
  void on(const venues::stream_frame& e) override { deliver(e); }
  void on(const venues::stream_closed& e) override { deliver(e); }
  template <class Event>
  void deliver(const Event& event) {
    if (!over_)
      protocol_->on(event, *this);
  }

  venues::event_time time() const {
    return {std::chrono::time_point_cast<duration>(std::chrono::system_clock::now()),
            std::chrono::steady_clock::now().time_since_epoch().count()};
  }

  void arrived(const char* what) {
    due_.erase(what);
    if (!due_.empty() || over_)
      return;
    if (limit_weight_ > 0)
      std::printf("  rate limit: %u of %u used\n", used_, limit_weight_);
    reached_ = true;
    end();
  }

  void end() {
    over_ = true;
    limit_.cancel();
    timers_.clear();
    boost::asio::post(io_, [this] { io_.stop(); });
  }

  boost::asio::io_context& io_;
  std::unique_ptr<venues::account_protocol> protocol_;
  const config::venue_config& venue_;
  std::unique_ptr<venues::transport> transport_;
  boost::asio::steady_timer limit_;
  std::map<venues::timer_id, boost::asio::steady_timer> timers_;
  std::map<instrument_id, std::string> symbols_;
  std::set<std::string> due_;
  std::random_device random_source_;
  std::mt19937_64 random_{random_source_()};
  std::uint32_t used_ = 0, limit_weight_ = 0;
  bool reached_ = false;
  bool over_ = false;
};

} // namespace

bool probe(const config::bot_config& config, std::size_t venue_index) {
  const auto& venue = config.venues[venue_index];
  const auto& kind = *venues::find(venue.kind);
  std::printf("%s (%s%s%s)\n", venue.name.c_str(), venue.kind.c_str(),
              venue.environment.empty() ? "" : ", ", venue.environment.c_str());
  if (kind.embed) {
    std::printf("  lives in this process: nothing to connect to\n");
    return true;
  }
  const supervision::numbering numbers{config};
  venues::session_settings settings;
  settings.venue = numbers.venue(venue.name);
  settings.bot = config.bot.number;
  settings.environment = venue.environment;
  settings.instruments = numbers.instruments_of(venue.name);
  settings.parameters = config::with_secrets(venue.parameters);
  auto protocol = kind.make_account(settings);
  config::wipe_secrets(settings.parameters, venue.parameters);
  boost::asio::io_context io;
  net::asio_transport_factory transports{io};
  probe_session session{io, transports, transport_of(venue, kind), std::move(protocol), venue};
  return session.run();
}

} // namespace actorbot::tools
