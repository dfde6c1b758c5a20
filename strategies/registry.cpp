#include "strategies/registry.hpp"

#include "strategies/grid.hpp"

namespace actorbot::strategies {

const std::vector<strategy_descriptor>& all() {
  static const std::vector<strategy_descriptor> strategies{
      grid_descriptor(),
  };
  return strategies;
}

const strategy_descriptor* find(std::string_view name) {
  for (const auto& strategy : all())
    if (strategy.name == name)
      return &strategy;
  return nullptr;
}

} // namespace actorbot::strategies
