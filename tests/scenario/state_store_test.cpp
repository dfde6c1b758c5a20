#include "tools/actorbot/state_store.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <string>

using namespace actorbot;
using actorbot::tools::state_store;

namespace {

namespace fs = std::filesystem;

struct folder {
  std::string path = (fs::temp_directory_path() / "actorbot-state-store-test").string();
  folder() { fs::remove_all(path); }
  ~folder() { fs::remove_all(path); }
};

venues::id_block block(std::uint64_t first) { return {first, 1024, 3, strategy_id{2}}; }

} // namespace

TEST_CASE("blocks of client ids come back in order, each venue's its own") {
  const folder dir;
  const state_store store{dir.path, "bot"};
  CHECK(store.id_blocks("dydx").empty());
  CHECK(store.append_id_block("dydx", block(1)).empty());
  CHECK(store.append_id_block("backpack", block(5)).empty());
  CHECK(store.append_id_block("dydx", block(~std::uint64_t{0})).empty());
  const state_store later{dir.path, "bot"};
  CHECK(later.id_blocks("dydx") == std::vector{block(1), block(~std::uint64_t{0})});
  CHECK(later.id_blocks("backpack") == std::vector{block(5)});
}

TEST_CASE("a line that a crash cut short was never used: it is dropped and the next one is whole") {
  const folder dir;
  const state_store store{dir.path, "bot"};
  CHECK(store.append_id_block("dydx", block(1)).empty());
  std::ofstream{dir.path + "/bot.ids", std::ios::app} << "dydx 20";
  CHECK(store.id_blocks("dydx") == std::vector{block(1)});
  CHECK(store.append_id_block("dydx", block(2000)).empty());
  CHECK(store.id_blocks("dydx") == std::vector{block(1), block(2000)});
}

TEST_CASE("a damaged file of blocks is an error that names it") {
  const folder dir;
  const state_store store{dir.path, "bot"};
  CHECK(store.append_id_block("dydx", block(1)).empty());
  std::ofstream{dir.path + "/bot.ids", std::ios::app} << "dydx what\n";
  std::string said;
  try {
    store.id_blocks("dydx");
  } catch (const std::runtime_error& error) {
    said = error.what();
  }
  CHECK(said.find("bot.ids") != std::string::npos);
  CHECK(said.find("dydx what") != std::string::npos);
}

TEST_CASE("a block that cannot be written down is said, with the file") {
  const folder dir;
  const state_store store{dir.path, "bot"};
  fs::create_directory(dir.path + "/bot.ids");
  CHECK(store.append_id_block("dydx", block(1)).find("bot.ids") != std::string::npos);
}
