#!/bin/bash
# A machine is installed anew under its old name while both masters hold a certificate of its predecessor: a token for
# many names does not give it the name, one made for it does; then both old certificates end revoked and cleaned, and
# exactly one master signs the new key.
. "$(dirname "$0")/e2e.sh"
readonly node=phoenix.de

new_key_of_node() { host_run "$node" openssl x509 -in "/var/lib/puppet/ssl/certs/$(fqdn "$node").pem" -noout -pubkey; }
signed_key() { host_run puppet.de openssl x509 -in "$CA/signed/$(fqdn "$node").pem" -noout -pubkey; }

step "both masters hold a certificate of the old $node"
old_certificate de "$node"
old_certificate us "$node"
waits_for_approval() { [[ $(record "$node" waits_for_approval.key_fingerprint 2>/dev/null) =~ ^[0-9a-f]{64}$ ]]; }

step "the new $node boots with a token for many names, and waits"
node_up "$node"
lab_wait "$PROVISION_SECONDS" "$node as waiting" waits_for_approval
for country in de us; do
  must "puppet.$country still holds the old certificate" signed_once "$country" "$node"
  must "puppet.$country revoked nothing" revoked_but "$country" "$node" 1
done
step "with a token for its name alone it goes on"
lab_muster token create --out "$LAB_OUT/operator/returns.token" --identity "$(fqdn "$node")"
host_give "$node" "$LAB_OUT/operator/returns.token" /etc/muster/join.token
host_signal "$node" muster-agent HUP
wait_finished "$node"
step "puppet.us has revoked and cleaned; puppet.de has revoked, cleaned and signed the new key"
must "puppet.us signed nothing more" equal "$(signed_serials us "$node" | wc -l)" 1
must "puppet.us revoked the old one" revoked_but us "$node" 0
must "puppet.us keeps none" lacks us "$node"
must "puppet.de signed one more" equal "$(signed_serials de "$node" | wc -l)" 2
must "puppet.de revoked the old one and not the new" revoked_but de "$node" 1
must "puppet.de holds the node's own key" equal "$(signed_key)" "$(new_key_of_node)"
must "$node is in production" in_production "$node" de
