#pragma once

#include "messages/decimal.hpp"
#include "messages/time.hpp"
#include "venues/backpack/server_errors.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The parameters of a call, from its query or its JSON body, and the text that is signed of them.
namespace actorbot::venues::backpack::server {

enum class value_kind : std::uint8_t { text, integer, real, boolean, nested };

struct parameter {
  std::string name;
  value_kind kind = value_kind::text;
  std::string value; ///< as it stands in the signed text: numbers and booleans as sent, texts bare
};

/// Members of one JSON object (null ones left out), or the pairs of a query.
class parameters {
 public:
  /// False for a broken escape or a name that stands twice ("marketType" may).
  bool read_query(std::string_view query);
  /// False for a name that is there already.
  bool add(parameter p);

  const parameter* find(std::string_view name) const;
  const std::vector<parameter>& entries() const { return entries_; }
  /// "instruction=orderCancel&orderId=28&symbol=BTC_USDT": sorted by name.
  void append_signed(std::string& out, std::string_view instruction) const;

 private:
  std::vector<parameter> entries_;
};

/// A body: one object, or a list of them.
struct request_body {
  bool is_list = false;
  std::vector<parameters> objects;
};
/// Empty when the text is anything else, or a name stands twice in an object.
std::optional<request_body> read_payload(std::string_view body);

/// Reads typed values and remembers the first thing that was wrong. In a query all values are
/// texts; in a body decimals are texts and integers are integers.
class parameter_reader {
 public:
  /// `payload` names the body's type in error texts; empty: a query.
  explicit parameter_reader(const parameters& values, std::string_view payload = {})
      : values_{values}, payload_{payload} {}

  bool has(std::string_view name) const { return values_.find(name) != nullptr; }
  std::string_view text(std::string_view name);
  std::optional<std::string_view> optional_text(std::string_view name);
  /// One of the words, by its place in `words`.
  std::optional<std::size_t> word(std::string_view name, std::string_view type,
                                  std::initializer_list<std::string_view> words);
  /// Plain digits with an optional point; not negative.
  std::optional<decimal> amount(std::string_view name);
  std::optional<std::uint64_t> integer(std::string_view name, std::uint64_t most);
  /// An order id: a text of digits, or an integer.
  std::optional<std::uint64_t> id(std::string_view name);
  bool flag(std::string_view name);
  std::optional<timestamp> time_ms(std::string_view name);

  void fail(failure refused);
  const std::optional<failure>& failed() const { return failed_; }

 private:
  void mismatch(const parameter& found, std::string_view type);
  const parameters& values_;
  std::string_view payload_;
  std::optional<failure> failed_;
};

/// `limit` and `offset` of a list.
struct page {
  std::size_t limit = 100;
  std::size_t offset = 0;
};
page read_page(parameter_reader& read, std::size_t most);

} // namespace actorbot::venues::backpack::server
