#include "config/secrets.hpp"

#include "config/describe.hpp"
#include "tests/unit/config/fake_kinds.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <type_traits>

using namespace actorbot;
using namespace actorbot::config;

namespace {

bot_config aster(const std::string& bot = {}, const std::string& venue = {}) {
  const auto result = fake::load(
      "[bot]\nname = \"a\"\n" + bot
      + "[risk]\nmax_order_notional = 1\nmax_position_notional = 1\nmax_gross_exposure = 1\n"
        "[venues.aster]\nenvironment = \"testnet\"\n"
      + venue
      + "[strategies.grid]\nvenue = \"aster\"\nticker = \"BTC\"\nquantity = 1\n"
        "take_profit = \"1%\"\ndirection = \"buy\"\n");
  REQUIRE_MESSAGE(result, fake::errors_of(result));
  return *result.config;
}

environment_reader reader(std::map<std::string, std::string> variables) {
  return [variables](const std::string& name) -> std::optional<std::string> {
    const auto it = variables.find(name);
    return it == variables.end() ? std::nullopt : std::optional{it->second};
  };
}

std::string text_of(const std::vector<config_error>& errors) {
  std::string out;
  for (const auto& e : errors)
    out += to_string(e) + '\n';
  return out;
}

/// A file that is gone at the end of the test.
class temporary_file {
 public:
  temporary_file(const std::string& name, const std::string& content)
      : path_{(std::filesystem::temp_directory_path() / ("actorbot-config-" + name)).string()} {
    std::ofstream{path_, std::ios::binary} << content;
  }
  ~temporary_file() { std::filesystem::remove(path_); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

template <class T>
concept streamable = requires(std::ostream& out, const T& x) {
  out << x;
};

} // namespace

static_assert(!streamable<secret_text>);
static_assert(!std::is_convertible_v<secret_text, std::string_view>);

TEST_CASE("classic variables are the default, and an optional one may be absent") {
  auto c = aster();
  const auto errors
      = resolve_secrets(c, reader({{"ASTER_API_KEY", "k1"}, {"ASTER_SECRET_KEY", "s1"}}));
  CHECK(text_of(errors) == "");
  const auto& p = c.venues[0].parameters;
  CHECK(p.secrets.at("api_key").reveal() == "k1");
  CHECK(p.secrets.at("secret_key").reveal() == "s1");
  CHECK_FALSE(p.secrets.contains("passphrase"));
  auto handed = with_secrets(p);
  CHECK(handed.text("api_key") == "k1");
  CHECK(handed.span("recv_window") == std::chrono::seconds{5});
  CHECK_FALSE(handed.has("passphrase"));
  wipe_secrets(handed, p);
  CHECK_FALSE(handed.has("api_key"));
  CHECK_FALSE(handed.has("secret_key"));
}

TEST_CASE("what is missing or empty is named") {
  auto c = aster("", "passphrase = \"env:OTHER\"\n");
  CHECK(
      text_of(resolve_secrets(c, reader({{"ASTER_API_KEY", ""}}))) ==
      R"([venues.aster]: `api_key` = `env:ASTER_API_KEY`: the environment variable ASTER_API_KEY is empty
[venues.aster]: `passphrase` = `env:OTHER`: the environment variable OTHER is not set
[venues.aster]: `secret_key` = `env:ASTER_SECRET_KEY`: the environment variable ASTER_SECRET_KEY is not set
)");
  auto d = aster("", "api_key = \"file:/nonexistent/key\"\n");
  CHECK(
      text_of(resolve_secrets(d, reader({{"ASTER_SECRET_KEY", "s"}}))) ==
      R"([venues.aster]: `api_key` = `file:/nonexistent/key`: the file /nonexistent/key does not exist or cannot be read
)");
}

TEST_CASE("a secret from a file loses its line end only") {
  const temporary_file key{"key", " k e y \r\n"};
  auto c = aster("", "api_key = \"file:" + key.path() + "\"\n");
  CHECK(text_of(resolve_secrets(c, reader({{"ASTER_SECRET_KEY", "s"}}))) == "");
  CHECK(c.venues[0].parameters.secrets.at("api_key").reveal() == " k e y ");
}

TEST_CASE("env_file is read behind the process environment") {
  const temporary_file env{"env", "# classic\nexport ASTER_API_KEY='from file'\n"
                                  "ASTER_SECRET_KEY=file-secret # note\n"};
  auto c = aster("env_file = \"" + env.path() + "\"\n");
  CHECK(text_of(resolve_secrets(c, reader({{"ASTER_SECRET_KEY", "process"}}))) == "");
  CHECK(c.venues[0].parameters.secrets.at("api_key").reveal() == "from file");
  CHECK(c.venues[0].parameters.secrets.at("secret_key").reveal() == "process");

  auto missing = aster("env_file = \"/nonexistent/.env\"\n");
  const auto errors
      = resolve_secrets(missing, reader({{"ASTER_API_KEY", "a"}, {"ASTER_SECRET_KEY", "b"}}));
  CHECK(text_of(errors)
        == "/nonexistent/.env: the env_file of [bot] does not exist or cannot be read\n");
}

TEST_CASE("a .env text: quotes, comments, blanks, and wrong lines without their text") {
  const auto content = parse_env_file("A=1\n\n  # note\nB = \"x # y\"\r\nC=a#b\nD='open\nE\n"
                                      "1F=supersecret\nG=\nH= v # c",
                                      ".env");
  CHECK(content.variables.at("A").reveal() == "1");
  CHECK(content.variables.at("B").reveal() == "x # y");
  CHECK(content.variables.at("C").reveal() == "a#b");
  CHECK(content.variables.at("G").reveal() == "");
  CHECK(content.variables.at("H").reveal() == "v");
  CHECK(content.variables.size() == 5);
  CHECK(text_of(content.errors) ==
        R"(.env:6:1: expected NAME=VALUE, NAME='VALUE' or a comment
.env:7:1: expected NAME=VALUE, NAME='VALUE' or a comment
.env:8:1: expected NAME=VALUE, NAME='VALUE' or a comment
)");
}

TEST_CASE("a secret in the file never reaches an error") {
  const std::string secret = "0123456789abcdefSECRET";
  const std::vector<std::string> lines
      = {"api_key = \"" + secret + "\"",
         "api_key = " + secret,
         "api_key = '" + secret,
         "api_key = [\"" + secret + "\"]",
         "api_key = {x = \"" + secret + "\"}",
         "api_key = \"env:" + secret + "-with-dash\"",
         "api_ky = \"" + secret + "\"",
         "api_key = \"" + secret + "\"\napi_key = \"" + secret + "\"",
         "api_key = 0x" + secret,
         "api_key = 12345678901234567890123",
         "api_key = 1.2345678901234567890e999",
         "api_key = \"x\" " + secret};
  for (const auto& line : lines) {
    const auto errors = fake::errors_of("[bot]\nname = \"a\"\n[venues.aster]\n" + line + "\n");
    CHECK_MESSAGE(!errors.empty(), line);
    CHECK_MESSAGE(errors.find("SECRET") == std::string::npos, errors);
    CHECK_MESSAGE(errors.find("345678") == std::string::npos, errors);
  }
}

TEST_CASE("resolved secrets are not part of what is printed") {
  auto c = aster();
  REQUIRE(resolve_secrets(c, reader({{"ASTER_API_KEY", "topsecret"},
                                     {"ASTER_SECRET_KEY", "topsecret"},
                                     {"ASTER_PASSPHRASE", "topsecret"}}))
              .empty());
  CHECK(c.venues[0].parameters.secrets.size() == 3);
  const auto text = describe(c, fake::kinds());
  CHECK(text.find("topsecret") == std::string::npos);
  CHECK(text.find("api_key = \"env:ASTER_API_KEY\"") != std::string::npos);
}

TEST_CASE("a secret text wipes what it was taken from") {
  std::string source = "a long secret that does not fit a small buffer";
  const char* bytes = source.data();
  const auto capacity = source.capacity();
  secret_text taken{std::move(source)};
  CHECK(taken.reveal() == "a long secret that does not fit a small buffer");
  CHECK(source.empty()); // NOLINT: the state after the move is what is tested
  CHECK(std::string(bytes, capacity) == std::string(capacity, '\0'));
  secret_text copy = taken;
  secret_text moved = std::move(taken);
  CHECK(copy == moved);
  CHECK(taken.empty()); // NOLINT
}
