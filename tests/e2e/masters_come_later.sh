#!/bin/bash
# No master: nodes wait, say so, and cost no attempt. A master that comes, born later or back again, is found by itself
# and at once: with no configuration, no restart, and long before the next try is due.
. "$(dirname "$0")/trouble.sh"
readonly early=early.de patient=patient.us returned=returned.us
readonly RETRY_SECONDS=300     # the least pause of this workflow
readonly AT_ONCE_SECONDS=240   # less than that, on a busy machine

restore() {
  local country
  trap - EXIT
  for country in de us; do
    master_serve "$country"
    host_unit_runs "puppet.$country" muster-agent || host_start "puppet.$country" muster-agent muster-agent
  done
  host_down puppet.fr
  default_workflow
}
trap restore EXIT

waits() {
  must_stand "$1" waiting "$2"
  must "its lease is free" lease_is_free "$1" waiting
  must "no attempt is spent" equal "$(record "$1" attempts)" 0
}

step "both Puppet Servers are down"
quick_workflow -e "s/^(retry_(first|most)_s:) [0-9]+/\1 $((2 * RETRY_SECONDS))/"
host_up puppet.fr
ui_later puppet.fr master_boot fr  # meanwhile
for country in de us; do master_stop_serving "$country"; done
node_up "$early"
waits "$early" "$(master_fqdn de) (its Puppet Server is down"
waits "$early" "$(master_fqdn us) (its Puppet Server is down"

step "no master exists at all"
for country in de us; do host_stop "puppet.$country" muster-agent; done
node_up "$patient"
waits "$patient" "no Puppet master is online"

step "the first master is born"
ui_join puppet.fr
master_join fr
for node in "$early" "$patient"; do
  wait_finished "$node" "$AT_ONCE_SECONDS"
  must "puppet.fr signed $node once" signed_once fr "$node"
  must "$node is in production" in_production "$node" fr
done

step "it goes; the others' agents are back, their Puppet Servers not yet"
host_down puppet.fr
for country in de us; do host_start "puppet.$country" muster-agent muster-agent; done
for country in de us; do lab_wait 30 "puppet.$country among the masters" master_is_known "$country"; done
node_up "$returned"
waits "$returned" "$(master_fqdn us) (its Puppet Server is down"

step "one comes back"
master_serve us
lab_wait "$AT_ONCE_SECONDS" "the signature of the one that is back" has_been_signed "$returned"
serve_again de  # meanwhile: for the cases that follow
wait_finished "$returned" "$AT_ONCE_SECONDS"
must "puppet.us signed $returned once" signed_once us "$returned"
must "$returned is in production" in_production "$returned" us
served_again de
restore
