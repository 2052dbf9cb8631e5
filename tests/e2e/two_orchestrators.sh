#!/bin/bash
# Two orchestrators at once, and nobody told them of each other: every node is finished, by one of them, with one
# certificate; the other leaves it alone, then and later. When one dies, the other does not wait for its leases to end.
. "$(dirname "$0")/trouble.sh"
readonly nodes=(shared1.de shared2.us shared3.de shared4.us)
orchestrators=(orchestrator orchestrator2)

restore() {
  trap - EXIT
  host_down orchestrator2
  host_unit_runs orchestrator muster-orchestrator || orchestrator_start
  orchestrators=(orchestrator)
  default_workflow
}
trap restore EXIT

# lines_about WHAT NODE: how often the orchestrators together have said it.
lines_about() {
  local host
  for host in "${orchestrators[@]}"; do log_of "$host" muster-orchestrator; done |
    grep -F "node=$(fqdn "$2")" | grep -cF "$1" || true
}
runs_puppet() { [[ $(record "$1" step 2>/dev/null) == bootstrap-run ]]; }
is_anothers_than() { [[ $(record "$1" orchestrator) != "$2" ]]; }
left_alone() { (($(lines_about "nothing to do" "$1") >= 1)); }

step "a second orchestrator, with a certificate of its own"
lab_muster operator create orchestrator2 --role orchestrator --dir "$LAB_OUT/operator"
host_up orchestrator2
orchestrator_up orchestrator2
quick_workflow --
step "four nodes boot"
for node in "${nodes[@]}"; do node_up "$node"; done
for node in "${nodes[@]}"; do
  wait_finished "$node"
  must_be_at_home "$node"
done

step "the one that came second looks once more when the lease is over, and changes nothing"
for node in "${nodes[@]}"; do
  lab_wait 60 "a look at $node by the other" left_alone "$node"
  must "one orchestrator finished $node" equal "$(lines_about provisioned "$node")" 1
  must "$node is finished" equal "$(record "$node" state)/$(record "$node" attempts)" finished/1
done

step "one dies in the middle of a Puppet run, with ten minutes of its lease before it: the other goes on at once"
quick_workflow -e 's/^(lease_s:) 10/\1 600/'
node_up orphan.de
lab_wait "$SEEN_SECONDS" "a Puppet run on orphan.de" runs_puppet orphan.de
dead=$(record orphan.de orchestrator)
host_stop "$dead" muster-orchestrator KILL
lab_wait 10 "the other, with orphan.de" is_anothers_than orphan.de "$dead"
wait_finished orphan.de
must_be_at_home orphan.de
restore
