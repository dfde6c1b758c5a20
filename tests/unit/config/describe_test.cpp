#include "config/describe.hpp"

#include "config/files.hpp"
#include "config/tables.hpp"
#include "tests/unit/config/fake_kinds.hpp"

#include <doctest/doctest.h>

#include <random>

using namespace actorbot;
using namespace actorbot::config;

namespace {

std::string example(const std::string& name) {
  const auto text = read_text_file(std::string(ACTORBOT_SOURCE_DIR) + "/examples/" + name);
  REQUIRE_MESSAGE(text, name);
  return *text;
}

const std::vector<std::string> examples{"paper-grid.toml", "aster-grid.toml", "sim-grid.toml"};

} // namespace

TEST_CASE("the examples load, and what is printed of them loads to the same bot") {
  for (const auto& name : examples) {
    const auto result = load_text(example(name), name, fake::kinds());
    REQUIRE_MESSAGE(result, fake::errors_of(result));
    const auto text = describe(*result.config, fake::kinds());
    const auto again = fake::load(text);
    REQUIRE_MESSAGE(again, fake::errors_of(again));
    CHECK_MESSAGE(*again.config == *result.config, name);
    CHECK(describe(*again.config, fake::kinds()) == text);
  }
}

TEST_CASE("unusual values survive printing") {
  auto text = fake::paper_with("no_entry_beyond = \"100000000000000000000\"\n"
                               "[strategies.grid.risk]\nmax_order_quantity = 0.000000000000000001\n"
                               "[venues.paper.risk]\nprice_collar = \"0.015%\"\n"
                               "[report]\nfile = 'a \"b\" \\ c'\norders_csv = \"t\\tx\"");
  const auto first = fake::load(text);
  REQUIRE_MESSAGE(first, fake::errors_of(first));
  const auto again = fake::load(describe(*first.config, fake::kinds()));
  REQUIRE_MESSAGE(again, fake::errors_of(again));
  CHECK(*again.config == *first.config);
  CHECK(again.config->report.orders_csv == "t\tx");
}

TEST_CASE("the hash depends on the meaning of a file, not on its spelling") {
  const auto hash = [](const std::string& text) {
    const auto result = fake::load(text);
    REQUIRE_MESSAGE(result, fake::errors_of(result));
    return configuration_hash(*result.config, fake::kinds());
  };
  const auto base = hash(fake::paper_text());
  CHECK(base.size() == 16);
  CHECK(hash("# a comment\n" + fake::paper_with("max_orders = 40")) == base);
  CHECK(hash(fake::paper_with("max_orders = 41")) != base);
  CHECK(hash(fake::paper_with("[runtime]\nthreads = 2")) != base);
}

TEST_CASE("every row of the common tables is documented and its default is valid") {
  for (const auto& table : documented_tables()) {
    CHECK_FALSE(table.help.empty());
    for (const auto& spec : table.rows) {
      CHECK_MESSAGE(!spec.help.empty(), spec.name);
      if (!spec.default_text.empty())
        CHECK_MESSAGE(parse_parameter(spec, spec.default_text).value, spec.name);
      for (const auto& bound : {spec.minimum, spec.maximum})
        if (!bound.empty())
          CHECK_MESSAGE(parse_parameter(spec, bound).value, spec.name);
    }
  }
}

TEST_CASE("the user guide holds the tables as the code has them") {
  const auto guide = read_text_file(std::string(ACTORBOT_SOURCE_DIR) + "/docs/configuration.md");
  REQUIRE(guide);
  const auto tables = tables_as_markdown();
  if (guide->find(tables) == std::string::npos)
    MESSAGE("docs/configuration.md is out of date; its tables should be:\n" << tables);
  CHECK(guide->find(tables) != std::string::npos);
}

TEST_CASE("a mutated file gives a bot or errors with places, never a crash") {
  const std::vector<std::string> pieces{"[",
                                        "]",
                                        "=",
                                        "\"",
                                        "'",
                                        "\n",
                                        "#",
                                        "{",
                                        "}",
                                        ",",
                                        ".",
                                        "0x",
                                        "[[",
                                        "\"\"\"",
                                        "-",
                                        "1e9999",
                                        "true",
                                        "\\u",
                                        "\xC3",
                                        "\r",
                                        "\t",
                                        "[venues.a]",
                                        "kind",
                                        "e",
                                        "999999999999999999999",
                                        "[strategies.grid]\n",
                                        "%",
                                        "'''"};
  std::mt19937 random{20260131}; // NOLINT: a fixed seed makes a failure repeatable
  const auto below = [&](std::size_t n) { return static_cast<std::size_t>(random()) % n; };
  std::size_t good = 0;
  for (int round = 0; round < 4000; ++round) {
    auto text = example(examples[below(examples.size())]);
    for (auto edits = 1 + below(4); edits > 0 && !text.empty(); --edits) {
      const auto at = below(text.size());
      switch (below(5)) {
      case 0:
        text.erase(at, 1 + below(10));
        break;
      case 1:
        text.insert(at, pieces[below(pieces.size())]);
        break;
      case 2:
        text[at] = static_cast<char>(below(256));
        break;
      case 3:
        text.insert(at, text.substr(below(text.size()), below(60)));
        break;
      default:
        text.resize(at + 1);
        break;
      }
    }
    INFO("round " << round);
    const auto result = fake::load(text);
    CHECK(result.config.has_value() == result.errors.empty());
    good += result ? 1 : 0;
    for (const auto& error : result.errors) {
      CHECK(error.where.line >= 1);
      CHECK(error.where.column >= 1);
      CHECK_FALSE(error.text.empty());
    }
    if (result) {
      const auto again = fake::load(describe(*result.config, fake::kinds()));
      REQUIRE_MESSAGE(again, fake::errors_of(again));
      CHECK(*again.config == *result.config);
    }
  }
  CHECK(good > 100);
  CHECK(good < 3900);
}
