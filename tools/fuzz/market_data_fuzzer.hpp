#pragma once

#include "tools/fuzz/session_fuzzer.hpp"

namespace actorbot::fuzz {

/// What holds of all that a market data session emits: known instruments, prices and sizes above
/// zero, silence after the end.
class market_data_check final : public checked_session<venues::market_data_sink> {
 public:
  using checked_session::checked_session;
  using checked_session::emit;

  void emit(const top_of_book& x) override {
    heard(x.instrument);
    for (const auto& side : {x.bid, x.ask})
      require(!side || (side->at.is_positive() && side->size.is_positive()), "a top of nothing");
  }
  void emit(const depth_snapshot& x) override { book(x.instrument, x.bids, x.asks); }
  void emit(const depth_delta& x) override { book(x.instrument, x.bids, x.asks); }
  void emit(const trade& x) override {
    heard(x.instrument);
    require(x.at.is_positive() && x.size.is_positive(), "a trade of nothing");
  }
  void emit(const funding_rate& x) override {
    heard(x.instrument);
    require(x.interval > duration{}, "funding without an interval");
  }
  void emit(const mark_price& x) override {
    heard(x.instrument);
    require(x.mark.is_positive(), "a mark price of nothing");
    require(!x.index.is_negative(), "an index below zero");
  }

 private:
  void book(instrument_id id, const std::vector<level>& bids, const std::vector<level>& asks) {
    heard(id);
    for (const auto* side : {&bids, &asks})
      for (const auto& l : *side)
        require(l.at.is_positive() && !l.size.is_negative(), "a level of nothing");
  }
};

/// Plays one input against the venue's market data.
inline void fuzz_market_data(const session_case& under_test, std::string_view input) {
  const auto protocol = under_test.venue->make_market_data(under_test.settings);
  market_data_check sink{under_test.settings, input};
  session_player<venues::market_data_protocol, market_data_check> player{*protocol, sink};
  player.play(input, under_test.way_to_live);
}

} // namespace actorbot::fuzz
