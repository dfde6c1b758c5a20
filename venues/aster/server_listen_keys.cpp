#include "venues/aster/server_listen_keys.hpp"

#include <algorithm>

namespace actorbot::venues::aster::server {

const std::string& listen_keys::open(timestamp now, exchange::account_id account) {
  auto& e = entries_[account];
  if (e.key.empty() || now >= e.end)
    e.key = make_();
  e.end = now + life;
  return e.key;
}

bool listen_keys::renew(timestamp now, exchange::account_id account) {
  const auto found = entries_.find(account);
  if (found == entries_.end() || now >= found->second.end)
    return false;
  found->second.end = now + life;
  return true;
}

std::optional<std::string> listen_keys::close(timestamp now, exchange::account_id account) {
  const auto found = entries_.find(account);
  if (found == entries_.end() || now >= found->second.end)
    return std::nullopt;
  auto key = std::move(found->second.key);
  entries_.erase(found);
  return key;
}

std::optional<exchange::account_id> listen_keys::owner(timestamp now, std::string_view key) const {
  for (const auto& [account, e] : entries_)
    if (e.key == key && now < e.end)
      return account;
  return std::nullopt;
}

std::optional<timestamp> listen_keys::next_end() const {
  std::optional<timestamp> out;
  for (const auto& [account, e] : entries_)
    out = out ? std::min(*out, e.end) : e.end;
  return out;
}

std::vector<listen_keys::ended> listen_keys::expire(timestamp now) {
  std::vector<ended> out;
  for (auto it = entries_.begin(); it != entries_.end();) {
    if (now < it->second.end) {
      ++it;
      continue;
    }
    out.push_back({it->first, std::move(it->second.key)});
    it = entries_.erase(it);
  }
  return out;
}

} // namespace actorbot::venues::aster::server
