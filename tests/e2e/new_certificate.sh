#!/bin/bash
# A member in production gets a new key and certificate while it runs: the old one ends revoked and cleaned, exactly one is valid,
# and a node that could not come back keeps what it has.
. "$(dirname "$0")/e2e.sh"
readonly node=renewed.us
readonly other=us

key_of_node() { host_run "$node" openssl x509 -in "/var/lib/puppet/ssl/certs/$(fqdn "$node").pem" -noout -pubkey; }
signed_key() { host_run "puppet.$other" openssl x509 -in "$CA/signed/$(fqdn "$node").pem" -noout -pubkey; }
new_certificate() { lab_muster provision again --new-certificate "$(fqdn "$node")"; }
run_of() { record "$node" run_id; }
has_another_run() { [[ $(run_of) != "$1" ]] && finished "$node"; }

step "$node is in production"
node_up "$node"
wait_finished "$node"
before=$(key_of_node)
run=$(run_of)

step "without a token that is good for it, it keeps what it has"
host_run "$node" mv /etc/muster/join.token /etc/muster/kept.token
host_signal "$node" muster-agent HUP
refuses() { ! new_certificate >"$LAB_OUT/refused.log" 2>&1 && grep -q 'no join token' "$LAB_OUT/refused.log"; }
lab_wait 30 "the refusal, in words" refuses
must "its key is the old one" equal "$(key_of_node)" "$before"
must "nothing was revoked" revoked_but "$other" "$node" 1

step "with its token it gives up its certificate and joins anew"
host_run "$node" mv /etc/muster/kept.token /etc/muster/join.token
host_signal "$node" muster-agent HUP
lab_wait 30 "the order" new_certificate
lab_wait "$PROVISION_SECONDS" "another run of $node" has_another_run "$run"
must "its key is another" test "$(key_of_node)" != "$before"
must "puppet.$other signed one more" equal "$(signed_serials "$other" "$node" | wc -l)" 2
must "the old one is revoked and the new one is not" revoked_but "$other" "$node" 1
must "puppet.$other holds the node's own key" equal "$(signed_key)" "$(key_of_node)"
must "puppet.de never signed it" never_signed de "$node"
must "$node is in production" in_production "$node" "$other"
