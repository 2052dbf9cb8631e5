# shellcheck shell=bash
# What every case needs: the lab's own functions, and the masters' records, read where the CAs keep them.
set -euo pipefail
# shellcheck source=assert.sh
. "$(dirname "${BASH_SOURCE[0]}")/assert.sh"
for part in lib/lab lib/ui quickstart/{broker,masters,services,orchestrator,nodes,show}; do
  # shellcheck source=/dev/null
  . "$(dirname "${BASH_SOURCE[0]}")/../lab/$part.sh"
done
readonly CA=/etc/puppet/puppetserver/ca
readonly PROVISION_SECONDS=180  # for one node on a busy machine

fqdn() { printf '%s.%s' "$1" "$LAB_DOMAIN"; }

# inventory COUNTRY: all that its CA ever signed.
inventory() { host_run "puppet.$1" cat "$CA/inventory.txt"; }

# Serial numbers (upper case hex, no leading zeros) of all the certificates that COUNTRY's CA ever signed for NODE.
signed_serials() {
  inventory "$1" | awk -v subject="/CN=$(fqdn "$2")" '$4 == subject { print $1 }' |
    sed 's/^0x0*//' | tr a-f A-F
}

revoked_serials() {
  host_run "puppet.$1" openssl crl -in "$CA/ca_crl.pem" -noout -text | sed -n 's/^ *Serial Number: 0*//p'
}

# Is there a certificate of NODE that COUNTRY's CA holds as valid?
holds() { host_run "puppet.$1" test -e "$CA/signed/$(fqdn "$2").pem"; }
lacks() { ! holds "$@"; }

signed_once() { equal "$(signed_serials "$1" "$2" | wc -l)" 1 && holds "$1" "$2"; }
never_signed() { equal "$(signed_serials "$1" "$2")" '' && lacks "$1" "$2"; }

# Every certificate of NODE that COUNTRY's CA signed is revoked, but the last KEPT.
revoked_but() {
  local serials serial index=0 revoked
  mapfile -t serials < <(signed_serials "$1" "$2")
  revoked=$(revoked_serials "$1")
  for serial in "${serials[@]}"; do
    index=$((index + 1))
    if ((index <= ${#serials[@]} - $3)); then
      grep -qx "$serial" <<<"$revoked" || { echo "  serial $serial of $2 is not revoked at puppet.$1" >&2; return 1; }
    else
      ! grep -qx "$serial" <<<"$revoked" || { echo "  serial $serial of $2 is revoked at puppet.$1" >&2; return 1; }
    fi
  done
}

# The field of NODE's provision record, as the bus has it.
record() { lab_muster provision show "$(fqdn "$1")" --json | jq -r ".$2"; }
finished() { [[ $(record "$1" state 2>/dev/null) == finished ]]; }

# wait_finished NODE [SECONDS]
wait_finished() {
  lab_wait "${2:-$PROVISION_SECONDS}" "production of $1" finished "$1" && return
  lab_muster provision show "$(fqdn "$1")" >&2 || true
  tail -n 30 "$(host_logs "$1")/muster-agent.log" "$(host_logs orchestrator)/muster-orchestrator.log" >&2 || true
  exit 1
}

# Puppet's own word for it: the production environment wrote this.
in_production() {
  equal "$(host_run "$1" cat /etc/motd)" "$(fqdn "$1"): web in ${1##*.}, looked after by $(master_fqdn "$2")"
}

# The master of its own country signed NODE once, the other never, and it is in production.
must_be_at_home() {
  local node=$1 country=${1##*.} other
  other=$([[ $country == de ]] && echo us || echo de)
  must "puppet.$country signed $node once" signed_once "$country" "$node"
  must "puppet.$other never signed $node" never_signed "$other" "$node"
  must "$node is in production" in_production "$node" "$country"
}

# master_api COUNTRY METHOD PATH [CURL_OPTION…]: the CA's own API with the master's certificate.
master_api() {
  local host=puppet.$1 name method=$2 path=$3
  name=$(master_fqdn "$1")
  shift 3
  host_run "$host" curl --silent --show-error --fail --cacert /var/lib/puppet/ssl/certs/ca.pem \
    --cert "/var/lib/puppet/ssl/certs/$name.pem" --key "/var/lib/puppet/ssl/private_keys/$name.pem" \
    --request "$method" "$@" "https://puppet:8140/puppet-ca/v1/$path"
}

# old_certificate COUNTRY NODE: as if the predecessor of NODE had been that master's node.
old_certificate() {
  local name
  name=$(fqdn "$2")
  host_run "puppet.$1" openssl req -new -newkey rsa:2048 -nodes -subj "/CN=$name" -keyout /tmp/old.key -out /tmp/old.csr
  master_api "$1" PUT "certificate_request/$name" -H 'Content-Type: text/plain' --data-binary @/tmp/old.csr
  master_api "$1" PUT "certificate_status/$name" -H 'Content-Type: application/json' --data '{"desired_state":"signed"}'
  must "puppet.$1 holds the old certificate" signed_once "$1" "$2"
}
