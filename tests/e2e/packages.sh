#!/bin/bash
# The packages of debian/, on a machine of their own: what is installed, what is not started, and what a removal leaves.
set -euo pipefail
# shellcheck source=assert.sh
. "$(dirname "$0")/assert.sh"
# shellcheck source=../lab/lib/lab.sh
. "$(dirname "$0")/../lab/lib/lab.sh"
# shellcheck source=debs.sh
. "$(dirname "$0")/debs.sh"
readonly lab=$LAB_OUT-packages all=(muster muster-agent muster-orchestrator)

clear_up() {
  lab_use "$lab"
  lab_down
  rm -rf "$lab"
}
trap clear_up EXIT
clear_up

on() { host_run server "$@"; }
has() { on test -e "$1"; }
lacks() { ! has "$1"; }
# The user is this machine's too where Muster is installed on it.
has_user() { on getent passwd muster >/dev/null; }
of_package() { equal "$(on dpkg-query --search "$1" | cut -d: -f1)" "$2"; }
enabled_units() { on find /etc/systemd/system -name 'muster*'; }
needs() { dpkg-deb --field "$(echo "$DEBS/$1"_*.deb)" Depends | grep -qw -- "$2"; }

step "three packages of what was built"
must "they are made" debs_make
must "whoever speaks with other machines has curl's library, which is opened by name" needs muster-agent libcurl4
must "the agent needs nothing of the orchestrator's" equal "$(needs muster-agent libsqlite3-0 && echo yes)" ''

step "installed, nothing runs and nothing is enabled before it is configured"
lab_use "$lab"
lab_up
host_up server
debs_install server "${all[@]}" >"$lab/install.log" 2>&1 || { cat "$lab/install.log" >&2; exit 1; }
for package in "${all[@]}"; do
  must "$package says its version" on "/usr/bin/$package" --version
  must "$package owns its program" of_package "/usr/bin/$package" "$package"
done
must "there is the orchestrator's user" has_user
must "no unit is enabled" equal "$(enabled_units)" ''
must "no process runs" equal "$(on pgrep -l muster || true)" ''
must "the sample agent comes with the agent" of_package /usr/share/muster/samples/marker/marker muster-agent
must "its workflow and description come with the orchestrator" \
  of_package /usr/share/muster/samples/marker-orchestrator/workflow.yaml muster-orchestrator
must "the orchestrator's sample is for people to copy" of_package /usr/share/muster/workflows/puppet.yaml muster-orchestrator
must "with manual pages" test -n "$(on dpkg --listfiles muster-agent | grep -F man8/muster-agent.8)"

step "a removal leaves what people and the programs wrote"
on install -D -m 644 /dev/null /etc/muster/agent.yaml
on install -D -m 600 /dev/null /var/lib/muster/node.key
on dpkg --purge "${all[@]}" >"$lab/purge.log" 2>&1 || { cat "$lab/purge.log" >&2; exit 1; }
for file in /usr/bin/muster /usr/bin/muster-agent /usr/bin/muster-orchestrator /usr/share/muster; do
  must "$file is gone" lacks "$file"
done
must "the configuration is there" has /etc/muster/agent.yaml
must "and so is the state" has /var/lib/muster/node.key
