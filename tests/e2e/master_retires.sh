#!/bin/bash
# A master is retired: a new node of its country goes to the other one, its first member moves there, and once that is taken back
# it has nodes as before. The end of a retirement, a CA that is withdrawn, takes a quarter of an hour and is left to unit tests.
. "$(dirname "$0")/e2e.sh"
readonly first=aaa-moves.us  # members are moved by name
readonly fresh=fresh.us

retire() { lab_muster master retire "$(master_fqdn us)" "$@"; }
of_us() { lab_muster master list --json | jq -r --arg master "$(master_fqdn us)" ".masters[] | select(.master == \$master) | $1"; }
stays() { retire --cancel >"$LAB_OUT/stays.log" 2>&1 || true; }
trap stays EXIT

step "$first is in production with puppet.us"
node_up "$first"
wait_finished "$first"
must "it is a member that can be moved" equal "$(of_us '.members.movable[0]')" "$(fqdn "$first")"

step "puppet.us is retired, and $first moves to puppet.de"
must "the order is taken" retire
must "the list says so" equal "$(of_us .retired)" true
has_moved() { [[ $(record "$first" master) == "$(master_fqdn de)" ]] && finished "$first"; }
lab_wait "$((2 * PROVISION_SECONDS))" "$first to be finished with puppet.de" has_moved
must "its old certificate is revoked" revoked_but us "$first" 0
must "puppet.de signed it once" signed_once de "$first"
must "$first is in production" in_production "$first" de

step "a new node of its country goes to the other one"
node_up "$fresh"
wait_finished "$fresh"
must "puppet.us never signed $fresh" never_signed us "$fresh"

step "taken back, it has nodes as before"
must "the order is taken" retire --cancel
trap - EXIT
must "the list says so" equal "$(of_us .retired)" false
