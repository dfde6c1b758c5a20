#pragma once

#include "tools/vectors/case_check.hpp"

#include <cstdint>
#include <string>

/// The larger kinds of dydx.json, and what all of them read with.
namespace actorbot::vectors::dydx_cases {

/// Bytes from hex.
std::string to_text(const json& hex);
std::string hex_of(const std::string& data);
/// Numbers above 2^53 are texts.
std::uint64_t to_number(const json& value);

/// A transaction that our signer builds, stage by stage.
void run_tx(case_check& check);
/// A transaction of another client: read, and its signature checked over the bytes received.
void run_recorded(case_check& check);

} // namespace actorbot::vectors::dydx_cases
