#pragma once

#include "venues/protocol.hpp"

#include <cstdint>
#include <utility>
#include <vector>

namespace actorbot::venues {

/// What a session knows of its requests in flight, by the id that comes back with the answer. Slots
/// are used again, ids are not: a second or late answer finds nothing.
template <class Request>
class request_table {
 public:
  request_id add(Request request) {
    if (free_.empty()) {
      free_.push_back(slots_.size());
      slots_.emplace_back();
    }
    const auto slot = free_.back();
    free_.pop_back();
    slots_[slot].request = std::move(request);
    slots_[slot].used = true;
    ++slots_[slot].generation;
    return request_id{slots_[slot].generation << 16 | slot};
  }

  /// Null for an answer that nobody waits for. Good until the next add.
  Request* find(request_id id) {
    const auto slot = static_cast<std::size_t>(id) & 0xffff;
    const auto generation = static_cast<std::uint64_t>(id) >> 16;
    if (slot >= slots_.size() || !slots_[slot].used || slots_[slot].generation != generation)
      return nullptr;
    return &slots_[slot].request;
  }

  /// Of an id that was found.
  Request take(request_id id) {
    const auto slot = static_cast<std::size_t>(id) & 0xffff;
    slots_[slot].used = false;
    free_.push_back(slot);
    return std::move(slots_[slot].request);
  }

 private:
  struct entry {
    Request request;
    bool used = false;
    std::uint64_t generation = 0;
  };
  std::vector<entry> slots_;
  std::vector<std::size_t> free_;
};

} // namespace actorbot::venues
