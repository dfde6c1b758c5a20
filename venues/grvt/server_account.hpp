#pragma once

#include "venues/grvt/server_market.hpp"
#include "venues/grvt/server_orders.hpp"

/// What an account holds and did: orders, fills, positions, money, leverage.
namespace actorbot::venues::grvt::server {

/// An execution and the prices it met.
struct fill_record {
  exchange::execution value;
  price mark;
  price index;
  const order_record* order = nullptr;
};

class account_desk {
 public:
  account_desk(server_state& state, const order_desk& orders, const session_desk& sessions,
               const signature_check& signatures, private_feeds& feeds);

  // -- calls --
  reply order(const call& c) const;
  reply open_orders(const call& c) const;
  reply order_history(const call& c) const;
  reply fill_history(const call& c) const;
  reply positions(const call& c) const;
  reply summary(const call& c) const;
  reply aggregated_summary(const call& c) const;
  reply funding_summary(const call& c) const;
  reply funding_payments(const call& c) const;
  reply leverages(const call& c) const;
  reply set_leverage(const call& c);
  reply set_position_config(const call& c);
  reply sub_accounts(const call& c) const;

  // -- what happens --
  void on_execution(const exchange::execution& e);
  void on_position(const exchange::position_event& e);

  std::string position_text(timestamp now, exchange::account_id a, exchange::market_id m,
                            const exchange::position& p) const;
  /// One text for each position that is open now.
  std::vector<std::string> position_texts(timestamp now, exchange::account_id a,
                                          std::optional<exchange::market_id> m) const;

 private:
  /// Sizes and prices of what reduced the running position.
  struct exit_sum {
    decimal held;
    decimal size;
    decimal cost;
  };
  struct filter {
    const account_identity* who = nullptr;
    std::vector<std::string> kinds, bases, quotes;
    std::string instrument;
  };
  std::optional<failure> read(const call& c, reader& r, filter& out) const;
  bool passes(const filter& f, exchange::market_id m) const;
  std::string fill_text(const fill_record& f) const;
  reply take_leverage(const call& c, exchange::account_id account, exchange::market_id market,
                      std::uint16_t leverage, std::string_view success);
  void write_main_account(json_writer& to, const call& c) const;

  server_state& state_;
  const order_desk& orders_;
  const session_desk& sessions_;
  const signature_check& signatures_;
  private_feeds& feeds_;
  std::map<exchange::account_id, std::deque<fill_record>> fills_;
  std::map<std::pair<exchange::account_id, exchange::market_id>, exit_sum> exits_;
};

} // namespace actorbot::venues::grvt::server
