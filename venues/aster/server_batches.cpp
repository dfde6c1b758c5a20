#include "venues/aster/server_orders.hpp"
#include "venues/wire/json_reader.hpp"
#include "venues/wire/json_writer.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

/// Several orders in one call.
namespace actorbot::venues::aster::server {

namespace {

constexpr std::size_t most_placed = 5;
constexpr std::size_t most_cancelled = 10;
constexpr std::size_t longest_list = 16'384;

/// Ordinary JSON, or the form of the official samples: single quotes inside.
nlohmann::json parse_list(std::string_view text) {
  if (text.size() > longest_list)
    return nlohmann::json::value_t::discarded;
  auto list = nlohmann::json::parse(text, nullptr, false);
  if (!list.is_discarded())
    return list;
  std::string quoted{text};
  std::replace(quoted.begin(), quoted.end(), '\'', '"');
  return nlohmann::json::parse(quoted, nullptr, false);
}

/// A string's content, or a number or boolean as it was written.
std::optional<std::string> scalar(const nlohmann::json& value) {
  if (value.is_string())
    return value.get_ref<const std::string&>();
  if (value.is_number() || value.is_boolean())
    return value.dump();
  return std::nullopt;
}

failure too_many(std::size_t most) {
  return {-4082, "Invalid number of batch orders: at most " + std::to_string(most) + "."};
}

} // namespace

reply order_desk::place_batch(const call& c) {
  parameter_reader read{c.values};
  const auto text = read.text("batchOrders");
  if (read.failed())
    return *read.failed();
  const auto list = parse_list(text);
  if (!list.is_array() || list.empty())
    return refuse::bad_data("batchOrders");
  if (list.size() > most_placed)
    return too_many(most_placed);
  if (auto refused = count_orders(c, list.size()))
    return *refused;
  reply out;
  json_writer answer{out.body};
  answer.open_array();
  for (const auto& element : list) {
    parameters values;
    bool readable = element.is_object();
    if (readable)
      for (const auto& [name, value] : element.items()) {
        auto content = scalar(value);
        readable = readable && content;
        values.set(name, std::move(content).value_or(std::string{}));
      }
    const auto one = readable ? place_one({c.now, values, c.account, c.v3})
                              : reply{refuse::bad_data("batchOrders")};
    answer.item(one.body);
  }
  answer.close_array();
  return out;
}

reply order_desk::cancel_batch(const call& c) {
  parameter_reader read{c.values};
  const auto market = read_market(read, state_.core());
  const auto ids = read.text_or("orderIdList", {});
  const auto client_ids = read.text_or("origClientOrderIdList", {});
  if (ids.empty() && client_ids.empty())
    read.fail(refuse::both_missing("origClientOrderIdList", "orderIdList"));
  if (!ids.empty() && !client_ids.empty())
    read.fail(refuse::bad_combination());
  if (read.failed())
    return *read.failed();
  const auto* name = ids.empty() ? "origClientOrderIdList" : "orderIdList";
  const auto list = parse_list(ids.empty() ? client_ids : ids);
  if (!list.is_array() || list.empty())
    return refuse::bad_data(name);
  if (list.size() > most_cancelled)
    return too_many(most_cancelled);
  reply out;
  json_writer answer{out.body};
  answer.open_array();
  for (const auto& element : list) {
    const auto text = scalar(element);
    const exchange::order* found = nullptr;
    if (text && ids.empty())
      found = state_.core().find_order(c.account, std::string_view{*text});
    else if (text)
      if (const auto id = parse_unsigned(*text))
        found = state_.core().find_order(c.account, *id);
    answer.item(cancel_one(c, market, found).body);
  }
  answer.close_array();
  return out;
}

} // namespace actorbot::venues::aster::server
