# shellcheck shell=bash
# --fleet N: a broker, an orchestrator and N agents that are members already; a lab of its own beside quickstart's.

readonly FLEET_SECONDS=60  # until all are online

fleet_identities() {
  local number
  for ((number = 0; number < $1; number++)); do
    printf 'agent%03d.%s.%s\n' "$number" "${NODE_COUNTRIES[number % 2]}" "$LAB_DOMAIN"
  done
}

# fleet_up COUNT: shows its progress on stderr; stdout is for the caller's shell.
fleet_up() {
  fleet_set_up "$1" >&2  # nothing that stays may hold stdout: the caller's $(…) would wait for it
  printf 'export MUSTER_CONFIG=%q\nexport PATH=%q\n' "$LAB_OUT/operator/muster.yaml" "$LAB_BUILD/bin:$PATH"
}

fleet_set_up() {
  ui_start
  ui_title "Muster: a fleet of $1"
  packages
  programs
  ui_run hosts "broker, orchestrator and fleet" fleet_hosts
  ui_run broker "Mosquitto, a TLS listener for each trust" broker_start
  ui_run orchestrator "muster-orchestrator" orchestrator_plain_up
  ui_run agents "$1 of them, all online" fleet_agents "$1"
}

fleet_hosts() {
  lab_up
  broker_up
  host_up orchestrator
  host_up fleet
}

fleet_agents() {
  local count=$1 ca=$LAB_OUT/ca identities
  mapfile -t identities < <(fleet_identities "$count")
  rm -rf "$ca"
  mkdir -p "$ca"
  "$LAB_BUILD/bin/muster-lab-ca" ca "$ca" "Puppet CA: lab"
  "$LAB_BUILD/bin/muster-lab-ca" node "$ca" "${identities[@]}" "$ca/ssl"
  # No master is there to bring this CA's revocation list.
  host_give broker "$ca/crl.pem" "$BROKER_HOME/revoked/local/lab.pem"
  lab_muster trust add "$ca/ca.pem" --names '*'
  host_copy fleet "$ca/ssl" /srv/fleet/ssl
  host_give fleet "$LAB_OUT/operator/root.pem" /srv/fleet/operator-root.pem
  host_give fleet "$LAB_OUT/operator/orchestrator-root.pem" /srv/fleet/orchestrator-root.pem
  host_start fleet agents "$LAB_CHECKOUT/tests/lab/fleet-agents" "$count" "broker.$LAB_DOMAIN:8883"
  lab_wait "$FLEET_SECONDS" "presence of $count agents" fleet_is_online "$count"
}

fleet_is_online() { (($(lab_muster find 2>/dev/null | wc -l) == $1)); }
