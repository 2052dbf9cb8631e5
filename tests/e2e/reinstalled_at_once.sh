#!/bin/bash
# Twenty-four machines are installed anew at once while both masters hold certificates of all their predecessors: every
# old serial ends in its CA's revocation list, at both masters, and nothing is lost.
. "$(dirname "$0")/trouble.sh"
readonly count=24
readonly many_seconds=300  # two Puppet Servers and all agents share this machine's cores
nodes=()
for ((i = 1; i <= count; i++)); do nodes+=("crowd$i.$( ((i % 2)) && echo de || echo us)"); done

restore() {
  trap - EXIT
  for node in "${nodes[@]}"; do host_down "$node" || true; done
  default_workflow
}
trap restore EXIT

# old_certificates COUNTRY: as if every predecessor had been that master's node.
old_certificates() {
  local node name
  host_run "puppet.$1" openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=key \
    -keyout /tmp/old.key -out /dev/null
  for node in "${nodes[@]}"; do
    name=$(fqdn "$node")
    host_run "puppet.$1" openssl req -new -key /tmp/old.key -subj "/CN=$name" -out /tmp/old.csr
    master_api "$1" PUT "certificate_request/$name" -H 'Content-Type: text/plain' --data-binary @/tmp/old.csr
    master_api "$1" PUT "certificate_status/$name" -H 'Content-Type: application/json' \
      --data '{"desired_state":"signed"}'
    must "puppet.$1 holds the old certificate of $node" signed_once "$1" "$node"
  done
}

step "both masters hold certificates of all $count predecessors"
old_certificates de &
in_de=$!
old_certificates us
wait "$in_de"
step "an orchestrator that leaves Puppet's runs out, and $count machines that boot at once"
quick_workflow -e '/^  - name: bootstrap-run$/,/^$/d' -e '/^  - name: production-run$/,/^$/d'
lab_muster token create --out "$LAB_OUT/operator/crowd.token" --replace --identity "crowd*.$LAB_DOMAIN" --uses 0
for node in "${nodes[@]}"; do node_up "$node" crowd; done
for node in "${nodes[@]}"; do wait_finished "$node" "$many_seconds"; done

# Nobody signs or revokes any more: what both CAs have written down is read once for all that follows.
declare -A inventories=() revocations=()
for country in de us; do
  inventories[$country]=$(inventory "$country")
  revocations[$country]=$(revoked_serials "$country")
done
inventory() { printf '%s\n' "${inventories[$1]}"; }
revoked_serials() { printf '%s\n' "${revocations[$1]}"; }

step "every old serial is in its CA's list, and no new one is"
for node in "${nodes[@]}"; do
  country=${node##*.}
  other=$([[ $country == de ]] && echo us || echo de)
  must "puppet.$country revoked the old one of $node and not the new" revoked_but "$country" "$node" 1
  must "puppet.$country signed $node twice in all" equal "$(signed_serials "$country" "$node" | wc -l)" 2
  must "puppet.$other revoked the one it had of $node" revoked_but "$other" "$node" 0
  must "puppet.$other keeps none of $node" lacks "$other" "$node"
  must "the step says done" equal \
    "$(record "$node" 'steps[] | select(.name == "clean-certificates") | .state')" done
done
step "the audit finds nothing lost"
# What other cases left in this lab is no finding of this one: of names that are gone, or of another master's.
lost() { lab_muster provision audit --json | jq '[.replies[].data.lost[] | select(.in_use != "yes")] | length'; }
must "no certificate is lost" equal "$(lost)" 0
restore
