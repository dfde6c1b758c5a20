#pragma once

#include "tools/fuzz/require.hpp"
#include "tools/fuzz/script.hpp"
#include "venues/descriptor.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

/// What the two client machines of a venue have in common under test: a script drives a protocol
/// through its contract (venues/protocol.hpp), a sink checks what comes out.
namespace actorbot::fuzz {

/// A venue as a target describes it.
struct session_case {
  const venues::descriptor* venue = nullptr;
  venues::session_settings settings;
  /// A script that takes a session to live; run first when an input begins with a line "!".
  std::string way_to_live;
};

/// Sink of both machines: keeps what is open and checks what holds for any venue.
template <class Base>
class checked_session : public Base {
 public:
  /// `input`: a secret that libFuzzer found in memory and wrote into it is none any more.
  checked_session(const venues::session_settings& settings, std::string_view input)
      : settings_{settings}, input_{input} {}
  using Base::emit;

  struct waiting_timer {
    venues::timer_id id{};
    std::int64_t due_ns = 0;
  };

  std::int64_t now_ns = 1'000'000'000;
  std::vector<venues::request_id> calls;
  std::vector<venues::stream_id> opening;
  std::vector<venues::stream_id> open_streams;
  std::vector<waiting_timer> timers;
  bool is_live = false;
  bool over = false;

  void call(venues::endpoint_id, venues::request_id id, venues::request_class,
            const venues::http_request_view& request, duration timeout) override {
    heard();
    require(std::find(calls.begin(), calls.end(), id) == calls.end(), "a request id is in flight");
    require(timeout > duration{}, "a request without time");
    require_target(request.target);
    for (const auto& h : request.headers)
      require_line(h.value);
    calls.push_back(id);
  }
  void open(venues::endpoint_id, venues::stream_id stream,
            const venues::stream_request_view& request) override {
    heard();
    require_target(request.target);
    opening.push_back(stream);
  }
  void send(venues::stream_id stream, venues::frame_kind, std::string_view) override {
    heard();
    require(std::find(open_streams.begin(), open_streams.end(), stream) != open_streams.end(),
            "a frame on a stream that is not open");
  }
  void close(venues::stream_id stream) override {
    heard();
    std::erase(open_streams, stream);
  }
  void set_timer(venues::timer_id id, duration after) override {
    heard();
    require(after > duration{}, "a timer in the past");
    cancel_timer(id);
    timers.push_back({id, now_ns + after.count()});
  }
  void cancel_timer(venues::timer_id id) override {
    heard();
    std::erase_if(timers, [&](const waiting_timer& x) { return x.id == id; });
  }
  void fail(venues::session_end, std::string text) override {
    heard();
    require_words(text);
    over = true;
  }
  std::uint64_t random() override { return 4; }
  void emit(const instrument& x) override {
    heard(x.id);
    require(x.tick.is_positive() && x.lot.is_positive(), "an instrument without increments");
    require(x.multiplier.is_positive(), "an instrument without multiplier");
  }
  void budget_used(std::uint32_t, std::uint32_t limit) override {
    heard();
    require(limit != 0, "a budget of nothing");
  }
  void live() override {
    heard();
    require(!is_live, "live twice");
    is_live = true;
  }

 protected:
  void heard() const { require(!over, "spoke after fail()"); }
  void heard(instrument_id id) const {
    heard();
    for (const auto& x : settings_.instruments)
      if (x.id == id)
        return;
    require(false, "an instrument that nobody asked for");
  }
  /// For the operator: no credentials, no control characters, no novel.
  void require_words(std::string_view text) const {
    require(text.size() < 2000, "a text without end");
    require_line(text);
    for (const auto& [name, value] : settings_.parameters.all())
      if (const auto* secret = std::get_if<std::string>(&value); secret && secret->size() > 16)
        require(name == "user" || input_.find(*secret) != input_.npos
                    || text.find(*secret) == text.npos,
                "a secret in a text");
  }
  static void require_line(std::string_view text) {
    for (const char c : text)
      require(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f, "a control character");
  }
  static void require_target(std::string_view text) {
    require(text.starts_with('/'), "a target without path");
    require_line(text);
    require(text.find(' ') == text.npos, "a blank in a target");
  }

 private:
  const venues::session_settings& settings_;
  std::string_view input_;
};

/// Plays the events that both machines know. Lines:
///   fTEXT bTEXT     a text or binary frame
///   aSBODY lSBODY   an answer to the oldest or latest request; S is the status, see status_of
///   hNAME:VALUE     a header of the next answer
///   x0TEXT x1TEXT   the oldest request fails, not written or written; y: the latest
///   o               the stream that was asked for is open
///   cTEXT           a stream is closed
///   tMS             time passes, timers fire
template <class Protocol, class Sink>
class session_player {
 public:
  session_player(Protocol& protocol, Sink& sink) : protocol_{protocol}, sink_{sink} {}
  virtual ~session_player() = default;

