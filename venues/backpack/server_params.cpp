#include "venues/backpack/server_params.hpp"

#include "venues/wire/http_text.hpp"
#include "venues/wire/json_reader.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <limits>

namespace actorbot::venues::backpack::server {

namespace {

constexpr std::size_t most_parameters = 100;
constexpr std::size_t most_objects = 1000;

bool is_plain_number(std::string_view text) {
  const auto point = text.find('.');
  const auto whole = text.substr(0, point);
  const auto rest = point == text.npos ? std::string_view{"0"} : text.substr(point + 1);
  const auto digits = [](std::string_view part) {
    return !part.empty() && part.size() <= 20
           && std::all_of(part.begin(), part.end(), [](char c) { return c >= '0' && c <= '9'; });
  };
  return digits(whole) && digits(rest);
}

/// Collects the members of the outermost objects; what is nested deeper is only noted.
class payload_reader final : public nlohmann::json_sax<nlohmann::json> {
 public:
  request_body take() { return std::move(out_); }

  bool null() override { return depth_ > level_ || inside(); }
  bool boolean(bool value) override { return put(value_kind::boolean, value ? "true" : "false"); }
  bool number_integer(number_integer_t value) override {
    return put(value_kind::integer, std::to_string(value));
  }
  bool number_unsigned(number_unsigned_t value) override {
    return put(value_kind::integer, std::to_string(value));
  }
  bool number_float(number_float_t, const string_t& text) override {
    return put(value_kind::real, text);
  }
  bool string(string_t& value) override { return put(value_kind::text, value); }
  bool binary(binary_t&) override { return false; }

  bool start_object(std::size_t) override {
    if (depth_ > level_ || inside())
      return put(value_kind::nested, {}) && ++depth_ > 0;
    if (out_.objects.size() >= most_objects)
      return false;
    out_.objects.emplace_back();
    ++depth_;
    return true;
  }
  bool end_object() override { return --depth_ >= 0; }
  bool start_array(std::size_t) override {
    if (depth_ == 0) {
      out_.is_list = true;
      level_ = 2;
      depth_ = 1;
      return true;
    }
    return put(value_kind::nested, {}) && ++depth_ > 0;
  }
  bool end_array() override { return --depth_ >= 0; }
  bool key(string_t& name) override {
    if (inside())
      name_ = name;
    return true;
  }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override {
    return false;
  }

 private:
  bool inside() const { return depth_ == level_ && !out_.objects.empty(); }
  bool put(value_kind kind, std::string text) {
    if (depth_ > level_)
      return true;
    return inside() && out_.objects.back().add({name_, kind, std::move(text)});
  }

  request_body out_;
  int depth_ = 0;
  int level_ = 1; ///< where members are: 1 in an object, 2 in a list of objects
  std::string name_;
};

} // namespace

bool parameters::add(parameter p) {
  if (entries_.size() >= most_parameters || (p.name != "marketType" && find(p.name)))
    return false;
  entries_.push_back(std::move(p));
  return true;
}

bool parameters::read_query(std::string_view query) {
  while (!query.empty()) {
    const auto end = query.find('&');
    const auto pair = query.substr(0, end);
    query.remove_prefix(end == query.npos ? query.size() : end + 1);
    if (pair.empty())
      continue;
    const auto equal = pair.find('=');
    auto name = percent_decode(pair.substr(0, equal));
    auto value = percent_decode(equal == pair.npos ? std::string_view{} : pair.substr(equal + 1));
    if (!name || !value || !add({std::move(*name), value_kind::text, std::move(*value)}))
      return false;
  }
  return true;
}

const parameter* parameters::find(std::string_view name) const {
  for (const auto& e : entries_)
    if (e.name == name)
      return &e;
  return nullptr;
}

void parameters::append_signed(std::string& out, std::string_view instruction) const {
  std::vector<const parameter*> sorted;
  for (const auto& e : entries_)
    sorted.push_back(&e);
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto* a, const auto* b) { return a->name < b->name; });
  out += "instruction=";
  out += instruction;
  for (const auto* e : sorted) {
    out += '&';
    out += e->name;
    out += '=';
    out += e->value;
  }
}

std::optional<request_body> read_payload(std::string_view body) {
  payload_reader reader;
  if (!nlohmann::json::sax_parse(body.begin(), body.end(), &reader))
    return std::nullopt;
  auto out = reader.take();
  if (!out.is_list && out.objects.empty())
    return std::nullopt;
  return out;
}

