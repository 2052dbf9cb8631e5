#!/bin/bash
# The agent as a machine runs it: by a real systemd, from the package that an administrator installs. It is a node from first boot
# to production; a restart in the middle of a Puppet run neither ends the run nor costs an attempt.
. "$(dirname "$0")/e2e.sh"
# shellcheck source=debs.sh
. "$(dirname "$0")/debs.sh"
readonly node=serviced.de units=/run/units

# In the mount, pid and ipc namespaces of the host's systemd.
in_systemd() {
  # shellcheck disable=SC2016
  host_run "$node" bash -c 'exec nsenter --target "$(<"/run/lab/systemd.init")" --mount --pid --ipc --cgroup -- "$@"' bash "$@"
}
systemd_is_up() { [[ $(in_systemd systemctl is-system-running 2>/dev/null) == running ]]; }
property() { in_systemd systemctl show --value --property "$1" muster-agent; }
journal() { in_systemd journalctl --unit muster-agent --output cat --no-pager; }
says() { journal | grep -qF -- "$1"; }
at_step() { [[ $(record "$node" step 2>/dev/null) == "$1" ]]; }
is_online() { lab_muster find </dev/null | grep -qx "$(fqdn "$node")"; }
is_offline() { ! lab_muster find | grep -qx "$(fqdn "$node")"; }

# Some containers forbid cgroups to all but their own manager.
unshare --mount --cgroup mount -t cgroup2 cgroup2 /mnt 2>/dev/null ||
  { echo "this machine does not let a namespace have a cgroup hierarchy, so no systemd can run in one"; exit "$SKIPPED"; }

step "a machine with systemd, the agent installed and nothing configured but its token"
host_up "$node"
host_place "$node" de
host_give "$node" "$LAB_OUT/operator/node.token" /etc/muster/join.token
host_run "$node" mkdir -p "$units"
must "its package is made" debs_make
host_run "$node" rm -f /usr/sbin/policy-rc.d  # where this machine forbids packages to touch services, that one does not
must "and installed" debs_install "$node" muster-agent
printf 'policy default allow\n' | host_run "$node" install -D -m 644 /dev/stdin /etc/muster/policies/service.policy
must "the unit is sound" host_run "$node" systemd-analyze verify /lib/systemd/system/muster-agent.service
host_start "$node" systemd "$LAB_CHECKOUT/tests/lab/systemd" "$units"
lab_wait 60 "systemd on $node" systemd_is_up

step "systemctl start is back when the agent is ready, and not before"
must "it starts" in_systemd systemctl start muster-agent
must "it has told that it is ready" equal "$(property ActiveState)/$(property Type)" active/notify
must "its status says where it is" test -n "$(property StatusText)"

step "a restart in the middle of a Puppet run"
lab_wait "$PROVISION_SECONDS" "bootstrap run of $node" at_step bootstrap-run
before=$(property MainPID)
must "it restarts" in_systemd systemctl restart muster-agent
must "it is another process" differ "$before" "$(property MainPID)"
wait_finished "$node"
must "it was one attempt" equal "$(record "$node" attempts)" 1
must "and one bootstrap run" equal \
  "$(lab_muster provision show "$(fqdn "$node")" --json | jq '.steps[] | select(.name == "bootstrap-run") | .tries')" 1
must "$node is in production" in_production "$node" de

step "reload rereads the configuration in the same process; what is wrong with it is in the journal"
pid=$(property MainPID)
printf 'log_leve: info\n' | host_run "$node" install -m 644 /dev/stdin /etc/muster/agent.yaml
in_systemd systemctl reload muster-agent
lab_wait 10 "word of the mistake" says "agent.yaml:1"
must "the nearest name is told" says "log_level"
must "it goes on as before" equal "$(property MainPID)/$(property ActiveState)" "$pid/active"
host_run "$node" rm /etc/muster/agent.yaml

step "asked over the bus to restart itself it answers first, and is back"
before=$(property MainPID)
restart_itself() { lab_muster rpc service restart service=muster-agent -I "$(fqdn "$node")" -t 20 </dev/null >/dev/null; }
is_another() { [[ $(property MainPID) != "$before" && $(property ActiveState) == active ]]; }
must "the call is answered" restart_itself
lab_wait 20 "another process" is_another
lab_wait 20 "$node on the bus" is_online

step "a package that is replaced starts the agent anew; one that was stopped stays so"
before=$(property MainPID)
must "the same again" in_systemd dpkg --install /root/muster-agent.deb
lab_wait 20 "another process" is_another
lab_wait 20 "$node on the bus" is_online

step "stop leaves the bus in order"
must "it stops" in_systemd systemctl stop muster-agent
must "with success" equal "$(property Result)/$(property ExecMainStatus)" success/0
lab_wait 10 "that nobody is expected at $node any more" is_offline
must "the same again" in_systemd dpkg --install /root/muster-agent.deb
must "it is stopped still" equal "$(property ActiveState)" inactive
host_down "$node"
