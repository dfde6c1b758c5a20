#include "venues/grvt/server_sessions.hpp"

#include "venues/crypto/ethereum.hpp"
#include "venues/crypto/hex.hpp"
#include "venues/wire/http_text.hpp"
#include "venues/wire/json_reader.hpp"
#include "venues/wire/json_writer.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace actorbot::venues::grvt::server {

namespace {

constexpr auto longest_login = std::chrono::minutes{5};

crypto::address read_address(const account_provision& from, const std::string& name) {
  const auto found = from.credentials.find(name);
  const auto out
      = found == from.credentials.end() ? std::nullopt : crypto::parse_address(found->second);
  if (!out)
    throw std::invalid_argument{"account " + from.name + ": " + name + " must be an address"};
  return *out;
}

account_identity read_account(const account_provision& from) {
  account_identity out;
  for (const auto& [name, value] : from.credentials) {
    if (name == "api_key")
      out.api_key = value;
    else if (name == "permission" && (value == "trade" || value == "read"))
      out.may_trade = value == "trade";
    else if (name != "sub_account_id" && name != "signer" && name != "main_account")
      throw std::invalid_argument{"account " + from.name + ": credential " + name
                                  + " is unknown or wrong"};
  }
  const auto sub = from.credentials.find("sub_account_id");
  const auto number = sub == from.credentials.end() ? std::nullopt : parse_unsigned(sub->second);
  if (!number)
    throw std::invalid_argument{"account " + from.name + ": sub_account_id must be a number"};
  out.sub_account = *number;
  out.sub_account_text = std::to_string(*number);
  out.signer = read_address(from, "signer");
  out.main
      = from.credentials.contains("main_account") ? read_address(from, "main_account") : out.signer;
  out.main_text = crypto::to_hex_0x(out.main);
  return out;
}

/// "Sat, 01 Jan 2028 00:00:00 GMT".
std::string http_date(timestamp t) {
  static constexpr std::array<const char*, 7> days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array<const char*, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(t);
  const std::chrono::year_month_day date{day};
  const auto iso = to_iso(t);
  const auto weekday = std::chrono::weekday{day}.c_encoding();
  return std::string{days[weekday]} + ", " + iso.substr(8, 2) + " "
         + months[static_cast<unsigned>(date.month()) - 1] + " " + iso.substr(0, 4) + " "
         + iso.substr(11, 8) + " GMT";
}

/// The value of one cookie of a Cookie header.
std::string_view cookie_of(std::string_view header, std::string_view name) {
  while (!header.empty()) {
    const auto end = header.find(';');
    auto part = header.substr(0, end);
    header.remove_prefix(end == header.npos ? header.size() : end + 1);
    while (!part.empty() && part.front() == ' ')
      part.remove_prefix(1);
    if (part.size() > name.size() && part.starts_with(name) && part[name.size()] == '=')
      return part.substr(name.size() + 1);
  }
  return {};
}

} // namespace

session_desk::session_desk(const dialect_settings& settings, exchange::core& core,
                           dialect_sink& sink, const signature_check& signatures, duration lifetime)
    : sink_{sink}, signatures_{signatures}, lifetime_{lifetime} {
  for (const auto& a : settings.accounts) {
    accounts_.push_back(read_account(a));
    accounts_.back().id
        = core.add_account(settings.now, {a.name, a.balance, a.maker_fee, a.taker_fee});
  }
}

reply session_desk::login_with_key(timestamp now, const json_value& body) {
  reader r{body};
  const auto key = r.text("api_key");
  if (r.bad() || key.empty())
    return refuse(1003);
  for (std::size_t i = 0; i < accounts_.size(); ++i)
    if (!accounts_[i].api_key.empty() && crypto::equal_constant_time(accounts_[i].api_key, key))
      return open(now, {i});
  return refuse(1000);
}

reply session_desk::login_with_wallet(timestamp now, const json_value& body) {
  reader r{body};
  const auto address = crypto::parse_address(r.text("address"));
  const auto* signature = r.object("signature");
  if (r.bad() || !address || !signature)
    return refuse(1003);
  signature_fields by;
  if (const auto wrong = signatures_.read(*signature, now, by))
    return *wrong;
  if (by.expires - now > longest_login)
    return refuse(2008);
  crypto::bytes32 digest;
  if (const auto wrong = signatures_.check(by, signatures_.login_hash(by), digest))
    return *wrong;
  if (by.signer != *address)
    return refuse(2000);
  std::vector<std::size_t> mine;
  for (std::size_t i = 0; i < accounts_.size(); ++i)
    if (accounts_[i].signer == by.signer || accounts_[i].main == by.signer)
      mine.push_back(i);
  if (mine.empty())
    return refuse(2000);
  if (!used_logins_.emplace(by.signer, by.nonce).second)
    return refuse(1000);
  return open(now, std::move(mine));
}

reply session_desk::open(timestamp now, std::vector<std::size_t> accounts) {
  std::erase_if(sessions_, [&](const auto& s) { return s.second.ends <= now; });
  crypto::bytes32 bits{};
  for (std::size_t i = 0; i < bits.size(); i += 8) {
    auto random = sink_.random();
    for (std::size_t j = 0; j < 8; ++j, random >>= 8)
      bits[i + j] = static_cast<std::uint8_t>(random & 0xff);
  }
  session fresh;
  fresh.cookie = crypto::to_hex(bits);
  fresh.account_header = "ACC:" + std::to_string(100'000 + accounts.front());
  fresh.ends = now + lifetime_;
  fresh.accounts = std::move(accounts);
  const auto& first = accounts_[fresh.accounts.front()];
  reply out;
  json_writer{out.body}
      .open_object()
      .text("status", "success")
      .text("location", "")
      .text("funding_account_address", first.main_text)
      .text("sub_account_id", first.sub_account_text)
      .close_object();
  out.headers.emplace_back(
      "Set-Cookie",
      "gravity=" + fresh.cookie + "; Path=/; Expires=" + http_date(fresh.ends) + "; Max-Age="
          + std::to_string(std::chrono::duration_cast<std::chrono::seconds>(lifetime_).count())
          + "; HttpOnly; Secure; SameSite=None");
  out.headers.emplace_back("X-Grvt-Account-Id", fresh.account_header);
  sessions_[fresh.cookie] = std::move(fresh);
  return out;
}

const session* session_desk::find(timestamp now, std::span<const header_view> headers,
                                  std::string_view account_from_query) const {
  const auto* found = find(now, std::string{cookie_of(find_header(headers, "cookie"), "gravity")});
  auto account = find_header(headers, "x-grvt-account-id");
  if (account.empty())
    account = account_from_query;
  return found && found->account_header == account ? found : nullptr;
}

const session* session_desk::find(timestamp now, const std::string& cookie) const {
  const auto at = sessions_.find(cookie);
  return at == sessions_.end() || at->second.ends <= now ? nullptr : &at->second;
}

const account_identity& session_desk::of(exchange::account_id id) const {
  return *std::find_if(accounts_.begin(), accounts_.end(),
                       [&](const auto& a) { return a.id == id; });
}

const account_identity* session_desk::use(const session& who, std::uint64_t sub_account) const {
  for (const auto i : who.accounts)
    if (accounts_[i].sub_account == sub_account)
      return &accounts_[i];
  return nullptr;
}

} // namespace actorbot::venues::grvt::server
