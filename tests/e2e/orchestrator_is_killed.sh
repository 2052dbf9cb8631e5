#!/bin/bash
# kill -9 hits the orchestrator in the middle of one step after the other; started again, it finishes every node.
. "$(dirname "$0")/e2e.sh"
readonly nodes=(stubborn1.de stubborn2.us stubborn3.de)
killed_in=()

# The step that one of our nodes is in, if any.
step_under_way() {
  lab_muster provision list --json | jq -r --arg nodes "${nodes[*]/%/.$LAB_DOMAIN}" \
    '($nodes | split(" ")) as $ours | first(.nodes[] | select(.state == "running" and IN(.identity; $ours[])) | .step) // empty'
}

all_finished() {
  local node
  for node in "${nodes[@]}"; do finished "$node" || return 1; done
}

# Each step that we see somebody in costs the orchestrator its life once.
kill_while_under_way() {
  local deadline=$((SECONDS + PROVISION_SECONDS)) now
  until all_finished || ((SECONDS > deadline)); do
    now=$(step_under_way)
    [[ $now && " ${killed_in[*]-} " != *" $now "* ]] || continue
    host_stop orchestrator muster-orchestrator KILL
    killed_in+=("$now")
    orchestrator_start
  done
}

step "three nodes boot; the orchestrator dies in the middle of each step that is seen"
for node in "${nodes[@]}"; do node_up "$node"; done
kill_while_under_way
echo "killed in: ${killed_in[*]-}"
must "the orchestrator died in several steps" test "${#killed_in[@]}" -ge 2
step "every node arrives"
for node in "${nodes[@]}"; do
  wait_finished "$node"
  must "$node is in production" in_production "$node" "${node##*.}"
done
step "each has exactly one valid certificate, of its own country's master"
for node in "${nodes[@]}"; do
  country=${node##*.}
  other=$([[ $country == de ]] && echo us || echo de)
  must "puppet.$country holds $node" holds "$country" "$node"
  must "puppet.$country revoked all but the last of $node" revoked_but "$country" "$node" 1
  must "puppet.$other never signed $node" never_signed "$other" "$node"
done