  venues::event_time at() const {
    return {from_ms(start_ms) + duration{sink_.now_ns}, sink_.now_ns};
  }

  /// A decimal that does not fit ends the actor by contract (messages/decimal.hpp); nothing else
  /// may be thrown.
  void play(std::string_view text, std::string_view way_to_live) {
    try {
      protocol_.on(venues::session_started{at()}, sink_);
      if (text.starts_with("!\n")) {
        run(way_to_live);
        text.remove_prefix(2);
      }
      run(text);
      if (!sink_.over)
        end();
    } catch (const decimal_overflow&) {
    }
  }

 protected:
  virtual void command(step&) {}
  virtual void end() {}

  void fail_call(bool oldest, bool written, std::string_view text) {
    if (const auto id = take_call(oldest))
      protocol_.on(venues::http_failed{at(), *id, written, text}, sink_);
  }

  Protocol& protocol_;
  Sink& sink_;

 private:
  static constexpr std::int64_t start_ms = 1'773'321'233'000;

  void run(std::string_view text) {
    script lines{text};
    while (auto line = lines.next()) {
      if (sink_.over)
        return;
      take(*line);
    }
  }

  void take(step& line) {
    switch (line.tag) {
    case 'f':
      return frame(venues::frame_kind::text, line.rest);
    case 'b':
      return frame(venues::frame_kind::binary, line.rest);
    case 'a':
    case 'l':
      return answer(line.tag == 'a', line);
    case 'h':
      return header(line);
    case 'x':
    case 'y': {
      const bool written = line.take() == '1';
      return fail_call(line.tag == 'x', written, line.rest);
    }
    case 'o':
      return open();
    case 'c':
      return close(line.rest);
    case 't':
      return pass(number_in(line.rest, 10'000'000) * 1'000'000);
    default:
      return command(line);
    }
  }

  static unsigned status_of(char c) {
    static const std::map<char, unsigned> known{{'0', 403}, {'1', 401}, {'2', 200}, {'3', 302},
                                                {'4', 400}, {'5', 503}, {'6', 202}, {'7', 418},
                                                {'8', 500}, {'9', 429}};
    const auto found = known.find(c);
    return found == known.end() ? 404 : found->second;
  }

  std::optional<venues::request_id> take_call(bool oldest) {
    auto& calls = sink_.calls;
    if (calls.empty())
      return std::nullopt;
    const auto at = oldest ? calls.begin() : calls.end() - 1;
    const auto id = *at;
    calls.erase(at);
    return id;
  }

  void frame(venues::frame_kind kind, std::string_view text) {
    if (sink_.open_streams.empty())
      return;
    const padded data{text};
    protocol_.on(venues::stream_frame{at(), sink_.open_streams.back(), kind, data.view()}, sink_);
  }

  void answer(bool oldest, step& line) {
    const auto status = status_of(line.take());
    const auto id = take_call(oldest);
    if (!id)
      return;
    const padded body{line.rest};
    std::vector<venues::header_view> headers;
    for (const auto& [name, value] : headers_)
      headers.push_back({name, value});
    protocol_.on(venues::http_answer{at(), *id, status, headers, body.view()}, sink_);
    headers_.clear();
  }

  void header(step& line) {
    const auto colon = line.rest.find(':');
    if (colon != line.rest.npos)
      headers_.emplace_back(line.rest.substr(0, colon), line.rest.substr(colon + 1));
  }

  void open() {
    if (sink_.opening.empty())
      return;
    const auto id = sink_.opening.front();
    sink_.opening.erase(sink_.opening.begin());
    sink_.open_streams.push_back(id);
    protocol_.on(venues::stream_opened{at(), id}, sink_);
  }

  void close(std::string_view text) {
    auto& streams = sink_.open_streams.empty() ? sink_.opening : sink_.open_streams;
    if (streams.empty())
      return;
    const auto id = streams.back();
    streams.pop_back();
    protocol_.on(venues::stream_closed{at(), id, text}, sink_);
  }

  void pass(std::int64_t ns) {
    const auto until = sink_.now_ns + ns;
    // Timers that set themselves again could go on for ever.
    for (int fired = 0; fired < 200 && !sink_.over && !sink_.timers.empty(); ++fired) {
      auto next = sink_.timers.begin();
      for (auto i = next; i != sink_.timers.end(); ++i)
        if (i->due_ns < next->due_ns)
          next = i;
      if (next->due_ns > until)
        break;
      const auto id = next->id;
      sink_.now_ns = std::max(sink_.now_ns, next->due_ns);
      sink_.timers.erase(next);
      protocol_.on(venues::timer_fired{at(), id}, sink_);
    }
    sink_.now_ns = std::max(sink_.now_ns, until);
  }

  std::vector<std::pair<std::string, std::string>> headers_;
};

} // namespace actorbot::fuzz
