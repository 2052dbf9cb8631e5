#!/bin/bash
# quickstart itself: killed on its way the first time, whole the second time, with three nodes in two countries.
. "$(dirname "$0")/e2e.sh"
readonly summary=$LAB_OUT/summary.json
readonly STARTED_SECONDS=60

masters_boot() { [[ -e $LAB_STATE/later ]]; }

step "a first run is killed with kill -9 while it sets up"
setsid "$LAB_CHECKOUT/quickstart" --nodes 3 >"$LAB_OUT.killed.log" 2>&1 </dev/null &
first=$!
lab_wait "$STARTED_SECONDS" "the first run's masters" masters_boot
kill -KILL "$first"
wait "$first" || true

step "the second clears up after it and goes all the way"
"$LAB_CHECKOUT/quickstart" --nodes 3

step "the CAs' own records say who signed what"
for node in node1.de node2.us node3.de; do must_be_at_home "$node"; done

step "nothing of Puppet's was given to the nodes: their only way to a master is Muster's marked line"
for node in node1.de node2.us node3.de; do
  must "one line of $node's hosts file names puppet" \
    equal "$(host_run "$node" grep -cE '[[:space:]]puppet([[:space:]]|$)' /etc/hosts)" 1
done

step "summary.json has the promised shape"
must "three nodes, each with its master, attempts and times" jq -e '
  (.nodes | length) == 3 and all(.nodes[];
    (.identity | type) == "string" and (.master | test("^puppet\\.(de|us)\\.")) and .attempts == 1 and
    .total_ms > 0 and (.steps_ms | type) == "object" and .steps_ms["bootstrap-run"] > 0 and
    .steps_ms["production-run"] > 0)' "$summary"

step "people were told, by mail and by chat, once for each node"
for node in node1.de node2.us node3.de; do
  must "one mail is about $node" equal "$(services_mail | grep -c "^Subject:.*$(fqdn "$node")")" 1
  must "a chat message is about $node" grep -q "$(fqdn "$node")" <(services_chat)
done

step "quickstart showed it"
must "muster ping finds all five" equal "$(lab_muster ping --json | jq '.replies | length')" 5

step "commands about provisioned nodes look as they did"
readonly scratch=$LAB_OUT.scratch
. "$(dirname "$0")/screen.sh"
trap 'terminal_end; rm -rf "$scratch"' EXIT
mkdir -p "$scratch"
export PATH=$LAB_BUILD/bin:$PATH MUSTER_CONFIG=$LAB_OUT/operator/muster.yaml
terminal_start
compare_all <"$(dirname "$0")/screens_provisioned.list"
must "every screen is as it was" equal "$failures" 0
