#!/usr/bin/env bash
# tls.sh ROOT: nobody switches certificate verification off, in any language we use. Tests may, to
# prove that it matters.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lines.sh"
cd "${1:?the root of the source tree}"

switches='verify_none|SSL_VERIFY_NONE|set_verify_mode *\([^)]*none|CERT_NONE|verify *= *False'
switches+='|rejectUnauthorized *: *false|NODE_TLS_REJECT_UNAUTHORIZED|curl .*(--insecure| -k )'

found=$(find . -type d \( -name build -o -name node_modules -o -name .git -o -path ./tests \) -prune \
  -o -type f \( -name '*.hpp' -o -name '*.cpp' -o -name '*.py' -o -name '*.sh' -o -name '*.js' \
                -o -name '*.mjs' -o -name '*.toml' \) ! -path './tools/checks/tls.sh' -print0 \
  | sort -z | xargs -0 -r grep -nE "$switches" || true)
report tls "$found"
