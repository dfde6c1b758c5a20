#include "venues/net/memory/host.hpp"

#include <doctest/doctest.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

using namespace actorbot;
using namespace actorbot::venues;
using namespace std::chrono_literals;
namespace memory = actorbot::net::memory;

namespace {

/// Time that passes on request. With `late` each callback comes so much later than asked for, the
/// first most of all, as on a busy machine.
struct test_clock final : memory::driver {
  timestamp time = from_ms(1'700'000'000'000);
  std::multimap<timestamp, std::function<void()>> due;
  duration late{};

  timestamp now() const override { return time; }
  std::int64_t monotonic_ns() const override { return time.time_since_epoch().count(); }
  std::uint64_t random() override { return 4; }
  void after(duration delay, std::function<void()> f) override {
    due.emplace(time + std::max(delay, duration{}) + late, std::move(f));
    late = late / 2;
  }
  void pass(duration d) {
    const auto end = time + d;
    while (!due.empty() && due.begin()->first <= end) {
      auto next = due.extract(due.begin());
      time = std::max(time, next.key());
      next.mapped()();
    }
    time = end;
  }
};

/// A venue that says what it is told to say, and writes down what it hears.
struct parrot final : dialect {
  explicit parrot(dialect_sink& s, parrot*& self) : sink{s} { self = this; }
  using dialect::on;

  void on(const dialect_request& e) override {
    requests.emplace_back(e.target);
    const header_view header{"x-echo", e.target};
    if (e.target == "/drop")
      sink.drop(e.token);
    else if (e.target != "/mute")
      sink.respond(e.token, 200, {&header, 1}, "echo " + std::string{e.body});
  }
  void on(const dialect_stream_request& e) override {
    opened.push_back(e.stream);
    if (e.target == "/forbidden") {
      sink.refuse(e.stream, 403, "no");
      return;
    }
    sink.accept(e.stream, {});
    for (int i = 0; i < greetings; ++i)
      sink.send(e.stream, frame_kind::text, "hello " + std::to_string(i));
  }
  void on(const dialect_frame& e) override { frames.emplace_back(e.data); }
  void on(const dialect_stream_closed& e) override { closed.push_back(e.stream); }
  void on(const dialect_timer&) override { ++timers; }

  dialect_sink& sink;
  int greetings = 0, timers = 0;
  std::vector<std::string> requests, frames;
  std::vector<stream_token> opened, closed;
};

/// A client's end: drains when woken and writes down what came, with its time.
struct client final : transport_handler {
  client(test_clock& c, transport_factory& factory) : clock{c} {
    pipe = factory.make({}, [this] { woken = true; });
  }
  void on(const http_answer& e) override {
    say("answer " + std::to_string(static_cast<int>(e.id)) + " " + std::to_string(e.status) + " "
        + std::string{e.body});
    // The padding that parsers rely on is there to read.
    const char* end = e.body.data() + e.body.size();
    for (int i = 0; i < 64; ++i)
      CHECK(end[i] == '\0');
  }
  void on(const http_failed& e) override {
    say("failed " + std::to_string(static_cast<int>(e.id))
        + (e.written ? " written" : " unwritten"));
  }
  void on(const stream_opened&) override { say("opened"); }
  void on(const stream_frame& e) override { say(std::string{e.data}); }
  void on(const stream_closed& e) override { say("closed: " + std::string{e.text}); }

  void say(std::string text) {
    log.push_back(std::move(text));
    times.push_back(clock.time);
  }
  void call(int id, std::string_view target, std::string_view body = "", duration timeout = 5s) {
    http_request_view request;
    request.target = target;
    request.body = body;
    pipe->call(endpoint_id{0}, request_id{static_cast<std::uint64_t>(id)}, request_class::query,
               request, timeout);
  }
  void open(std::string_view target = "/ws") {
    pipe->open(endpoint_id{0}, stream_id{1}, {target, {}, false});
  }
  void drain(std::size_t limit = 1000) {
    while (woken && pipe) {
      woken = false;
      pipe->drain(*this, limit);
    }
  }

  test_clock& clock;
  std::unique_ptr<transport> pipe;
  bool woken = false;
  std::vector<std::string> log;
  std::vector<timestamp> times;
};

struct net_rig {
  explicit net_rig(memory::host::settings options = {}) {
    kind.make = [this](exchange::core&, const dialect_settings&, dialect_sink& sink) {
      return std::make_unique<parrot>(sink, venue);
    };
    host = memory::host::make(clock, options, kind, {}, [](exchange::core&) {});
    host->start();
    factory = host->transports();
    me.emplace(clock, *factory);
  }
  /// In small steps, draining as an actor would.
  void pass(duration d) {
    for (duration step{}; step < d; step += 100us) {
      clock.pass(100us);
      me->drain();
    }
  }
  const std::vector<std::string>& log() const { return me->log; }

