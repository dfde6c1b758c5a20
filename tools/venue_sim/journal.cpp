#include "tools/venue_sim/journal.hpp"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <stdexcept>

namespace actorbot::sim {

namespace {

using nlohmann::json;

journal_entry from_json(const json& line) {
  journal_entry entry;
  entry.what = static_cast<journal_entry::kind>(line.at("k").get<int>());
  entry.time = from_ns(line.at("t").get<std::int64_t>());
  entry.seed = line.value("seed", std::uint64_t{0});
  entry.amount = line.value("amount", std::int64_t{0});
  entry.method = static_cast<venues::http_method>(line.value("m", 0));
  entry.target = line.value("target", "");
  entry.body = line.value("body", "");
  entry.headers = line.value("headers", std::vector<std::pair<std::string, std::string>>{});
  return entry;
}

json to_json(const journal_entry& entry) {
  json line{{"k", static_cast<int>(entry.what)}, {"t", to_ns(entry.time)}};
  if (entry.what == journal_entry::kind::start)
    line["seed"] = entry.seed;
  if (entry.what == journal_entry::kind::speed || entry.what == journal_entry::kind::jump)
    line["amount"] = entry.amount;
  if (entry.what == journal_entry::kind::request) {
    line["m"] = static_cast<int>(entry.method);
    line["target"] = entry.target;
    line["headers"] = entry.headers;
    line["body"] = entry.body;
  }
  return line;
}

} // namespace

journal::journal(const std::string& path) : path_{path} {
  std::uintmax_t whole = 0;
  {
    std::ifstream in{path};
    std::string text;
    while (std::getline(in, text) && !in.eof()) {
      try {
        past_.push_back(from_json(json::parse(text)));
      } catch (const json::exception& error) {
        throw std::invalid_argument(path + ": line " + std::to_string(past_.size() + 1)
                                    + " is damaged: " + error.what());
      }
      whole += text.size() + 1;
    }
  }
  if (std::filesystem::exists(path))
    std::filesystem::resize_file(path, whole);
  out_.open(path, std::ios::app);
  if (!out_)
    throw std::invalid_argument("cannot write " + path);
}

void journal::append(const journal_entry& entry) {
  // Bytes of a client that are no UTF-8 are kept readable, not refused.
  out_ << to_json(entry).dump(-1, ' ', false, json::error_handler_t::replace) << "\n" << std::flush;
}

} // namespace actorbot::sim
