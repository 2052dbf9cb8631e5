#!/bin/bash
# An expired token, and one that is for another machine: refused in words that say what to do; with a good token the
# same machines go to production.
. "$(dirname "$0")/trouble.sh"
readonly late=late.de stranger=stranger.us

has_expired() { ! lab_muster token show "$1" >/dev/null; }
# cannot_begin_again NODE: and it says why.
cannot_begin_again() {
  local said
  ! said=$(lab_muster provision again "$(fqdn "$1")" 2>&1) && [[ $said == *"not let in"* && $said == *"good token"* ]]
}

step "a token that has expired, and one for another identity"
lab_muster token create --out "$LAB_OUT/operator/late.token" --identity "$(fqdn "$late")" --ttl 1s
lab_muster token create --out "$LAB_OUT/operator/other.token" --identity "$(fqdn other.us)"
lab_wait 10 "the token's end" has_expired "$LAB_OUT/operator/late.token"
node_up "$late" late
node_up "$stranger" other

step "both are refused, and everybody is told why"
must_stand "$late" refused "expired at"
must_stand "$stranger" refused "is for other.us.$LAB_DOMAIN, not for '$(fqdn "$stranger")'"
for node in "$late" "$stranger"; do
  must "$node knows it too" grep -q 'refused by' <(log_of "$node" muster-agent)
  must "a wish changes nothing" cannot_begin_again "$node"
  for country in de us; do must "puppet.$country never signed $node" never_signed "$country" "$node"; done
done

step "with a good token they go on"
for node in "$late" "$stranger"; do
  host_give "$node" "$LAB_OUT/operator/node.token" /etc/muster/join.token
  host_signal "$node" muster-agent HUP
done
for node in "$late" "$stranger"; do
  wait_finished "$node"
  must "$node is in production" in_production "$node" "${node##*.}"
done
