#pragma once

#include "config/bot_config.hpp"
#include "messages/parameters.hpp"

#include <functional>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

/// The tables of the common sections. One row serves reading, checking, printing and documentation.
namespace actorbot::config {

/// A parameter and the member that holds it.
template <class S>
struct field {
  parameter spec;
  std::function<void(S&, const parameter_value&)> set;
  /// Empty: not set.
  std::function<std::optional<parameter_value>(const S&)> get;
};

template <class S>
using fields = std::vector<field<S>>;

const fields<bot_settings>& bot_fields();
const fields<runtime_settings>& runtime_fields();
const fields<risk_limits>& risk_fields();
const fields<report_settings>& report_fields();
const fields<supervision_settings>& root_supervision_fields();
const fields<supervision_settings>& venues_supervision_fields();
const fields<supervision_settings>& venue_supervision_fields();
const fields<supervision_settings>& strategies_supervision_fields();

template <class S>
parameter_table table_of(const fields<S>& rows) {
  parameter_table table;
  for (const auto& row : rows)
    table.push_back(row.spec);
  return table;
}

/// Keys of every [venues.NAME] besides its kind's own; choices of kind and environment are the
/// kind's.
const parameter_table& venue_table();
/// Keys of every [strategies.NAME] besides its kind's own.
const parameter_table& strategy_table();
/// The limits that [venues.NAME.risk] and [strategies.NAME.risk] may set, nothing required.
const parameter_table& venue_risk_table();
const parameter_table& strategy_risk_table();

/// A section of the file for help and documentation.
struct documented_table {
  std::string section; ///< "[risk]"
  std::string help;    ///< one line
  parameter_table rows;
};

/// Every common section, in the order of the documentation.
std::vector<documented_table> documented_tables();

/// The same as Markdown tables, one heading a section.
std::string tables_as_markdown();

} // namespace actorbot::config
