#!/usr/bin/env bash
# install-packages.sh [build|tests]: installs what is missing of the Debian 12 packages that a build
# of the bot needs, or that everything needs (tests, benchmarks, foreign clients). Asks for nothing;
# uses sudo when not root.
set -euo pipefail

build=(
  g++ cmake ninja-build mold pkg-config ca-certificates
  libcaf-dev libboost1.81-dev libssl-dev nlohmann-json3-dev libspdlog-dev libtomlplusplus-dev
  libsecp256k1-dev libsimdjson-dev libcli11-dev zlib1g-dev doctest-dev python3
  libprotobuf-dev protobuf-compiler
)
tests=(git libbenchmark-dev clang-format)
# For the foreign clients that are run against the simulator. Not Debian's where there is another:
# packages of nodejs from elsewhere bring npm along and conflict with Debian's.
command -v node > /dev/null || tests+=(nodejs)
command -v npm > /dev/null || tests+=(npm)

case ${1:-build} in
  build) wanted=("${build[@]}") ;;
  tests) wanted=("${build[@]}" "${tests[@]}") ;;
  *)
    echo "usage: $0 [build|tests]" >&2
    exit 2
    ;;
esac

missing=()
for package in "${wanted[@]}"; do
  status=$(dpkg-query -W -f '${Status}' "$package" 2> /dev/null || true)
  [ "$status" = "install ok installed" ] || missing+=("$package")
done
if [ ${#missing[@]} -eq 0 ]; then
  exit 0
fi

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo > /dev/null || {
    echo "not root and no sudo: install these packages first: ${missing[*]}" >&2
    exit 1
  }
  as_root=(sudo)
fi
echo "installing: ${missing[*]}"
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q update
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
  apt-get -q install --yes --no-install-recommends "${missing[@]}"
