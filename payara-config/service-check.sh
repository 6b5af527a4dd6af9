#!/bin/sh
# Tells systemd whether Cordon serves: Payara Micro itself goes on without it when the deployment failed, and ends with status 0 when its port is taken.
#   service-check.sh free  http://127.0.0.1:8080/             before the start: nobody else answers there
#   service-check.sh ready http://127.0.0.1:8080/health/ready 120   after it: ready within so many seconds, while $MAINPID lives
# Status 0 for yes; 1 with one line for no.
set -u

status() {
  curl --silent --output /dev/null --max-time 5 --write-out '%{http_code}' "$1" || true
}

no() {
  echo "Cordon is not started: $1" >&2
  exit 1
}

case "${1:-}" in
  free)
    [ "$(status "$2")" = 000 ] || no "another server answers at $2: stop it, or choose another port"
    ;;
  ready)
    end=$(($(date +%s) + $3))
    while [ "$(status "$2")" != 200 ]; do
      [ -z "${MAINPID:-}" ] || kill -0 "$MAINPID" 2>/dev/null || no "its process has ended: the lines above say why"
      [ "$(date +%s)" -lt "$end" ] || no "$2 has not answered 200 within $3 s: the log says why"
      sleep 1
    done
    ;;
  *)
    no "service-check.sh free URL, or service-check.sh ready URL SECONDS"
    ;;
esac
