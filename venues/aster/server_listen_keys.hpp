#pragma once

#include "venues/exchange/types.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The keys of user streams: one an account, alive for an hour after it was made or renewed.
namespace actorbot::venues::aster::server {

class listen_keys {
 public:
  static constexpr duration life = std::chrono::minutes{60};

  explicit listen_keys(std::function<std::string()> make) : make_{std::move(make)} {}

  /// The active key, renewed, or a new one.
  const std::string& open(timestamp now, exchange::account_id account);
  /// False when there is none.
  bool renew(timestamp now, exchange::account_id account);
  /// The key that is closed, if there was one.
  std::optional<std::string> close(timestamp now, exchange::account_id account);
  std::optional<exchange::account_id> owner(timestamp now, std::string_view key) const;
  /// When the next key ends.
  std::optional<timestamp> next_end() const;

  struct ended {
    exchange::account_id account{};
    std::string key;
  };
  /// Takes away what is over.
  std::vector<ended> expire(timestamp now);

 private:
  struct entry {
    std::string key;
    timestamp end;
  };
  std::function<std::string()> make_;
  std::map<exchange::account_id, entry> entries_;
};

} // namespace actorbot::venues::aster::server
