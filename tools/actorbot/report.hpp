#pragma once

#include "actors/operator.hpp"
#include "config/bot_config.hpp"

#include <nlohmann/json.hpp>

#include <string>

namespace actorbot::tools {

/// The summary of a run as JSON: strategies, venues with every order and fill, risk, supervision.
nlohmann::json to_json(const bot_report& report, const config::bot_config& config);

/// A few lines for people.
std::string to_text(const bot_report& report);

/// Throws std::runtime_error naming the file and why when it cannot be opened for writing: better
/// said before a run than after it. Changes nothing in a file that exists.
void check_report(const std::string& path);

/// Adds the filled orders, and cancelled ones with a filled part, to a CSV file:
/// Timestamp,OrderID,Side,Quantity,Price,Status, times in UTC. Throws std::runtime_error.
void append_orders(const std::string& path, const bot_report& report);

/// Writes the JSON; throws std::runtime_error naming the file.
void write_report(const std::string& path, const nlohmann::json& report);

} // namespace actorbot::tools