// -- typed values
// -----------------------------------------------------------------------------------

void parameter_reader::fail(failure refused) {
  if (!failed_)
    failed_ = std::move(refused);
}

void parameter_reader::mismatch(const parameter& found, std::string_view type) {
  std::string detail{"Expected input type \""};
  detail += type;
  detail += "\", found ";
  detail += found.kind == value_kind::text ? '"' + found.value + '"' : found.value;
  detail += '.';
  fail(payload_.empty() ? refuse::parameter(found.name, detail)
                        : refuse::payload(type, detail, payload_));
}

std::string_view parameter_reader::text(std::string_view name) {
  const auto value = optional_text(name);
  if (!value && !failed_) {
    const auto detail = "field `" + std::string{name} + "` is required";
    fail(payload_.empty() ? refuse::parameter(name, "parameter is required")
                          : refuse::payload(payload_, detail, payload_));
  }
  return value.value_or(std::string_view{});
}

std::optional<std::string_view> parameter_reader::optional_text(std::string_view name) {
  const auto* found = values_.find(name);
  if (!found)
    return std::nullopt;
  if (found->kind != value_kind::text) {
    mismatch(*found, "string");
    return std::nullopt;
  }
  return found->value;
}

std::optional<std::size_t> parameter_reader::word(std::string_view name, std::string_view type,
                                                  std::initializer_list<std::string_view> words) {
  const auto* found = values_.find(name);
  if (!found)
    return std::nullopt;
  if (found->kind == value_kind::text)
    for (std::size_t i = 0; i < words.size(); ++i)
      if (words.begin()[i] == found->value)
        return i;
  mismatch(*found, type);
  return std::nullopt;
}

std::optional<decimal> parameter_reader::amount(std::string_view name) {
  const auto* found = values_.find(name);
  if (!found)
    return std::nullopt;
  const auto parsed = found->kind == value_kind::text && is_plain_number(found->value)
                          ? decimal::parse(found->value)
                          : std::nullopt;
  if (!parsed)
    mismatch(*found, "string(decimal)");
  return parsed;
}

std::optional<std::uint64_t> parameter_reader::integer(std::string_view name, std::uint64_t most) {
  const auto* found = values_.find(name);
  if (!found)
    return std::nullopt;
  const auto wanted = payload_.empty() ? value_kind::text : value_kind::integer;
  auto parsed = found->kind == wanted ? parse_unsigned(found->value) : std::nullopt;
  if (!parsed || *parsed > most) {
    mismatch(*found, most == std::numeric_limits<std::uint32_t>::max() ? "integer(uint32)"
                                                                       : "integer(uint64)");
    return std::nullopt;
  }
  return parsed;
}

std::optional<std::uint64_t> parameter_reader::id(std::string_view name) {
  const auto* found = values_.find(name);
  if (!found)
    return std::nullopt;
  const bool fits = found->kind == value_kind::text || found->kind == value_kind::integer;
  const auto parsed = fits ? parse_unsigned(found->value) : std::nullopt;
  if (!parsed)
    mismatch(*found, "string");
  return parsed;
}

bool parameter_reader::flag(std::string_view name) {
  const auto* found = values_.find(name);
  if (!found)
    return false;
  const auto wanted = payload_.empty() ? value_kind::text : value_kind::boolean;
  if (found->kind == wanted && (found->value == "true" || found->value == "false"))
    return found->value == "true";
  mismatch(*found, "boolean");
  return false;
}

std::optional<timestamp> parameter_reader::time_ms(std::string_view name) {
  const auto* found = values_.find(name);
  if (!found)
    return std::nullopt;
  const auto parsed = parse_ms(found->value);
  if (!parsed)
    mismatch(*found, "integer(int64)");
  return parsed;
}

page read_page(parameter_reader& read, std::size_t most) {
  page out;
  out.limit = static_cast<std::size_t>(read.integer("limit", most).value_or(out.limit));
  out.offset = static_cast<std::size_t>(read.integer("offset", 1'000'000'000).value_or(0));
  if (out.limit == 0)
    read.fail(refuse::parameter("limit", "must be at least 1"));
  return out;
}

} // namespace actorbot::venues::backpack::server
