#pragma once

#include "actors/operator.hpp"
#include "config/bot_config.hpp"

#include <spdlog/logger.h>

#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace actorbot::tools {

/// What the operator sees of a run: log lines through spdlog and, on a terminal, one live status line
/// a strategy below them. Elsewhere the status is a plain log line now and then.
class surface {
 public:
  surface(const config::bot_config& config, bool is_terminal);
  ~surface();

  /// For the operator actor; they may be called from any thread.
  operator_callbacks callbacks(std::function<void(const bot_report&)> finished);
  /// Takes the status lines away, for good.
  void end();

 private:
  void show(const std::vector<strategy_report>& rows);
  void print_status();
  void erase_status();
  void advise(const std::string& venue);
  std::string venue_name(venue_id id) const;
  void log(spdlog::level::level_enum level, const std::string& text);

  const config::bot_config& config_;
  const bool terminal_;
  std::mutex mutex_;
  std::shared_ptr<spdlog::logger> logger_;
  std::vector<std::string> lines_;
  std::size_t shown_ = 0;
  bool ended_ = false;
  std::int64_t status_count_ = 0;
  std::set<std::string> advised_; ///< venues whose credentials were complained about; operator only
};

} // namespace actorbot::tools
