#!/bin/sh
# What the integration tests need beyond a JDK and Maven: Node.js with npm, and Chromium. Present: nothing happens. Absent, on Debian and
# as root: installed from Debian's packages. Otherwise one line says what is missing.
set -eu

missing=""
command -v node >/dev/null 2>&1 || missing="$missing nodejs"
command -v npm >/dev/null 2>&1 || missing="$missing npm"
[ -x /usr/bin/chromium ] || missing="$missing chromium"

if [ -n "$missing" ]; then
  if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    echo "The integration tests need these Debian packages:$missing. Install them (apt-get install$missing), or leave the tests out with -DskipITs." >&2
    exit 1
  fi
  echo "Installing$missing for the integration tests"
  apt-get update -qq
  # shellcheck disable=SC2086 # a list of packages
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
fi

major=$(node -p 'process.versions.node.split(".")[0]')
if [ "$major" -lt 18 ]; then
  echo "The integration tests need Node.js 18 or newer; this is $(node --version)." >&2
  exit 1
fi

cd "$1"
npm ci --ignore-scripts --no-audit --no-fund --prefer-offline --loglevel=error
