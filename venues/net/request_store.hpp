#pragma once

#include "venues/protocol.hpp"

#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace actorbot::net {

/// A request as the bytes that go out.
struct outgoing {
  venues::request_id id{};
  venues::request_class kind{};
  std::chrono::steady_clock::time_point deadline;
  std::string bytes;
};

/// Used requests, kept for their storage. Taken on the owner's thread, given back on the reactor.
class request_store {
 public:
  std::unique_ptr<outgoing> take();
  void give_back(std::unique_ptr<outgoing> used);

 private:
  std::mutex mutex_;
  std::vector<std::unique_ptr<outgoing>> spare_;
};

/// Writes the request in HTTP/1.1. `fixed` are the header lines that every request to this host has.
/// False, when a target or header contains a control character: it would forge a header line.
[[nodiscard]] bool write_request(std::string& out, std::string_view fixed,
                                 const venues::http_request_view& request);

} // namespace actorbot::net
