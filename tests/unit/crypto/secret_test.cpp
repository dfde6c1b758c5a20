#include "venues/crypto/bytes.hpp"
#include "venues/crypto/secp256k1.hpp"
#include "venues/crypto/secret.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <new>
#include <ostream>
#include <type_traits>

using namespace actorbot::crypto;

namespace {

// What the block under watch held at the moment it was given back.
const void* watched = nullptr;
std::size_t watched_size = 0;
bool given_back = false;
bool given_back_clean = false;

void watch(std::string_view text) {
  watched = text.data();
  watched_size = text.size();
  given_back = false;
  given_back_clean = false;
}

void look_at(void* block) noexcept {
  if (block == nullptr || block != watched)
    return;
  const auto* from = static_cast<const char*>(block);
  given_back = true;
  given_back_clean = std::all_of(from, from + watched_size, [](char c) { return c == 0; });
  watched = nullptr;
}

template <class T>
concept streamable = requires(std::ostream& out, const T& value) {
  out << value;
};

constexpr std::string_view long_text = "a text that no short-string optimisation keeps inside";

} // namespace

void* operator new(std::size_t size) {
  if (void* block = std::malloc(size == 0 ? 1 : size))
    return block;
  throw std::bad_alloc{};
}

void operator delete(void* block) noexcept {
  look_at(block);
  std::free(block);
}

void operator delete(void* block, std::size_t) noexcept {
  look_at(block);
  std::free(block);
}

static_assert(streamable<std::string>);
static_assert(!streamable<secret>);
static_assert(!std::is_convertible_v<secret, std::string>);
static_assert(!std::is_convertible_v<secret, std::string_view>);
static_assert(!streamable<private_key>);
static_assert(!std::is_copy_constructible_v<private_key>);

TEST_CASE("the watch on freed memory notices text that was not wiped") {
  {
    const std::string text{long_text};
    watch(text);
  }
  CHECK(given_back);
  CHECK_FALSE(given_back_clean);
}

TEST_CASE("a secret wipes its memory before giving it back") {
  for (const auto text : {long_text, std::string_view{"short"}}) {
    {
      const secret hidden{text};
      CHECK(hidden.reveal() == text);
      watch(hidden.reveal());
    }
    CHECK(given_back);
    CHECK(given_back_clean);
  }
}

TEST_CASE("assigning to a secret wipes what it held") {
  secret hidden{long_text};
  watch(hidden.reveal());
  SUBCASE("by move") { hidden = secret{"another text"}; }
  SUBCASE("by copy") {
    const secret other{"another text"};
    hidden = other;
    CHECK(other.reveal() == "another text");
  }
  CHECK(given_back);
  CHECK(given_back_clean);
  CHECK(hidden.reveal() == "another text");
}

TEST_CASE("a moved secret leaves nothing behind, an assignment to itself keeps it") {
  secret first{long_text};
  secret second{std::move(first)};
  CHECK(first.empty()); // NOLINT(bugprone-use-after-move): the point of the test
  CHECK(second.reveal() == long_text);
  auto& alias = second;
  second = alias;
  CHECK(second.reveal() == long_text);
}

TEST_CASE("taking a text over wipes the original, short or long") {
  for (const auto text : {long_text, std::string_view{"short"}}) {
    std::string original{text};
    const char* memory = original.data();
    const auto hidden = secret::take(original);
    CHECK(hidden.reveal() == text);
    CHECK(original.empty());
    CHECK(original.data() == memory);
    CHECK(std::all_of(memory, memory + text.size(), [](char c) { return c == 0; }));
  }
}

TEST_CASE("a private key overwrites itself on destruction and on a move") {
  const std::string marker(64, 'c'); // 32 bytes of 0xcc, a valid key
  const auto holds_key = [](const void* place) {
    const auto* from = static_cast<const std::uint8_t*>(place);
    const auto* end = from + sizeof(private_key);
    return std::search_n(from, end, 8, 0xcc) != end;
  };
  std::string error;
  auto parsed = private_key::parse(marker, error);
  REQUIRE(parsed.has_value());
  alignas(private_key) unsigned char place[sizeof(private_key)]{};
  auto* key = new (place) private_key{std::move(*parsed)};
  CHECK(holds_key(place));
  CHECK_FALSE(holds_key(&*parsed));
  CHECK_THROWS(static_cast<void>(parsed->sign_recoverable({})));
  key->~private_key();
  CHECK_FALSE(holds_key(place));
}

TEST_CASE("the constant-time comparison compares contents and lengths") {
  CHECK(equal_constant_time(std::string_view{"abc"}, std::string_view{"abc"}));
  CHECK(equal_constant_time(std::string_view{}, std::string_view{""}));
  CHECK_FALSE(equal_constant_time(std::string_view{"abc"}, std::string_view{"abd"}));
  CHECK_FALSE(equal_constant_time(std::string_view{"abc"}, std::string_view{"Abc"}));
  CHECK_FALSE(equal_constant_time(std::string_view{"abc"}, std::string_view{"abcd"}));
  CHECK_FALSE(equal_constant_time(std::string_view{}, std::string_view{"a"}));
}
