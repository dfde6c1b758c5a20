#include "venues/grvt/session.hpp"

#include "venues/grvt/errors.hpp"
#include "venues/wire/json_writer.hpp"

#include <algorithm>
#include <array>

namespace actorbot::venues::grvt {

namespace {

namespace dom = simdjson::dom;

constexpr std::string_view cookie_name = "gravity=";

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ')
    text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ')
    text.remove_suffix(1);
  return text;
}

bool same_word(std::string_view a, std::string_view lower_case) {
  return std::equal(a.begin(), a.end(), lower_case.begin(), lower_case.end(), [](char x, char y) {
    return (x >= 'A' && x <= 'Z' ? static_cast<char>(x - 'A' + 'a') : x) == y;
  });
}

/// What a header value of ours may consist of.
bool sendable(std::string_view text) {
  return !text.empty() && text.size() <= 8192 && std::all_of(text.begin(), text.end(), [](char c) {
    return c > 0x20 && c < 0x7f && c != ';' && c != ',' && c != '"';
  });
}

/// The next piece of `text` up to `separator`, taken off.
std::string_view next_piece(std::string_view& text, char separator) {
  const auto end = text.find(separator);
  const auto piece = text.substr(0, end);
  text.remove_prefix(end == text.npos ? text.size() : end + 1);
  return trimmed(piece);
}

std::optional<int> small_number(std::string_view text, unsigned low, unsigned high) {
  const auto value = parse_unsigned(text);
  if (!value || *value < low || *value > high)
    return std::nullopt;
  return static_cast<int>(*value);
}

/// One Set-Cookie header; false when it is another cookie.
bool read_cookie(std::string_view header, login_session& out) {
  auto rest = header;
  const auto pair = next_piece(rest, ';');
  if (!pair.starts_with(cookie_name) || !sendable(pair.substr(cookie_name.size())))
    return false;
  out.cookie = pair;
  while (!rest.empty()) {
    auto value = next_piece(rest, ';');
    const auto name = next_piece(value, '=');
    if (same_word(name, "expires"))
      out.expires = parse_http_date(trimmed(value)).value_or(timestamp{});
  }
  return true;
}

} // namespace

http_request_view instruments_request() {
  http_request_view out;
  out.method = http_method::post;
  out.target = "/full/v1/instruments";
  out.body = R"({"kind":["PERPETUAL"],"limit":1000,"is_active":true})";
  out.content_type = json_type;
  return out;
}

void drop_credentials(session_settings& settings) {
  static constexpr std::string_view names[] = {"api_key", "signer_key"};
  venues::drop_credentials(settings, names);
}

void report_budget(const http_answer& answer, session_sink& sink) {
  if (answer.status == 429)
    sink.budget_used(weight_limit / 2, weight_limit);
}

venue_error read_error(dom::element error) {
  venue_error out;
  out.code = integer_of(error, "code");
  if (out.code)
    out.text = std::to_string(*out.code).append(1, ' ').append(text_of(error, "message"));
  return out;
}

venue_error read_error(const http_answer& answer, json_parser& parser) {
  venue_error out;
  if (const auto root = parser.parse(answer.body))
    out = read_error(*root);
  if (!out.code)
    out.text = "HTTP " + std::to_string(answer.status);
  if (const auto wait = find_header(answer.headers, "Retry-After"); !wait.empty())
    out.text.append(" (retry after ").append(wait).append(1, ')');
  return out;
}

session_end end_of(unsigned status, const venue_error& error) {
  if (error.code == 1006 || (status == 429 && !error.code))
    return session_end::rate_limited;
  if (status >= 500 || error.code == 1009)
    return session_end::maintenance;
  const auto known = error.code ? classify_code(*error.code) : std::nullopt;
  if (status == 401 || (known && known->reason == reject_reason::authentication))
    return session_end::authentication;
  return known && known->what != verdict::unknown ? session_end::garbage : session_end::closed;
}

std::string subscribe_text(const subscription& what, std::uint32_t id) {
  std::string out;
  json_writer w{out};
  w.open_object().text("jsonrpc", "2.0").text("method", "subscribe");
  w.open_object("params").text("stream", what.stream).open_array("selectors");
  for (const auto& selector : what.selectors)
    w.text_item(selector);
  w.close_array().close_object().integer("id", std::uint64_t{id}).close_object();
  return out;
}

std::string_view primary(std::string_view selector) {
  return selector.substr(0, selector.find('@'));
}

std::optional<timestamp> parse_http_date(std::string_view text) {
  static constexpr std::array<std::string_view, 12> months
      = {"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"};
  next_piece(text, ','); // the day of the week says nothing new
  text = trimmed(text);
  const char between = text.find('-') != text.npos ? '-' : ' ';
  const auto day = small_number(next_piece(text, between), 1, 31);
  const auto name = next_piece(text, between);
  const auto year = small_number(next_piece(text, ' '), 1970, 2261);
  const auto hour = small_number(next_piece(text, ':'), 0, 23);
  const auto minute = small_number(next_piece(text, ':'), 0, 59);
  const auto second = small_number(next_piece(text, ' '), 0, 60);
  const auto month = std::find_if(months.begin(), months.end(),
                                  [&](std::string_view m) { return same_word(name, m); });
  if (!day || month == months.end() || !year || !hour || !minute || !second
      || !same_word(text, "gmt"))
    return std::nullopt;
  const std::chrono::year_month_day date{
      std::chrono::year{*year},
      std::chrono::month{static_cast<unsigned>(month - months.begin()) + 1},
      std::chrono::day{static_cast<unsigned>(*day)}};
  if (!date.ok())
    return std::nullopt;
  return timestamp{std::chrono::sys_days{date}} + std::chrono::hours{*hour}
         + std::chrono::minutes{*minute} + std::chrono::seconds{*second};
}

std::optional<login_session> read_login(const http_answer& answer, json_parser& parser) {
  login_session out;
  for (const auto& header : answer.headers) {
    // There may be other cookies, each in a header of its own.
    if (!find_header({&header, 1}, "Set-Cookie").empty())
      read_cookie(header.value, out);
  }
  const auto account = trimmed(find_header(answer.headers, "X-Grvt-Account-Id"));
  if (out.cookie.empty() || !sendable(account))
    return std::nullopt;
  out.account = account;
  if (const auto root = parser.parse(answer.body))
    out.sub_account = number_of(*root, "sub_account_id").value_or(0);
  return out;
}

} // namespace actorbot::venues::grvt
