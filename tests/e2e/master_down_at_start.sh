#!/bin/bash
# A master is down, its agent too, when the orchestrator starts: the orchestrator owes it the cleaning, still after another
# start, and pays when it is back. Then a workflow chooses by a fact of masters that no presence tells.
. "$(dirname "$0")/trouble.sh"
readonly node=debtor.de roomy=roomy.de
readonly PAID_SECONDS=120

restore() {
  trap - EXIT
  for country in de us; do
    master_serve "$country"
    host_run "puppet.$country" rm -f /etc/facter/facts.d/site.yaml
    host_unit_runs "puppet.$country" muster-agent || host_start "puppet.$country" muster-agent muster-agent
  done
  default_workflow
}
trap restore EXIT

restart_orchestrator() {
  local starts
  starts=$(starts_of orchestrator)
  host_stop orchestrator muster-orchestrator
  orchestrator_start
  lab_wait 30 "the orchestrator again" has_started_again orchestrator "$starts"
}
debts() { host_run orchestrator cat /var/lib/muster-orchestrator/debts.json; }
owes() { debts | grep -qF "$(fqdn "$1")"; }
owes_not() { ! owes "$1"; }
cleaned() { revoked_but us "$node" 0 2>/dev/null && lacks us "$node"; }
said_of_cleaning() { record "$node" 'steps[] | select(.name == "clean-certificates") | .message'; }
# in_room HOST ROOM: a nested fact, which presence leaves out.
in_room() {
  printf -- '---\nsite:\n  room: %s\n' "$2" | host_run "$1" install -D -m 644 /dev/stdin /etc/facter/facts.d/site.yaml
}
knows_room() { [[ $(lab_muster facts site.room -I "$1" 2>/dev/null) == *"$2"* ]]; }

step "puppet.us holds the certificate of an older $node, and ends with its agent"
old_certificate us "$node"
master_stop_serving us
host_stop puppet.us muster-agent
step "an orchestrator that starts now lets the new $node in, and owes the cleaning"
restart_orchestrator
lab_muster token create --out "$LAB_OUT/operator/debtor.token" --identity "$(fqdn "$node")"
node_up "$node" debtor
lab_wait "$PROVISION_SECONDS" "the signature" has_been_signed "$node"
serve_again us  # meanwhile: without an agent beside it the master is down as before
wait_finished "$node"
must "the step says who cleans later" equal "$(said_of_cleaning)" "cleaned when back: $(master_fqdn us)"
must "the debt is written down" owes "$node"
must "puppet.us still holds the old one" holds us "$node"

step "the next orchestrator pays, once puppet.us is back"
restart_orchestrator
must "the debt is still there" owes "$node"
served_again us
must "puppet.us still holds the old one" holds us "$node"
host_start puppet.us muster-agent muster-agent
lab_wait "$PAID_SECONDS" "the cleaning at puppet.us" cleaned
lab_wait 30 "the end of the debt" owes_not "$node"
must "puppet.de keeps the new one" revoked_but de "$node" 1
for country in de us; do
  must "puppet.$country keeps its own certificate" holds "$country" "puppet.$country"
  must "puppet.$country revoked nothing of its own" revoked_but "$country" "puppet.$country" 1
done

step "rooms, which masters' presence does not tell, come before countries"
in_room puppet.de cellar
in_room puppet.us attic
for country in de us; do
  host_signal "puppet.$country" muster-agent HUP
done
lab_wait 30 "puppet.de in its room" knows_room "$(master_fqdn de)" cellar
lab_wait 30 "puppet.us in its room" knows_room "$(master_fqdn us)" attic
quick_workflow -e 's/^( *facts:) .*/\1 [site.room, site.shelf, country]/'
node_boot "$roomy"
in_room "$roomy" attic
node_start "$roomy"
wait_finished "$roomy"
must "puppet.us signed $roomy once" signed_once us "$roomy"
must "puppet.de never signed $roomy" never_signed de "$roomy"
must "the fact that no master has is told" grep -qE 'no master has some of the facts.*site\.shelf' <(log_of orchestrator muster-orchestrator)
restore
