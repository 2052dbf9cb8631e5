# shellcheck shell=bash
# For cases in which something goes wrong: a workflow with the pauses of a test, and what a person must be able to see.
# shellcheck source=e2e.sh
. "$(dirname "${BASH_SOURCE[0]}")/e2e.sh"
readonly WORKFLOW=/etc/muster/workflows/puppet.yaml  # on the orchestrators
readonly SEEN_SECONDS=$PROVISION_SECONDS
orchestrators=(orchestrator)

log_of() { cat "$(host_logs "$1")/$2.log"; }
starts_of() { log_of "$1" muster-orchestrator | grep -c orchestrating || true; }
has_started_again() { (($(starts_of "$1") > $2)); }

# quick_workflow SED_OPTION… (or --): from now on the default workflow with short pauses and single tries, edited so.
quick_workflow() {
  workflow_is "$(sed -E -e 's/^(retry_first_s:) [0-9]+/\1 1/' -e 's/^(retry_most_s:) [0-9]+/\1 2/' \
    -e 's/^(lease_s:) [0-9]+/\1 10/' -e 's/^( *tries:) 3/\1 1/' -e 's/^( *)on_failure: other-master/&\n\1tries: 1/' \
    "$@" "$LAB_CHECKOUT/config/workflows/puppet.yaml")"
}

default_workflow() { workflow_is "$(<"$LAB_CHECKOUT/config/workflows/puppet.yaml")"; }

workflow_is() {
  local host starts
  for host in "${orchestrators[@]}"; do
    starts=$(starts_of "$host")
    host_run "$host" install -m 644 /dev/stdin "$WORKFLOW" <<<"$1"
    must "$host takes the workflow" host_run "$host" muster-orchestrator --check
    host_signal "$host" muster-orchestrator HUP
    lab_wait 30 "$host with the new workflow" has_started_again "$host" "$starts"
  done
}

again() { must "$1 is provisioned again" lab_muster provision again "$(fqdn "$1")"; }

stands_as() {
  [[ $(record "$1" state 2>/dev/null) == "$2" && $(record "$1" reason) == *"$3"* ]]
}

# must_stand NODE STATE REASON [LAST_LINE]: it waits in that STATE, and all that a person needs is in `provision show`:
# the reason, what happens next, the last lines; the reason is in the log too.
must_stand() {
  local shown
  lab_wait "$SEEN_SECONDS" "$1 as $2: $3" stands_as "$1" "$2" "$3" || { lab_muster provision show "$(fqdn "$1")"; exit 1; }
  shown=$(lab_muster provision show "$(fqdn "$1")")
  printf '%s\n' "$shown"
  must "the state is shown" grep -qE "State: $2\$" <<<"$shown"
  must "the reason is shown" grep -qF -- "$3" <<<"$shown"
  must "what happens next is shown" grep -q 'Next: ' <<<"$shown"
  must "the last lines are shown" grep -qF -- "${4:-}" <<<"${shown#*Last output}"
  must "the reason is in the log" grep -qF -- "$3" <(log_of orchestrator muster-orchestrator)
}

# On the node itself: nobody holds it, and it knows as what it was left.
lease_is_free() {
  equal "$(host_run "$1" jq -r '.owner + "/" + .state' /var/lib/muster/provision.json)" "/$2"
}

# must_fail NODE REASON [LAST_LINE]: no more attempts are made.
must_fail() {
  must_stand "$1" failed "$2" "${3:-}"
  must "its lease is free" lease_is_free "$1" failed
}

# has_been_signed NODE: it is past all that a master's CA does for it.
has_been_signed() { [[ $(record "$1" step 2>/dev/null) == *-run ]] || finished "$1"; }

# serve_again COUNTRY: its Puppet Server starts while the case goes on; served_again COUNTRY waits for it.
serve_again() { ui_later "puppet.$1 again" master_serve "$1"; }
served_again() {
  ui_join "puppet.$1 again"
  rm "$LAB_STATE/later/puppet.$1 again"  # of this time only
}

# foreign_lines NODE: its hosts file without what Muster marked as its own.
foreign_lines() { host_run "$1" sed '/^[^#]*# muster$/d' /etc/hosts; }
