#!/bin/bash
# The Puppet Server of a node's own country is down: it goes to the other, and comes from there to production.
. "$(dirname "$0")/trouble.sh"
readonly node=stranded.de

start_again() { master_serve de; }
trap start_again EXIT

step "the Puppet Server of de ends; the agent beside it stays"
master_stop_serving de
node_up "$node"
lab_wait "$PROVISION_SECONDS" "the other master's signature" has_been_signed "$node"
serve_again de  # meanwhile: nobody asks a CA any more
wait_finished "$node"
step "the other master has signed, and only that one"
must "$node names its master" equal "$(record "$node" master)" "$(master_fqdn us)"
must "puppet.us signed $node once" signed_once us "$node"
must "puppet.de never signed $node" never_signed de "$node"
must "$node is in production" in_production "$node" us

step "puppet.de is back, and what it was owed is cleaned"
served_again de
trap - EXIT
owed_is_cleaned() {
  grep -qE "master that is back .*$(master_fqdn de) certname=$(fqdn "$node")" <(log_of orchestrator muster-orchestrator)
}
lab_wait 60 "the orchestrator to see that" owed_is_cleaned
