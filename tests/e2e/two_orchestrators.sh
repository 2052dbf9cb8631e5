#!/bin/bash
# Two orchestrators at once, and nobody told them of each other: every node is finished, by one of them, with one
# certificate; the other leaves it alone, then and later.
. "$(dirname "$0")/trouble.sh"
readonly nodes=(shared1.de shared2.us shared3.de shared4.us)
orchestrators=(orchestrator orchestrator2)

restore() {
  trap - EXIT
  host_down orchestrator2
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
restore