  test_clock clock;
  dialect_descriptor kind;
  parrot* venue = nullptr;
  std::shared_ptr<memory::host> host;
  std::unique_ptr<transport_factory> factory;
  std::optional<client> me;
};

using lines = std::vector<std::string>;

} // namespace

TEST_CASE("a request takes the latency both ways and comes back whole") {
  net_rig r{{1, 5ms, 0ms}};
  r.me->call(7, "/a?x=1", "body");
  r.pass(9900us);
  CHECK(r.log().empty());
  r.pass(200us);
  CHECK(r.log() == lines{"answer 7 200 echo body"});
  CHECK(r.host->requests_seen("GET /a") == 1);
  r.pass(10s);
  CHECK(r.log().size() == 1); // its time-out is not a second answer
}

TEST_CASE("frames keep their order under jitter, after the opening and before the close") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    net_rig r{{seed, 1ms, 20ms}};
    r.venue->greetings = 50;
    r.me->open();
    r.pass(30ms);
    r.venue->sink.close(r.venue->opened.at(0), 1000, "bye");
    r.pass(100ms);
    REQUIRE(r.log().size() == 52);
    CHECK(r.log().front() == "opened");
    for (int i = 0; i < 50; ++i)
      REQUIRE(r.log()[static_cast<std::size_t>(i) + 1] == "hello " + std::to_string(i));
    CHECK(r.log().back() == "closed: closed by the venue: 1000 bye");
  }
}

TEST_CASE("frames keep their order when the driver's callbacks come late and out of order") {
  net_rig r{{3, 1ms, 5ms}};
  r.me->open();
  r.pass(20ms);
  r.clock.late = 50ms; // the first frame's callback comes after those of the next ones
  for (int i = 0; i < 20; ++i)
    r.venue->sink.send(r.venue->opened.at(0), frame_kind::text, std::to_string(i));
  r.pass(200ms);
  REQUIRE(r.log().size() == 21);
  for (int i = 0; i < 20; ++i)
    CHECK(r.log()[static_cast<std::size_t>(i) + 1] == std::to_string(i));
  r.clock.late = 50ms;
  for (int i = 0; i < 5; ++i)
    r.me->pipe->send(stream_id{1}, frame_kind::text, std::to_string(i));
  r.pass(200ms);
  CHECK(r.venue->frames == lines{"0", "1", "2", "3", "4"});
}

TEST_CASE("a lost answer: the venue has acted, the client knows only that it may have") {
  net_rig r;
  memory::faults f;
  f.lose_answers_to = "/order";
  f.lose_answers = 1;
  r.host->set_faults(f);
  r.me->call(1, "/order");
  r.me->call(2, "/other");
  r.pass(20ms);
  CHECK(r.venue->requests == lines{"/order", "/other"});
  CHECK(r.log() == lines{"failed 1 written", "answer 2 200 echo "});
  r.me->call(3, "/order");
  r.pass(20ms);
  CHECK(r.log().back() == "answer 3 200 echo ");
}

TEST_CASE("an answer instead of the venue's: it never saw the request") {
  net_rig r;
  memory::faults f;
  f.answer_instead_for = "/order";
  f.answer_instead = 1;
  f.instead_status = 503;
  f.instead_body = "<html>";
  r.host->set_faults(f);
  r.me->call(1, "/order");
  r.me->call(2, "/order");
  r.pass(20ms);
  CHECK(r.log() == lines{"answer 1 503 <html>", "answer 2 200 echo "});
  CHECK(r.venue->requests.size() == 1);
}

TEST_CASE("half open: everything vanishes, only the time-out ends a request") {
  net_rig r;
  r.me->open();
  r.pass(10ms);
  memory::faults f;
  f.half_open = true;
  r.host->set_faults(f);
  r.me->call(1, "/order", "", 2s);
  r.me->pipe->send(stream_id{1}, frame_kind::text, "anyone?");
  r.venue->sink.send(r.venue->opened.at(0), frame_kind::text, "into the void");
  r.pass(1990ms);
  CHECK(r.log() == lines{"opened"});
  r.pass(20ms);
  CHECK(r.log() == lines{"opened", "failed 1 written"});
  CHECK(r.venue->requests.empty());
  CHECK(r.venue->frames.empty());
  r.host->set_faults({});
  r.venue->sink.send(r.venue->opened.at(0), frame_kind::text, "again");
  r.pass(10ms);
  CHECK(r.log().back() == "again");
}

