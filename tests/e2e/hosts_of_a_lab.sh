#!/bin/bash
# The lab itself, without Puppet: hosts are machines of their own, two labs do not meet, nothing outlives a teardown.
set -euo pipefail
# shellcheck source=assert.sh
. "$(dirname "$0")/assert.sh"
# shellcheck source=../lab/lib/lab.sh
. "$(dirname "$0")/../lab/lib/lab.sh"
readonly here=$LAB_OUT-hosts there=$LAB_OUT-other-hosts
readonly mark=/etc/muster-lab-mark-$$

clear_up() {
  local lab
  for lab in "$here" "$there"; do
    lab_use "$lab"
    lab_down
    rm -rf "$lab"
  done
}
trap clear_up EXIT
clear_up

opens() { host_run "$1" timeout 2 bash -c ": <>/dev/tcp/$2/7"; }
closed() { ! opens "$@" 2>/dev/null; }
unresolved() { ! host_run "$1" getent hosts "$2"; }
alive() { [[ -d /proc/$1 ]]; }
ended() { ! alive "$1"; }

step "two hosts on one wire, one on another"
lab_use "$here"
lab_up
host_up left left.known
host_up right
host_start right echo python3 -c 'import socket; s = socket.create_server(("", 7)); exec("while True: s.accept()[0].close()")'
right=$(host_address right)
lab_wait 10 "the listener on right" opens left "$right"
lab_use "$there"
lab_up
host_up left
must "labs have subnets of their own" differ "${right%.*}" "$(<"$LAB_STATE/subnet")"
must "the other lab does not reach this one" closed left "$right"

step "a host is a machine of its own"
lab_use "$here"
must "it has its name" equal "$(host_run left hostname -f)" "left.$LAB_DOMAIN"
must "right knows left's other name" host_run right getent hosts left.known
must "nobody knows puppet" unresolved right puppet
host_run left touch "$mark"
must "its /etc is not the machine's" test ! -e "$mark"
must "nor that of the other" equal "$(host_run right find "$mark" 2>/dev/null || true)" ''
must "it has no Puppet certificates" equal "$(host_run left find /var/lib/puppet -type f)" ''

step "nothing outlives a teardown, not even who is deaf to signals and has left its session"
host_start left deaf bash -c 'trap "" TERM INT HUP; setsid bash -c "trap \"\" TERM INT HUP; sleep 3000" & sleep 3000'
mapfile -t processes < <(pgrep --ns "$(host_pid left)" --nslist pid)
must "it has processes" test "${#processes[@]}" -ge 4
lab_down
for pid in "${processes[@]}"; do lab_wait 5 "end of $pid" ended "$pid"; done
must "no link remains" equal "$(ip -o link show | grep -c " ${LAB_LINK}[@:]")" 0
must "no state remains" test ! -e "$LAB_STATE"
must "the logs remain" test -d "$(host_logs left)"
lab_use "$there"
must "the other lab is untouched" host_is_up left
