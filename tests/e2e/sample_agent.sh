#!/bin/bash
# The sample agent, installed as docs/operating/SAMPLE_AGENT.md says: a workflow calls it in the join zone and as a member, and so
# do operators.
. "$(dirname "$0")/trouble.sh"
readonly node=marked.de
readonly SAMPLE=$LAB_CHECKOUT/config/samples/marker
readonly LINES=/var/lib/muster-marker

restore() {
  trap - EXIT
  default_workflow
  host_run orchestrator rm -f /etc/muster/ddl/marker.json
}
trap restore EXIT

# give HOST MODE FILE FOLDER
give() { host_run "$1" install -D -m "$2" /dev/stdin "$4/$3" <"$SAMPLE/$3"; }

line() { host_run "$node" cat "$LINES/$1"; }
asked() { lab_muster rpc marker "$@" -I "$(fqdn "$node")"; }
step_is_done() { lab_muster provision show "$(fqdn "$node")" --json | jq -e --arg step "$1" '.steps[] | select(.name == $step and .state == "done")' >/dev/null; }
reads() { asked get name="$1" --json | jq -r '.replies[0].data.text'; }
is_refused() { ! asked set name=mine text=hello >"$LAB_OUT/refused.log" 2>&1; }

step "without its description the workflow is refused in words"
host_run orchestrator install -D -m 644 /dev/stdin /tmp/marker.yaml <"$SAMPLE/workflow.yaml"
host_run orchestrator sh -c 'sed "s|^workflow:.*||; \$a workflow: /tmp/marker.yaml" /etc/muster/orchestrator.yaml >/etc/muster/check.yaml'
must "it says what is unknown" grep -q "unknown agent 'marker'" \
  <(host_run orchestrator muster-orchestrator --check --config /etc/muster/check.yaml 2>&1 || true)

step "with it, a node whose image has the agent is marked on its way"
give orchestrator 644 marker.json /etc/muster/ddl
workflow_is "$(<"$SAMPLE/workflow.yaml")"
node_boot "$node"
give "$node" 755 marker /etc/muster/agents
give "$node" 644 marker.json /etc/muster/agents
give "$node" 644 marker.policy /etc/muster/policies
node_start "$node"
wait_finished "$node"
for name in mark-joining read-mark mark-production; do must "$name is done" step_is_done "$name"; done
must "it was called in the join zone" equal "$(line joining)" "$(fqdn "$node") goes to $(master_fqdn de)"
must "and as a member, with what it answered" \
  equal "$(line production)" "in production; before: $(line joining)"

step "operators read it, and write only where the policy lets them"
must "an operator reads" equal "$(reads production)" "$(line production)"
must "who is no admin is refused" is_refused
must "the refusal names the policy" grep -q 'marker' "$LAB_OUT/refused.log"
must "nothing was written" host_run "$node" test ! -e "$LINES/mine"
restore