TEST_CASE("refused connections: provably nothing was written") {
  net_rig r;
  memory::faults f;
  f.refuse_connections = true;
  r.host->set_faults(f);
  r.me->call(1, "/order");
  r.me->open();
  r.pass(10ms);
  CHECK(r.log() == lines{"failed 1 unwritten", "closed: connection refused"});
  CHECK(r.venue->requests.empty());
  CHECK(r.venue->opened.empty());
}

TEST_CASE("a dropped request and a refused handshake are told as such") {
  net_rig r;
  r.me->call(1, "/drop");
  r.pass(10ms);
  CHECK(r.log() == lines{"failed 1 written"});
  r.me->open("/forbidden");
  r.pass(10ms);
  CHECK(r.log().back() == "closed: handshake refused: 403 no");
}

TEST_CASE("a request that is never answered times out once") {
  net_rig r;
  r.me->call(1, "/mute", "", 100ms);
  r.pass(1s);
  CHECK(r.log() == lines{"failed 1 written"});
}

TEST_CASE("cut streams end on both sides, those that do not match stay") {
  net_rig r;
  client other{r.clock, *r.factory};
  r.me->open("/market");
  other.open("/user");
  r.pass(10ms);
  other.drain();
  CHECK(r.host->cut_streams("/user") == 1);
  r.pass(10ms);
  other.drain();
  CHECK(other.log == lines{"opened", "closed: connection reset by peer"});
  CHECK(r.log() == lines{"opened"});
  CHECK(r.venue->closed.size() == 1);
  r.venue->sink.send(r.venue->closed[0], frame_kind::text, "too late");
  r.pass(10ms);
  other.drain();
  CHECK(other.log.size() == 2);
}

TEST_CASE("nothing is delivered after the transport is gone, and the venue learns of it") {
  net_rig r;
  r.me->open();
  r.pass(10ms);
  r.me->call(1, "/order");
  r.me->call(2, "/mute", "", 20ms);
  r.venue->sink.send(r.venue->opened.at(0), frame_kind::text, "on its way");
  r.me->pipe.reset();
  r.me->woken = false;
  CHECK(r.venue->closed == r.venue->opened);
  r.pass(100ms);
  CHECK_FALSE(r.me->woken);
  CHECK(r.log() == lines{"opened"});
  CHECK(r.venue->requests == lines{"/order", "/mute"}); // what was written arrives all the same
}

TEST_CASE("a stream closed while it opens never reaches the venue") {
  net_rig r;
  r.me->open();
  r.me->pipe->close(stream_id{1});
  r.pass(10ms);
  CHECK(r.venue->opened.empty());
  CHECK(r.log() == lines{"closed: closed by us"});
}

TEST_CASE("a drain takes no more than it was told to and is woken for the rest") {
  net_rig r;
  r.venue->greetings = 10;
  r.me->open();
  r.clock.pass(10ms);
  REQUIRE(r.me->woken);
  r.me->woken = false;
  CHECK(r.me->pipe->drain(*r.me, 4) == 4);
  CHECK(r.me->woken);
  r.me->drain(4);
  CHECK(r.log().size() == 11);
  CHECK_FALSE(r.me->woken);
}

TEST_CASE("the dialect's timers: the newest setting counts, a cancelled one is silent") {
  net_rig r;
  r.venue->sink.set_timer(timer_id{1}, r.clock.time + 10ms);
  r.venue->sink.set_timer(timer_id{1}, r.clock.time + 30ms);
  r.venue->sink.set_timer(timer_id{2}, r.clock.time + 10ms);
  r.venue->sink.cancel_timer(timer_id{2});
  r.pass(20ms);
  CHECK(r.venue->timers == 0);
  r.pass(20ms);
  CHECK(r.venue->timers == 1);
}

TEST_CASE("a stopped host does nothing more") {
  net_rig r;
  r.me->open();
  r.me->call(1, "/order");
  r.host->stop();
  r.pass(10s);
  CHECK(r.log().empty());
  CHECK(r.venue->requests.empty());
}

TEST_CASE("the same seed gives the same run to the nanosecond, another seed another") {
  const auto run = [](std::uint64_t seed) {
    net_rig r{{seed, 1ms, 3ms}};
    r.venue->greetings = 20;
    r.me->open();
    for (int i = 0; i < 20; ++i)
      r.me->call(i, "/x" + std::to_string(i));
    // Each event by itself, at its own instant.
    while (!r.clock.due.empty() && r.me->log.size() < 41) {
      r.clock.pass(r.clock.due.begin()->first - r.clock.time);
      r.me->drain();
    }
    return std::pair{r.me->log, r.me->times};
  };
  CHECK(run(1) == run(1));
  CHECK(run(1) != run(2));
  CHECK(run(1).first.size() == 41);
}
