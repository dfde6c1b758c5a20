#include "tools/venue_sim/settings.hpp"

#include <toml++/toml.h>

#include <set>
#include <sstream>
#include <stdexcept>

namespace actorbot::sim {

namespace {

[[noreturn]] void complain(const std::string& file, const toml::source_region& where,
                           const std::string& text) {
  std::ostringstream message;
  message << file << ":" << where.begin.line << ":" << where.begin.column << ": " << text;
  throw std::invalid_argument(message.str());
}

/// Reads one table key by key and refuses what nobody asked for.
class reader {
 public:
  reader(const std::string& file, const toml::table& table, std::string name)
      : file_{file}, table_{table}, name_{std::move(name)} {}

  template <class T>
  void read(const char* key, T& out) {
    seen_.insert(key);
    const auto* node = table_.get(key);
    if (!node)
      return;
    if constexpr (std::is_same_v<T, decimal>) {
      const auto text = text_of(key, *node);
      const auto value = decimal::parse(text);
      if (!value)
        complain(file_, node->source(), where(key) + " must be a decimal, was " + text);
      out = *value;
    } else if constexpr (std::is_same_v<T, duration>) {
      const auto text = text_of(key, *node);
      const auto value = parse_duration(text);
      if (!value)
        complain(file_, node->source(),
                 where(key) + " must be a time like \"5ms\", was \"" + text + "\"");
      out = *value;
    } else if constexpr (std::is_same_v<T, std::string>) {
      out = text_of(key, *node);
    } else if constexpr (std::is_same_v<T, bool>) {
      const auto value = node->value<bool>();
      if (!value)
        complain(file_, node->source(), where(key) + " must be true or false");
      out = *value;
    } else {
      const auto value = node->value<std::int64_t>();
      if (!value || *value < 0
          || static_cast<std::uint64_t>(*value) > std::numeric_limits<T>::max())
        complain(file_, node->source(),
                 where(key) + " must be a whole number from 0 to "
                     + std::to_string(std::numeric_limits<T>::max()));
      out = static_cast<T>(*value);
    }
  }

  const toml::table* sub_table(const char* key) {
    seen_.insert(key);
    const auto* node = table_.get(key);
    if (node && !node->as_table())
      complain(file_, node->source(), where(key) + " must be a table");
    return node ? node->as_table() : nullptr;
  }

  void ignore(const char* key) { seen_.insert(key); }

  void finish() const {
    for (const auto& [key, node] : table_)
      if (!seen_.contains(std::string{key.str()}))
        complain(file_, node.source(), "unknown key `" + std::string{key.str()} + "` in " + name_);
  }

 private:
  std::string where(const char* key) const { return "`" + std::string{key} + "` in " + name_; }

  std::string text_of(const char* key, const toml::node& node) const {
    if (const auto text = node.value_exact<std::string>())
      return *text;
    if (const auto number = node.value_exact<std::int64_t>())
      return std::to_string(*number);
    complain(file_, node.source(),
             where(key)
                 + " must be a text (numbers with a fraction as "
                   "\"0.1\", so that they stay exact)");
  }

  const std::string& file_;
  const toml::table& table_;
  std::string name_;
  std::set<std::string> seen_;
};

/// The dialect reads its own values: as text, however they were written.
std::map<std::string, std::string> texts_of(const std::string& file, const toml::table& table) {
  std::map<std::string, std::string> result;
  for (const auto& [key, node] : table) {
    auto& text = result[std::string{key.str()}];
    if (const auto words = node.value_exact<std::string>())
      text = *words;
    else if (const auto number = node.value_exact<std::int64_t>())
      text = std::to_string(*number);
    else if (const auto flag = node.value_exact<bool>())
      text = *flag ? "true" : "false";
    else
      complain(file, node.source(),
               "`" + std::string{key.str()} + "` must be a text, a whole number, true or false");
  }
  return result;
}

template <class Each>
void each_table(const std::string& file, const toml::table& root, const char* key, Each each) {
  const auto* node = root.get(key);
  if (!node)
    return;
  const auto* list = node->as_array();
  if (!list)
    complain(file, node->source(), std::string{"write [["} + key + "]] for each of them");
  for (const auto& entry : *list) {
    if (!entry.as_table())
      complain(file, entry.source(), std::string{key} + " must be tables");
    each(*entry.as_table());
  }
}

} // namespace

sim_settings load_settings(const std::string& path) {
  toml::table root;
  try {
    root = toml::parse_file(path);
  } catch (const toml::parse_error& error) {
    complain(path, error.source(), std::string{error.description()});
  }
  sim_settings result;
  reader top{path, root, "the file"};
  for (const auto* key : {"server", "options", "markets", "accounts"})
    top.ignore(key);
  top.read("dialect", result.dialect);
  top.finish();

  if (const auto* table = root.get_as<toml::table>("server")) {
    reader server{path, *table, "[server]"};
    server.read("address", result.address);
    server.read("port", result.port);
    server.read("admin_port", result.admin_port);
    server.read("ca_dir", result.ca_dir);
    server.read("state_file", result.state_file);
    server.read("latency", result.latency);
    server.read("held", result.held);
    server.finish();
  }
  if (const auto* table = root.get_as<toml::table>("options"))
    result.options = texts_of(path, *table);
  each_table(path, root, "markets", [&](const toml::table& table) {
    market_settings market;
    reader each{path, table, "[[markets]]"};
    each.read("symbol", market.symbol);
    each.read("data", market.data);
    each.read("start_price", market.start_price);
    each.read("seed", market.seed);
    each.read("speed", market.speed);
    each.read("loop", market.loop);
    each.finish();
    if (market.symbol.empty() || market.speed == 0)
      complain(path, table.source(), "[[markets]] needs a symbol and a speed of at least 1");
    result.markets.push_back(market);
  });
  each_table(path, root, "accounts", [&](const toml::table& table) {
    venues::account_provision account;
    reader each{path, table, "[[accounts]]"};
    each.read("name", account.name);
    each.read("balance", account.balance);
    decimal maker, taker;
    each.read("maker_fee", maker);
    each.read("taker_fee", taker);
    if (table.get("maker_fee"))
      account.maker_fee = maker;
    if (table.get("taker_fee"))
      account.taker_fee = taker;
    if (const auto* keys = each.sub_table("credentials"))
      account.credentials = texts_of(path, *keys);
    each.finish();
    if (account.name.empty())
      complain(path, table.source(), "[[accounts]] needs a name");
    result.accounts.push_back(account);
  });
  const auto standard = default_settings();
  if (result.markets.empty())
    result.markets = standard.markets;
  if (result.accounts.empty())
    result.accounts = standard.accounts;
  return result;
}

sim_settings default_settings() {
  sim_settings result;
  result.markets.emplace_back(); // the dialect's first
  venues::account_provision account;
  account.name = "test";
  // Published test keys: the V1 pair of the API documentation's signing example, and the agent and
  // user addresses of private keys 1 and 2 (secp256k1).
  account.credentials = {
      {"api_key", "dbefbc809e3e83c283a984c3a1459732ea7db1360ca80c5c2c8867408d28cc83"},
      {"api_secret", "2b5eb11e18796d12d88f13dc27dbbd02c2cc51ff7059765ed9821957d82bb4d9"},
      {"signer", "0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf"},
      {"user", "0x2B5AD5c4795c026514f8317c7a215E218DcCD6cF"},
  };
  account.balance = decimal::from_int(100'000);
  result.accounts.push_back(account);
  return result;
}

} // namespace actorbot::sim
