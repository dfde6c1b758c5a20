#include "venues/registry/registry.hpp"

#include "venues/aster/descriptor.hpp"
#include "venues/backpack/descriptor.hpp"
#include "venues/grvt/descriptor.hpp"
#include "venues/paper/descriptor.hpp"

namespace actorbot::venues {

std::span<const descriptor* const> all() {
  static const descriptor* const venues[] = {
      &aster::describe(),
      &backpack::describe(),
      &grvt::describe(),
      &paper::describe(),
  };
  return venues;
}

const descriptor* find(std::string_view name) {
  for (const auto* const venue : all())
    if (venue->name == name)
      return venue;
  return nullptr;
}

} // namespace actorbot::venues
