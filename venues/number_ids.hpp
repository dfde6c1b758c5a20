#pragma once

#include "messages/ids.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace actorbot::venues {

/// The client ids that a venue takes as numbers; both ends belong to it.
struct number_range {
  std::uint64_t first = 1;
  std::uint64_t last = 0xffff'ffff;
};

/// `size` numbers from `first` on are the orders of one strategy in one run, from its `sequence` on.
struct id_block {
  std::uint64_t first = 0;
  std::uint64_t sequence = 0;
  std::uint32_t run = 0;
  strategy_id strategy{};
  friend bool operator==(const id_block&, const id_block&) = default;
};

/// Our client order ids as numbers, for venues whose ids have 32, 48 or 64 bits and cannot carry
/// bot, strategy and run. Numbers are taken in blocks, and a block is written down before its first
/// number is used: after a restart the block says whose order a number is. A number never repeats;
/// when the range is used up there is none.
///
/// One for each venue account; thread-safe (sessions of an account follow each other on any thread).
class number_ids {
 public:
  static constexpr std::uint64_t block_size = 1024;
  /// Makes a block durable; returns what went wrong, empty when it is safe to use. Called at most
  /// once in block_size / 2 orders, half a block ahead of need.
  using write_down = std::function<std::string(const id_block&)>;

  /// `known`: the blocks of earlier runs. Programs of others draw numbers on the same account, and
  /// so do our bots with other numbers: each bot starts elsewhere in the range.
  number_ids(std::uint16_t bot, number_range range, const std::vector<id_block>& known,
             write_down keep);

  /// The order's number; empty when the range is used up or a block could not be written down.
  std::optional<std::uint64_t> number_of(const client_order_id& id);
  /// Whose number it is; empty for numbers that are not ours.
  std::optional<client_order_id> id_of(std::uint64_t number) const;

 private:
  struct owner {
    std::uint32_t run = 0;
    strategy_id strategy{};
    std::uint64_t chunk = 0; ///< the sequence divided by block_size
    friend auto operator<=>(const owner&, const owner&) = default;
  };

  std::optional<std::uint64_t> block_for(const owner& whose);

  const std::uint16_t bot_;
  const number_range range_;
  const write_down keep_;
  mutable std::mutex mutex_;
  std::map<std::uint64_t, owner> by_block_; ///< number of the block in the range -> owner
  std::map<owner, std::uint64_t> by_owner_;
  std::uint64_t next_block_ = 0;
};

} // namespace actorbot::venues
