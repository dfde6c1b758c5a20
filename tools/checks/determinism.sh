#!/usr/bin/env bash
# determinism.sh ROOT: clocks, threads, sleep and entropy belong to actors/runtime, venues/net
# (without venues/net/memory, which the simulation runs on), tools and tests. All else is given
# them through actors/runtime/environment.hpp or with the event.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lines.sh"
cd "${1:?the root of the source tree}"

sources='clock::now[ \t]*[(]|sleep_for|sleep_until|this_thread|std::j?thread|std::async|random_device'
sources+='|[^a-z_](gettimeofday|clock_gettime|nanosleep|usleep|getrandom|rand)[ \t]*[(]'
sources+='|[^a-z_.>]time[(](nullptr|NULL|0)[)]|<(thread|future)>'
sources+='|caf::detached|scoped_actor|blocking_actor|caf::aout'

found=$(code_lines "$sources" messages venues strategies config actors supervision \
  | { grep -vE '^(actors/runtime/|venues/net/[^/]+:)' || true; })
report determinism "$found"
