#!/bin/sh
# What the integration tests need beyond a JDK and Maven: Node.js with npm, Chromium, Python 3, promtool and nginx. Present: nothing happens. Absent, on Debian
# and as root: installed from Debian's packages (promtool and nginx are taken out of their packages, which would start a server). Otherwise one
# line says what is missing.
set -eu

missing=""
command -v node >/dev/null 2>&1 || missing="$missing nodejs"
command -v npm >/dev/null 2>&1 || missing="$missing npm"
command -v python3 >/dev/null 2>&1 || missing="$missing python3"
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

tools=target/tools
if ! [ -x "$tools/promtool" ]; then
  mkdir -p "$tools"
  if command -v promtool >/dev/null 2>&1; then
    ln -sf "$(command -v promtool)" "$tools/promtool"
  elif command -v apt-get >/dev/null 2>&1; then
    echo "Fetching promtool for the integration tests"
    (
      cd "$tools"
      apt-get download -qq prometheus 2>/dev/null || { apt-get update -qq && apt-get download -qq prometheus; }
      dpkg-deb --fsys-tarfile prometheus_*.deb | tar -x --strip-components=3 ./usr/bin/promtool
      rm prometheus_*.deb
    )
  else
    echo "The integration tests need promtool: install Prometheus, or leave the tests out with -DskipITs." >&2
    exit 1
  fi
fi

if ! [ -x "$tools/nginx" ]; then
  mkdir -p "$tools"
  if command -v nginx >/dev/null 2>&1; then
    ln -sf "$(command -v nginx)" "$tools/nginx"
  elif command -v apt-get >/dev/null 2>&1; then
    echo "Fetching nginx for the integration tests"
    (
      cd "$tools"
      apt-get download -qq nginx 2>/dev/null || { apt-get update -qq && apt-get download -qq nginx; }
      dpkg-deb --fsys-tarfile nginx_*.deb | tar -x --strip-components=3 ./usr/sbin/nginx
      rm nginx_*.deb
    )
  else
    echo "The integration tests need nginx: install it, or leave the tests out with -DskipITs." >&2
    exit 1
  fi
fi

# Sets the clock of one process wrong. Only ./mvnw -Pchaos needs it, so that its absence is no failure here.
if ! [ -e "$tools/libfaketimeMT.so.1" ] && command -v apt-get >/dev/null 2>&1; then
  (
    cd "$tools"
    apt-get download -qq libfaketime 2>/dev/null || { apt-get update -qq && apt-get download -qq libfaketime; }
    dpkg-deb --fsys-tarfile libfaketime_*.deb | tar -x --wildcards --strip-components=5 './usr/lib/*/faketime/libfaketimeMT.so.1'
    rm libfaketime_*.deb
  ) || echo "Without libfaketime the test of clocks that differ cannot run." >&2
fi

major=$(node -p 'process.versions.node.split(".")[0]')
if [ "$major" -lt 18 ]; then
  echo "The integration tests need Node.js 18 or newer; this is $(node --version)." >&2
  exit 1
fi

cd "$1"
npm ci --ignore-scripts --no-audit --no-fund --prefer-offline --loglevel=error
