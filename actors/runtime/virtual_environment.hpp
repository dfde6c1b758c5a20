#pragma once

#include "actors/runtime/environment.hpp"
#include "actors/runtime/virtual_world.hpp"

#include <string_view>

namespace actorbot::runtime {

/// The environment of one simulated node: the world's time, and random numbers of its own, so that
/// a node that draws more of them leaves the others' untouched.
class virtual_environment final : public environment {
 public:
  /// `world` must outlive this object. `name` tells the nodes' random numbers apart.
  virtual_environment(virtual_world& world, std::string_view name);

  timestamp now() const override { return world_.now(); }
  std::int64_t monotonic_ns() const override { return world_.elapsed().count(); }
  std::uint64_t random() override { return random_.next(); }
  void after(duration delay, std::function<void()> f) override;
  void post(std::function<void()> f) override;

 private:
  virtual_world& world_;
  seeded_random random_;
};

} // namespace actorbot::runtime
