#include "actors/runtime/virtual_environment.hpp"

#include <utility>

namespace actorbot::runtime {

namespace {

std::uint64_t seed_for(std::uint64_t seed, std::string_view name) {
  // FNV-1a of the name, mixed so that neighbouring seeds share nothing.
  std::uint64_t hash = 14'695'981'039'346'656'037u;
  for (const char c : name)
    hash = (hash ^ static_cast<unsigned char>(c)) * 1'099'511'628'211u;
  return seeded_random{seed}.next() ^ hash;
}

} // namespace

virtual_environment::virtual_environment(virtual_world& world, std::string_view name)
    : world_(world), random_(seed_for(world.options().seed, name)) {}

void virtual_environment::after(duration delay, std::function<void()> f) {
  world_.schedule(delay, std::move(f));
}

void virtual_environment::post(std::function<void()> f) { world_.post(std::move(f)); }

} // namespace actorbot::runtime
