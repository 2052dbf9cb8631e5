#!/bin/bash
# `muster puppet` against nodes that quickstart brought into production, with their real Puppet Servers.
. "$(dirname "$0")/e2e.sh"
readonly nodes=(-I "$(fqdn node1.de)" -I "$(fqdn node2.us)" -I "$(fqdn node3.de)")
exits() { local expected=$1 status=0; shift; "$@" || status=$?; equal "$status" "$expected"; }
restore() { lab_muster puppet enable "${nodes[@]}" </dev/null >/dev/null 2>&1 || true; rm -f "$LAB_OUT.runs"; }
trap restore EXIT

step "runs roll over the nodes, and each end is told"
must "all runs are good" exits 0 lab_muster puppet runall 2 "${nodes[@]}" --json </dev/null >"$LAB_OUT.runs"
must "three ended" equal "$(jq '[.summary.changed, .summary.unchanged] | add' "$LAB_OUT.runs")" 3

step "disabled nodes say so, are counted, and do not run"
must "two are disabled" exits 0 lab_muster puppet disable "out for tea" "${nodes[@]:0:4}" </dev/null
must "they are counted" equal "$(lab_muster puppet count "${nodes[@]}" --json </dev/null | jq -c '[.count.total, .count.enabled]')" "[3,1]"
must "the reason is told" equal "$(lab_muster puppet status "${nodes[@]}" --json </dev/null |
  jq '[.replies[].data.disable_message | select(. == "out for tea")] | length')" 2
must "a run is refused on two of three" exits 2 lab_muster puppet runonce --concurrency 3 "${nodes[@]}" --json </dev/null >"$LAB_OUT.runs"
must "one ran" equal "$(jq '[.summary.changed, .summary.unchanged] | add' "$LAB_OUT.runs")" 1

step "one command's answer is the next one's nodes"
lab_muster puppet status "${nodes[@]}" --json --filter-replies 'data.enabled = false' </dev/null | lab_muster puppet enable
must "all are enabled again" equal "$(lab_muster puppet count "${nodes[@]}" --json </dev/null | jq .count.enabled)" 3
must "the summary knows the last runs" equal "$(lab_muster puppet summary "${nodes[@]}" --json </dev/null | jq '[.replies[] | select(.outcome == "ok")] | length')" 3
