#include "tools/vectors/runner.hpp"

#include <CLI/CLI.hpp>

#include <exception>
#include <fstream>
#include <iostream>
#include <sstream>

namespace {

using namespace actorbot::vectors;

std::string footer() {
  std::ostringstream text;
  text << "Known files and case kinds:\n";
  for (const auto& runner : runners()) {
    text << "  " << runner.name << ":";
    for (const auto& entry : runner.kinds)
      text << " " << entry.kind;
    text << "\n";
  }
  text << "\nA file is an object with a list \"cases\"; each case has kind, name, input and\n"
          "expected. Its member \"venue\", or else its file name, tells what it is about.\n\n"
          "Exit code: 0 when no case failed, 1 when one did (with --strict: or was skipped),\n"
          "2 when a file cannot be read.\n\n"
          "Example:\n  actorbot-vectors --strict tests/data/vectors/*.json\n";
  return text.str();
}

tally run_path(const std::string& path) {
  std::ifstream stream{path};
  if (!stream)
    throw std::runtime_error(path + ": cannot be opened");
  try {
    return run_file(path, json::parse(stream), std::cout);
  } catch (const json::exception& problem) {
    throw std::runtime_error(path + ": " + problem.what());
  }
}

} // namespace

int main(int argc, char** argv) {
  CLI::App app{
      "Checks actorbot's cryptography and request signing against test vectors that other\n"
      "implementations produced. Prints a line for each failed case and the counts.",
      "actorbot-vectors"};
  std::vector<std::string> paths;
  bool strict = false;
  app.add_option("FILE", paths, "JSON files with vectors")->required();
  app.add_flag("--strict", strict, "fail as well when a case was skipped as unknown");
  app.footer(footer());
  CLI11_PARSE(app, argc, argv);
  tally total;
  try {
    for (const auto& path : paths)
      total += run_path(path);
  } catch (const std::exception& problem) {
    std::cerr << "actorbot-vectors: " << problem.what() << "\n";
    return 2;
  }
  std::cout << total.text() << "\n";
  return total.failed != 0 || (strict && total.skipped != 0) ? 1 : 0;
}
