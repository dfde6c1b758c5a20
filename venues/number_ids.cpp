#include "venues/number_ids.hpp"

namespace actorbot::venues {

namespace {

std::uint64_t count_of_blocks(const number_range& range) {
  return (range.last - range.first) / number_ids::block_size;
}

} // namespace

number_ids::number_ids(std::uint16_t bot, number_range range, const std::vector<id_block>& known,
                       write_down keep)
    : bot_{bot}, range_{range}, keep_{std::move(keep)} {
  // Spreads the bots over the range: 40503 / 2^16 is close to the golden ratio.
  next_block_ = count_of_blocks(range_) / 0x10000 * ((bot * 40503u) & 0xffff);
  for (const auto& block : known) {
    const auto number = (block.first - range_.first) / block_size;
    const owner whose{block.run, block.strategy, block.sequence / block_size};
    by_block_[number] = whose;
    by_owner_[whose] = number;
    next_block_ = number + 1; // the newest is the last
  }
}

std::optional<std::uint64_t> number_ids::number_of(const client_order_id& id) {
  std::lock_guard lock{mutex_};
  const owner whose{id.run, id.strategy, id.sequence / block_size};
  const auto block = block_for(whose);
  // The next one ahead of need; should that fail, the order that needs it tries again.
  if (block && id.sequence % block_size >= block_size / 2)
    (void)block_for({whose.run, whose.strategy, whose.chunk + 1});
  if (!block)
    return std::nullopt;
  return range_.first + *block * block_size + id.sequence % block_size;
}

std::optional<client_order_id> number_ids::id_of(std::uint64_t number) const {
  if (number < range_.first || number > range_.last)
    return std::nullopt;
  const auto offset = number - range_.first;
  std::lock_guard lock{mutex_};
  const auto found = by_block_.find(offset / block_size);
  if (found == by_block_.end())
    return std::nullopt;
  const auto& whose = found->second;
  return client_order_id{bot_, whose.strategy, whose.run,
                         whose.chunk * block_size + offset % block_size};
}

/// Needs the lock.
std::optional<std::uint64_t> number_ids::block_for(const owner& whose) {
  if (const auto known = by_owner_.find(whose); known != by_owner_.end())
    return known->second;
  const auto count = count_of_blocks(range_);
  if (by_block_.size() >= count)
    return std::nullopt;
  auto number = next_block_ % count;
  while (by_block_.contains(number))
    number = (number + 1) % count;
  const id_block block{range_.first + number * block_size, whose.chunk * block_size, whose.run,
                       whose.strategy};
  if (!keep_(block).empty())
    return std::nullopt;
  next_block_ = number + 1;
  by_block_[number] = whose;
  by_owner_[whose] = number;
  return number;
}

} // namespace actorbot::venues
