#include "test_client.hpp"

#include "test_server.hpp"

#include <doctest/doctest.h>

#include <algorithm>

namespace wire_test {

venues::transport_options options_for(std::uint16_t port, std::string host) {
  venues::transport_options options;
  options.endpoints.push_back({std::move(host), port, true});
  options.ca_file = authority_file();
  return options;
}

bool eventually(const std::function<bool()>& done) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{10};
  while (!done()) {
    if (std::chrono::steady_clock::now() > deadline)
      return false;
    std::this_thread::yield();
  }
  return true;
}

test_client::test_client(venues::transport_options options, int threads)
    : io_(threads), work_(io_.get_executor()), factory_(io_, threads > 1) {
  for (int i = 0; i < threads; ++i)
    threads_.emplace_back([this] { io_.run(); });
  transport_ = factory_.make(options, [this] {
    std::lock_guard lock{mutex_};
    ++wakes_;
    woken_.notify_all();
  });
}

test_client::~test_client() {
  transport_.reset();
  work_.reset();
  // The reactor ends by itself once the transport's last operation has ended.
  for (auto& t : threads_)
    t.join();
}

void test_client::call(std::uint64_t id, venues::request_class kind, std::string_view body,
                       std::chrono::milliseconds timeout) {
  venues::http_request_view request;
  request.method = venues::http_method::post;
  request.target = "/order";
  request.body = body;
  request.content_type = "text/plain";
  transport_->call(venues::endpoint_id{0}, venues::request_id{id}, kind, request, timeout);
}

void test_client::get(std::uint64_t id, std::string_view target,
                      std::chrono::milliseconds timeout) {
  venues::http_request_view request;
  request.target = target;
  transport_->call(venues::endpoint_id{0}, venues::request_id{id}, venues::request_class::query,
                   request, timeout);
}

bool test_client::wait(const std::function<bool()>& done) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{10};
  while (!done()) {
    if (transport_ && transport_->drain(*this, drain_limit) > 0)
      continue;
    std::unique_lock lock{mutex_};
    if (!woken_.wait_until(lock, deadline, [&] { return wakes_ > seen_; }))
      return done();
    seen_ = wakes_;
  }
  return true;
}

bool test_client::wait_wake() {
  std::unique_lock lock{mutex_};
  return woken_.wait_for(lock, std::chrono::seconds{10}, [&] { return wakes_ > seen_; });
}

std::size_t test_client::wakes() {
  std::lock_guard lock{mutex_};
  return wakes_;
}

bool test_client::has(heard::what kind, std::uint64_t id) const {
  return std::any_of(events.begin(), events.end(),
                     [&](auto& e) { return e.kind == kind && e.id == id; });
}

const heard& test_client::event(heard::what kind, std::uint64_t id) {
  auto i = std::find_if(events.begin(), events.end(),
                        [&](auto& e) { return e.kind == kind && e.id == id; });
  REQUIRE(i != events.end());
  return *i;
}

void test_client::touch_padding(std::string_view data) {
  // Reads past the end on purpose: an address sanitizer would object if it were not ours.
  volatile char sum = 0;
  for (std::size_t i = 0; i < 64; ++i)
    sum = static_cast<char>(sum ^ data.data()[data.size() + i]);
}

void test_client::add(heard h) {
  events.push_back(std::move(h));
  if (then)
    then(events.back());
}

void test_client::on(const venues::http_answer& e) {
  heard h{heard::what::answer,
          static_cast<std::uint64_t>(e.id),
          e.status,
          true,
          {},
          std::string{e.body},
          {},
          e.at};
  for (auto& x : e.headers)
    h.headers.emplace_back(x.name, x.value);
  touch_padding(e.body);
  add(std::move(h));
}

void test_client::on(const venues::http_failed& e) {
  add({heard::what::failed,
       static_cast<std::uint64_t>(e.id),
       0,
       e.written,
       {},
       std::string{e.text},
       {},
       e.at});
}

void test_client::on(const venues::stream_opened& e) {
  add({heard::what::opened, static_cast<std::uint64_t>(e.stream), 0, false, {}, {}, {}, e.at});
}

void test_client::on(const venues::stream_frame& e) {
  touch_padding(e.data);
  add({heard::what::frame,
       static_cast<std::uint64_t>(e.stream),
       0,
       false,
       e.kind,
       std::string{e.data},
       {},
       e.at});
}

void test_client::on(const venues::stream_closed& e) {
  add({heard::what::closed,
       static_cast<std::uint64_t>(e.stream),
       0,
       false,
       {},
       std::string{e.text},
       {},
       e.at});
}

} // namespace wire_test
