#include "tools/actorbot/surface.hpp"

#include "tools/actorbot/advice.hpp"

#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>

namespace actorbot::tools {

namespace {

spdlog::level::level_enum to_spdlog(config::log_level level) {
  switch (level) {
  case config::log_level::trace:
    return spdlog::level::trace;
  case config::log_level::debug:
    return spdlog::level::debug;
  case config::log_level::info:
    return spdlog::level::info;
  case config::log_level::warning:
    return spdlog::level::warn;
  case config::log_level::error:
    return spdlog::level::err;
  }
  return spdlog::level::info;
}

/// "grid: waiting_for_fill, PnL +1.2300 (fees 0.0400), position BTC 0.01 @ 61659.50, 2 cycles, 5
/// fills, 12 orders". What matters most comes first: a narrow terminal shows the beginning.
std::string status_line(const strategy_report& x) {
  decimal pnl, fees;
  std::string positions;
  for (const auto& row : x.positions) {
    pnl += row.realised + row.unrealised - row.fees;
    fees += row.fees;
    positions += (positions.empty() ? "" : ", ") + row.ticker + " " + to_string(row.size);
    if (!row.size.is_zero())
      positions += " @ " + row.average_entry.value().to_fixed(2);
  }
  return x.name + ": " + x.state + ", PnL " + (pnl.is_negative() ? "" : "+") + pnl.to_fixed(4)
         + " (fees " + fees.to_fixed(4) + "), position " + positions + ", "
         + std::to_string(x.cycles) + " cycles, " + std::to_string(x.fills) + " fills, "
         + std::to_string(x.orders) + " orders";
}

/// Columns of the terminal; a line that wraps could not be taken away again.
std::size_t terminal_width() {
  winsize size{};
  if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
    return 80;
  return size.ws_col;
}

/// A venue that comes and goes in order is no reason to look; one that is lost is.
spdlog::level::level_enum level_of(const venue_state_changed& x, bool asked) {
  const bool lost = x.state == venue_state::degraded || x.state == venue_state::maintenance
                    || x.state == venue_state::down || x.state == venue_state::connecting;
  return lost && !asked ? spdlog::level::warn : spdlog::level::info;
}

} // namespace

surface::surface(const config::bot_config& config, bool is_terminal)
    : config_{config}, terminal_{is_terminal} {
  std::vector<spdlog::sink_ptr> sinks{std::make_shared<spdlog::sinks::stderr_sink_mt>()};
  if (!config.bot.log_file.empty())
    sinks.push_back(std::make_shared<spdlog::sinks::basic_file_sink_mt>(config.bot.log_file));
  logger_ = std::make_shared<spdlog::logger>("actorbot", sinks.begin(), sinks.end());
  logger_->set_level(to_spdlog(config.bot.level));
  logger_->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %-7l %v", spdlog::pattern_time_type::utc);
  logger_->flush_on(spdlog::level::info);
}

surface::~surface() { end(); }

std::string surface::venue_name(venue_id id) const {
  const auto index = static_cast<std::size_t>(id);
  return index < config_.venues.size() ? config_.venues[index].name : "?";
}

void surface::log(spdlog::level::level_enum level, const std::string& text) {
  const std::scoped_lock lock{mutex_};
  erase_status();
  logger_->log(level, text);
  print_status();
}

operator_callbacks surface::callbacks(std::function<void(const bot_report&)> finished) {
  operator_callbacks result;
  result.note = [this](const operator_note& x) {
    const auto level = x.level == note_level::info      ? spdlog::level::info
                       : x.level == note_level::warning ? spdlog::level::warn
                                                        : spdlog::level::critical;
    log(level, x.source + ": " + x.text);
  };
  result.venue_state = [this](const venue_state_changed& x) {
    // How a supervisor ends a session in order.
    const bool asked = x.text == "user_shutdown";
    log(level_of(x, asked), venue_name(x.venue) + ": " + std::string{to_string(x.state)} + " ("
                                + (asked ? "stopped by actorbot" : x.text) + ")");
    if (x.state == venue_state::live)
      advised_.erase(venue_name(x.venue));
  };
  result.restart = [this](const restart_happened& x) {
    log(spdlog::level::warn,
        x.supervisor + "/" + x.child + ": restart " + std::to_string(x.count) + " after "
            + to_text(std::chrono::duration_cast<std::chrono::milliseconds>(x.delay)) + ", because "
            + x.reason);
    if (is_authentication(x.reason))
      advise(x.supervisor);
  };
  result.status = [this](const std::vector<strategy_report>& rows) { show(rows); };
  result.finished = std::move(finished);
  return result;
}

void surface::advise(const std::string& venue) {
  for (const auto& known : config_.venues)
    if (known.name == venue && advised_.insert(venue).second)
      log(spdlog::level::critical, venue + ": " + credentials_advice(known));
}

void surface::show(const std::vector<strategy_report>& rows) {
  const auto every = std::max<std::int64_t>(1, config_.report.interval / std::chrono::seconds{1});
  const std::scoped_lock lock{mutex_};
  lines_.clear();
  for (const auto& row : rows)
    lines_.push_back(status_line(row));
  if (terminal_) {
    erase_status();
    print_status();
  } else if (config_.report.interval > duration{0} && ++status_count_ % every == 0) {
    for (const auto& line : lines_)
      logger_->info(line);
  }
}

void surface::erase_status() {
  for (; shown_ > 0; --shown_)
    std::fputs("\x1b[1A\x1b[2K", stderr);
}

void surface::print_status() {
  if (!terminal_ || ended_)
    return;
  const auto width = terminal_width();
  for (const auto& line : lines_)
    std::fprintf(stderr, "%s\n", line.substr(0, width - 1).c_str());
  shown_ = lines_.size();
}

void surface::end() {
  const std::scoped_lock lock{mutex_};
  erase_status();
  ended_ = true;
  logger_->flush();
}

} // namespace actorbot::tools
