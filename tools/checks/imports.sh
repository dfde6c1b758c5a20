#!/usr/bin/env bash
# imports.sh ROOT: the import direction of docs/architecture.md.
#   messages <- venues, strategies, config <- actors <- supervision <- tools
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lines.sh"
cd "${1:?the root of the source tree}"

# forbid FOLDER TEXT PATTERN: include lines in FOLDER that match, with the rule that they break.
forbid() {
  code_lines "^[ \t]*#[ \t]*include[ \t]*$3" "$1" | sed "s|\$|   <- $2|"
}

# only FOLDER NAME...: quoted includes in FOLDER must begin with one of the names.
only() {
  local folder=$1
  shift
  local names
  names=$(IFS='|'; echo "$*")
  code_lines '^[ \t]*#[ \t]*include[ \t]*"' "$folder" | { grep -vE "include[ 	]*\"($names)/" || true; } \
    | sed "s|\$|   <- $folder includes only $*, from the repository's root|"
}

# What brings CAF's actors along. CAF's inspection (caf/meta) is what messages are made of.
actor_headers='<caf/(all|actor|event_based|typed_|stateful|blocking|scoped|io/|openssl/|scheduler|send|spawn|behavior|config_value|response)'
wired_messages='"messages/(actors|wiring|registration)[.]hpp"'

found=$(
  only messages messages
  only venues messages venues
  only strategies messages strategies
  only config messages config
  only actors/runtime messages actors/runtime
  only actors messages venues strategies config actors
  only supervision messages venues strategies config actors supervision
  for folder in venues strategies config; do
    forbid $folder "$folder knows no actors" "$actor_headers"
    forbid $folder "$folder knows no actors" "$wired_messages"
  done
)
report imports "$found"
