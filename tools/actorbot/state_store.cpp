#include "tools/actorbot/state_store.hpp"

#include "venues/crypto/sha256.hpp"

#include <nlohmann/json.hpp>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace actorbot::tools {

namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const std::string& what, const std::string& path) {
  throw std::runtime_error(what + " " + path + ": " + std::strerror(errno));
}

void write_all(int file, std::string_view text, const std::string& path) {
  while (!text.empty()) {
    const auto count = ::write(file, text.data(), text.size());
    if (count < 0 && errno == EINTR)
      continue;
    if (count <= 0)
      fail("cannot write", path);
    text.remove_prefix(static_cast<std::size_t>(count));
  }
}

} // namespace

instance_lock::instance_lock(const std::string& path) {
  file_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file_ < 0)
    fail("cannot open the lock file", path);
  if (::flock(file_, LOCK_EX | LOCK_NB) != 0) {
    ::close(file_);
    file_ = -1;
  }
}

instance_lock::~instance_lock() {
  if (file_ >= 0)
    ::close(file_);
}

state_store::state_store(std::string dir, std::string bot)
    : dir_{std::move(dir)},
      path_{dir_ + "/" + bot + ".json"},
      lock_path_{dir_ + "/" + bot + ".lock"},
      ids_path_{dir_ + "/" + bot + ".ids"} {
  std::error_code error;
  fs::create_directories(dir_, error);
  if (error)
    throw std::runtime_error("cannot create the state directory " + dir_ + ": " + error.message());
}

instance_lock state_store::lock() const { return instance_lock{lock_path_}; }

state state_store::read() const {
  std::ifstream in{path_};
  if (!in) {
    if (fs::exists(path_))
      fail("cannot read the state file", path_);
    return {};
  }
  try {
    const auto json = nlohmann::json::parse(in);
    state result;
    result.run = json.at("run").get<std::uint32_t>();
    result.strategies = json.at("strategies").get<std::map<std::string, std::uint16_t>>();
    for (const auto& [name, saved] : json.at("saved").items())
      result.saved[name] = saved.dump();
    return result;
  } catch (const nlohmann::json::exception& error) {
    throw std::runtime_error("the state file " + path_ + " is damaged (" + error.what()
                             + "); restore it, or give the bot another name");
  }
}

state state_store::begin_run(const std::vector<std::string>& strategies) const {
  auto result = read();
  if (result.run == 0xffffffff)
    throw std::runtime_error("run numbers are used up in " + path_);
  ++result.run;
  std::uint16_t highest = 0;
  for (const auto& [name, number] : result.strategies)
    highest = std::max(highest, number);
  for (const auto& name : strategies)
    if (!result.strategies.contains(name)) {
      if (highest == 0xffff)
        throw std::runtime_error("strategy numbers are used up in " + path_);
      result.strategies[name] = ++highest;
    }
  write(result);
  return result;
}

void state_store::write(const state& s) const {
  nlohmann::json json;
  json["run"] = s.run;
  json["strategies"] = s.strategies;
  json["saved"] = nlohmann::json::object();
  for (const auto& [name, text] : s.saved)
    json["saved"][name] = nlohmann::json::parse(text);
  const auto temporary = path_ + ".new";
  const int file = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0)
    fail("cannot write the state file", temporary);
  try {
    write_all(file, json.dump(2) + "\n", temporary);
    if (::fsync(file) != 0)
      fail("cannot sync", temporary);
  } catch (...) {
    ::close(file);
    throw;
  }
  ::close(file);
  if (::rename(temporary.c_str(), path_.c_str()) != 0)
    fail("cannot replace", path_);
  // The rename itself is durable only once the directory is.
  const int folder = ::open(dir_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder >= 0) {
    ::fsync(folder);
    ::close(folder);
  }
}

std::vector<venues::id_block> state_store::id_blocks(const std::string& venue) const {
  std::ifstream in{ids_path_};
  std::vector<venues::id_block> result;
  std::string line;
  std::uintmax_t good = 0;
  while (std::getline(in, line) && !in.eof()) {
    good += line.size() + 1;
    std::istringstream words{line};
    std::string name;
    venues::id_block block;
    std::uint16_t strategy = 0;
    if (!(words >> name >> block.first >> block.sequence >> block.run >> strategy))
      throw std::runtime_error("the file " + ids_path_ + " is damaged (\"" + line
                               + "\"); restore it, or give the bot another name");
    block.strategy = strategy_id{strategy};
    if (name == venue)
      result.push_back(block);
  }
  in.close();
  // What a crash cut short would run into the next line.
  if (std::error_code error; fs::exists(ids_path_) && fs::file_size(ids_path_, error) > good)
    fs::resize_file(ids_path_, good);
  return result;
}

std::string state_store::append_id_block(const std::string& venue,
                                         const venues::id_block& block) const {
  const int file = ::open(ids_path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (file < 0)
    return "cannot open " + ids_path_ + ": " + std::strerror(errno);
  std::ostringstream line;
  line << venue << ' ' << block.first << ' ' << block.sequence << ' ' << block.run << ' '
       << static_cast<std::uint16_t>(block.strategy) << '\n';
  std::string problem;
  try {
    write_all(file, line.str(), ids_path_);
    if (::fdatasync(file) != 0)
      fail("cannot sync", ids_path_);
  } catch (const std::runtime_error& error) {
    problem = error.what();
  }
  ::close(file);
  return problem;
}

instance_lock lock_account(const std::string& venue_kind, const std::string& environment,
                           const std::string& identity) {
  const auto folder = fs::temp_directory_path() / ("actorbot-" + std::to_string(::getuid()));
  std::error_code error;
  fs::create_directories(folder, error);
  if (error)
    throw std::runtime_error("cannot create " + folder.string() + ": " + error.message());
  const auto digest = crypto::sha256(venue_kind + "\n" + environment + "\n" + identity);
  char name[33];
  for (std::size_t i = 0; i < 16; ++i)
    std::snprintf(name + 2 * i, 3, "%02x", static_cast<unsigned>(digest[i]));
  return instance_lock{(folder / ("account-" + std::string{name} + ".lock")).string()};
}

} // namespace actorbot::tools
