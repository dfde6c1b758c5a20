#include "supervision/child_spec.hpp"

#include <set>

namespace actorbot::supervision {

std::string validate(const supervisor_spec& spec) {
  std::set<std::string> earlier;
  for (const auto& child : spec.children) {
    const auto what = "child '" + child.id + "' of supervisor '" + spec.name + "' ";
    if (child.id.empty() || earlier.contains(child.id))
      return what + "needs an id of its own";
    if (!child.start)
      return what + "has no start function";
    if (child.back_off.factor == 0)
      return what + "has a back-off factor of zero";
    if (child.significant && child.kind == restart::permanent)
      return what + "is permanent: it cannot be significant";
    if (child.significant && spec.auto_shutdown == auto_shutdown::never)
      return what + "is significant, but auto_shutdown is never";
    for (const auto& other : child.depends_on)
      if (!earlier.contains(other))
        return what + "depends on '" + other + "', which is not an earlier child";
    earlier.insert(child.id);
  }
  return {};
}

} // namespace actorbot::supervision
