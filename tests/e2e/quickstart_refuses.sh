#!/bin/bash
# What quickstart does when it cannot do as asked, and after Ctrl-C: a clear sentence, and nothing is left.
set -euo pipefail
# shellcheck source=assert.sh
. "$(dirname "$0")/assert.sh"
# shellcheck source=../lab/lib/lab.sh
. "$(dirname "$0")/../lab/lib/lab.sh"
export MUSTER_LAB_OUT=$LAB_OUT-refused  # for quickstart
lab_use "$MUSTER_LAB_OUT"
readonly output=$LAB_OUT.output
quickstart() { "$LAB_CHECKOUT/quickstart" "$@" >"$output" 2>&1 </dev/null; }
trap 'quickstart --down || true; rm -rf "$output" "$LAB_OUT"' EXIT
says() { grep -qF -- "$1" "$output" || { cat "$output" >&2; return 1; }; }
exits() { local expected=$1 status=0; shift; "$@" || status=$?; equal "$status" "$expected"; }
# Not root, but able to read the checkout wherever it lies: /root is closed to others.
as_nobody() {
  setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=+dac_read_search --ambient-caps=+dac_read_search \
    "$LAB_CHECKOUT/quickstart" >"$output" 2>&1
}
hosts_boot() { [[ -e $LAB_STATE/hosts ]]; }

step "wrong words are errors that say which"
must "an unknown option ends with 1" exits 1 quickstart --node 3
must "it is named" says "unknown option '--node'"
must "the usage follows" says "usage: sudo ./quickstart"
must "a number that is none ends with 1" exits 1 quickstart --nodes many
must "it is named" says "not 'many'"
must "a missing number ends with 1" exits 1 quickstart --fleet
must "it is asked for" says "--fleet needs a number"
must "without root it ends with 1" exits 1 as_nobody
must "it says what to do" says "sudo ./quickstart"

step "one run at a time, and Ctrl-C leaves nothing"
set -m  # as a shell does it: a process group of its own, in which SIGINT is not ignored
quickstart --nodes 2 &
first=$!
set +m
lab_wait 30 "the first run's hosts" hosts_boot
must "a second run is refused" exits 1 "$LAB_CHECKOUT/quickstart"
kill -INT -- "-$first"
must "interrupted means 130" exits 130 wait "$first"
must "it says so" says "interrupted"
must "no state remains" test ! -e "$LAB_STATE"
must "no link remains" equal "$(ip -o link show | grep -c " ${LAB_LINK}[@:]")" 0
must "with nothing to take down, --down is fine" quickstart --down
