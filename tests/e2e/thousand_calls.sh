#!/bin/bash
# A thousand calls in a row: neither the caller nor an agent has more memory, threads or descriptors afterwards.
. "$(dirname "$0")/fleet.sh"
readonly agents=4 calls=1100 warm_up=100
readonly rss_slack_kb=1024  # pages that an allocator happens to hold

# key=value words of one agent: rss_kb, threads, descriptors.
resources() {
  # shellcheck disable=SC2016
  host_run fleet bash -c 'pid=$(pgrep -f "^muster-agent --config /srv/fleet/$1[.]")
    awk -v OFS= "/^VmRSS:/ {print \"rss_kb=\", \$2} /^Threads:/ {print \"threads=\", \$2}" "/proc/$pid/status"
    echo "descriptors=$(ls "/proc/$pid/fd" | wc -l)"' resources "$(printf 'agent%03d' "$1")"
}
# grown WHO BEFORE AFTER SLACK: says so and fails.
not_grown() { (($3 <= $2 + $4)) || { echo "  $1 grew from $2 to $3" >&2; return 1; }; }

fleet_start "$agents"
"$LAB_BUILD/bin/muster-lab-calls" "$LAB_OUT/operator/muster.yaml" "$warm_up" 1 >/dev/null
for ((number = 0; number < agents; number++)); do resources "$number" >"$scratch/before.$number"; done

step "a thousand calls"
"$LAB_BUILD/bin/muster-lab-calls" "$LAB_OUT/operator/muster.yaml" "$calls" "$warm_up" >"$scratch/calls"
cat "$scratch/calls"
must "every node answered every call" equal "$(jq '[.replies, .silent] | @csv' -r "$scratch/calls")" "$((calls * agents)),0"

step "the caller"
of() { jq ".$1.$2" "$scratch/calls"; }
must "no more memory" not_grown "rss (kB)" "$(of before rss_kb)" "$(of after rss_kb)" "$rss_slack_kb"
must "no more threads" not_grown threads "$(of before threads)" "$(of after threads)" 0
must "no more descriptors" not_grown descriptors "$(of before descriptors)" "$(of after descriptors)" 0

step "the agents"
for ((number = 0; number < agents; number++)); do
  resources "$number" >"$scratch/after.$number"
  for what in rss_kb threads descriptors; do
    slack=0
    [[ $what != rss_kb ]] || slack=$rss_slack_kb
    must "agent $number has no more $what" not_grown "$what" "$(sed -n "s/^$what=//p" "$scratch/before.$number")" \
      "$(sed -n "s/^$what=//p" "$scratch/after.$number")" "$slack"
  done
done
