#!/bin/bash
# All that can be wrong with Puppet on one node, in turn: each is told with its last lines, and none loses the node.
. "$(dirname "$0")/trouble.sh"
readonly node=unlucky.de
readonly SPOILT=/srv/puppet/code/environments/bootstrap/manifests/unlucky.pp

restore() {
  trap - EXIT
  host_run puppet.de rm -f "$SPOILT"
  default_workflow
}
trap restore EXIT

# spoil CODE: what the bootstrap environment says about our node, and only about it.
spoil() {
  printf "if \$facts['networking']['hostname'] == '%s' {\n  %s\n}\n" "${node%%.*}" "$1" |
    host_run puppet.de install -m 644 /dev/stdin "$SPOILT"
}

step "puppet is missing"
quick_workflow -e 's/^(attempts:) [0-9]+/\1 1/'
node_boot "$node"
host_run "$node" mount --bind /dev/null /usr/bin/puppet
node_start "$node"
must_fail "$node" "Puppet is not installed on this node: no program 'puppet'"

step "puppet is there, and disabled"
host_run "$node" umount /usr/bin/puppet
lab_muster rpc puppet disable message="no changes on Fridays" -I "$(fqdn "$node")"
again "$node"
must_fail "$node" "Puppet is disabled on this node: no changes on Fridays"

step "puppet is enabled, and the run cannot start: exit 1"
lab_muster rpc puppet enable -I "$(fqdn "$node")"
spoil "fail('no licence is left')"
again "$node"
must_fail "$node" "bootstrap-run: puppet could not run (exit 1)" "no licence is left"

step "a resource fails, others are changed: exit 6"
spoil "exec { '/bin/false': }"
again "$node"
must_fail "$node" "some changes were made and some resources failed (exit 6)" "'/bin/false' returned 1"

step "a resource fails, nothing is changed: exit 4; and the retry by itself comes after the cause is mended"
quick_workflow -e 's/^(retry_(first|most)_s:) [0-9]+/\1 8/'
again "$node"
must_stand "$node" waiting "resources of the catalogue failed (exit 4)" "'/bin/false' returned 1"
must "its lease is free" lease_is_free "$node" waiting
host_run puppet.de rm -f "$SPOILT"
wait_finished "$node"
must "$node is in production" in_production "$node" de
must "puppet.de signed it once, for all its troubles" signed_once de "$node"
restore
