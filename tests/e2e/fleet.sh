# shellcheck shell=bash
# A fleet of real agents in a lab of its own, taken down however the case ends.
set -euo pipefail
# shellcheck source=assert.sh
. "$(dirname "${BASH_SOURCE[0]}")/assert.sh"
for part in lib/lab lib/ui quickstart/{build,broker,masters,services,orchestrator,nodes,show,fleet}; do
  # shellcheck source=/dev/null
  . "$(dirname "${BASH_SOURCE[0]}")/../lab/$part.sh"
done
# Not the lab of the cases beside this one, which they take down with all that quickstart made there.
export MUSTER_LAB_OUT=$LAB_OUT-own
lab_use "$MUSTER_LAB_OUT-fleet"  # as quickstart --fleet calls it
readonly scratch=$LAB_OUT.scratch

fleet_down() { lab_down >/dev/null 2>&1 || true; rm -rf "$scratch"; }
fleet_start() {
  trap fleet_down EXIT
  mkdir -p "$scratch"
  step "a fleet of $1"
  "$LAB_CHECKOUT/quickstart" --fleet "$1" >"$scratch/environment" 2>"$scratch/quickstart" </dev/null ||
    { cat "$scratch/quickstart"; exit 1; }
}

# agent_do SIGNAL NUMBER…: to the agents of these numbers.
agent_do() {
  local signal=$1 number
  shift
  for number in "$@"; do
    host_run fleet pkill "-$signal" -f "^muster-agent --config /srv/fleet/agent$(printf %03d "$number")[.]"
  done
}
named() { local number; for number in "$@"; do fleet_identities "$((number + 1))" | tail -n 1; done | sort; }
