#!/bin/bash
# Somebody else's request under the node's name lies at the CAs: it is never signed, whoever looks is told, and the
# node, still in the join zone, is provisioned again when an operator says so. Lines of others in its hosts file stay.
. "$(dirname "$0")/trouble.sh"
readonly node=contested.de

trap default_workflow EXIT

foreign_request() {
  host_run "puppet.$1" openssl req -new -newkey rsa:2048 -nodes -subj "/CN=$(fqdn "$node")" -keyout /tmp/foreign.key \
    -out /tmp/foreign.csr 2>/dev/null
  master_api "$1" PUT "certificate_request/$(fqdn "$node")" -H 'Content-Type: text/plain' --data-binary @/tmp/foreign.csr
}

unsigned() {
  local country
  for country in de us; do must "puppet.$country never signed $node" never_signed "$country" "$node"; done
}

node_boot "$node"
printf '# kept by hand\n\n10.9.8.7\tpuppetdb.old puppet.old  # not # muster\nfe80::1%%eth0   printer\n' |
  host_run "$node" tee -a /etc/hosts >/dev/null
hosts_before=$(foreign_lines "$node")

step "a request of somebody else lies at both CAs, and nothing cleans it"
for country in de us; do foreign_request "$country"; done
quick_workflow -e 's/^(attempts:) [0-9]+/\1 1/' -e '/name: clean-certificates/,/^$/d'
node_start "$node"
must_fail "$node" "the CA holds a request of $(fqdn "$node") for another key"
must_fail "$node" "$(master_fqdn de) (request-certificate: "
unsigned

step "the request at the CA has another fingerprint than the one to sign"
other=$(printf 'AB%.0s' {1..32})
quick_workflow -e 's/^(attempts:) [0-9]+/\1 1/' -e "s/^( *fingerprint:).*/\1 \"$other\"/"
again "$node"
must_fail "$node" "refused to sign $(fqdn "$node")"
unsigned

step "with the workflow as it ships, the node's own request is the one that is signed"
quick_workflow --
again "$node"
wait_finished "$node"
must "puppet.de signed $node once" signed_once de "$node"
must "puppet.us never signed it" never_signed us "$node"
must "$node is in production" in_production "$node" de
must "the hosts file has Muster's line" host_run "$node" grep -q '^[^#]*# muster$' /etc/hosts
must "and all others as they were" equal "$(foreign_lines "$node")" "$hosts_before"
