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

/// Writes the JSON; throws std::runtime_error naming the file.
void write_report(const std::string& path, const nlohmann::json& report);

} // namespace actorbot::tools
