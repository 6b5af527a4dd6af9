#!/bin/sh
# The WAR on a Payara Server of its own: start, deploy, list, a setting that takes effect at once, undeploy with clean closes. Needs a built
# WAR (./mvnw -DskipTests package), the tests' Node packages (target/js, from ./mvnw verify) and 400 MB of disk; a minute or two.
#   src/test/sh/payara-server.sh [folder to work in, default target/payara-server]
set -eu

version=6.2025.9
work=${1:-target/payara-server}
war=$(pwd)/target/cordon.war
js=$(pwd)/target/js/src/test/js/it
http=18480
base=18400 # of the domain's ports: administration 18448, HTTP 18480

fail() {
  echo "FAILED: $*" >&2
  exit 1
}

[ -f "$war" ] || fail "no target/cordon.war: run ./mvnw -DskipTests package first"
[ -d "$js/node_modules" ] || fail "no $js/node_modules: run ./mvnw verify first"
mkdir -p "$work"
[ -f "$work/payara-$version.zip" ] || ./mvnw -B -q dependency:copy -Dartifact=fish.payara.distributions:payara:$version:zip -DoutputDirectory="$work"
[ -d "$work/payara6" ] || (cd "$work" && jar xf "payara-$version.zip")
asadmin() {
  sh "$work/payara6/bin/asadmin" --port 18448 "$@"
}

rm -rf "$work/payara6/glassfish/domains/cordon"
asadmin create-domain --portbase $base --nopassword=true cordon >"$work/asadmin.log" 2>&1 || fail "create-domain, see $work/asadmin.log"
trap 'asadmin stop-domain --kill=true cordon >/dev/null 2>&1 || true' EXIT
asadmin start-domain cordon >>"$work/asadmin.log" 2>&1 || fail "start-domain, see $work/asadmin.log"
asadmin set configs.config.server-config.network-config.network-listeners.network-listener.http-listener-1.address=127.0.0.1 >>"$work/asadmin.log" 2>&1
asadmin create-system-properties "cordon.token.hmac-secret=a-secret-of-thirty-two-bytes-or-more:cordon.api.keys=key-of-the-back-end" >>"$work/asadmin.log" 2>&1
asadmin deploy --name cordon --contextroot / "$war" >>"$work/asadmin.log" 2>&1 || fail "deploy, see $work/asadmin.log"
asadmin list-applications | grep -q '^cordon ' || fail "the application is not listed"
echo "ok 1 - deployed and listed"

curl -fsS "http://127.0.0.1:$http/health/ready" >/dev/null || fail "not ready"
echo "ok 2 - ready"

SERVER="http://127.0.0.1:$http" ASADMIN="$(cd "$work" && pwd)/payara6/bin/asadmin" node "$(pwd)/src/test/js/server/payara-server.mjs" "$js" ||
  fail "see above; the server's log is $work/payara6/glassfish/domains/cordon/logs/server.log"
asadmin list-applications | grep -q '^cordon ' && fail "still listed after undeploy"
grep -E '\|(SEVERE|WARNING)\|.*dev\.cordon|\[dev\.cordon.*(SEVERE|ERROR)' "$work/payara6/glassfish/domains/cordon/logs/server.log" && fail "the log has errors of Cordon's"
echo "ok 6 - undeployed, no errors in the log"
