#!/bin/bash
# Fifty real agents, of which five are killed and five stopped while a call is under way: each of the ten is named, the
# forty others are not waited for in vain, and the exit status says so.
. "$(dirname "$0")/fleet.sh"
readonly killed=(3 11 19 27 35) stopped=(4 12 20 28 36) witness=49
readonly lost="$(named "${killed[@]}" "${stopped[@]}")"
all_but_witness() { seq 0 48; }
living_but_witness() { local number; for number in $(all_but_witness); do [[ " ${killed[*]} " == *" $number "* ]] || echo "$number"; done; }

fleet_start 50
must "all answer" lab_muster ping </dev/null >/dev/null

step "five killed, five stopped, in the middle of a call"
# shellcheck disable=SC2046
agent_do STOP $(all_but_witness)
lab_muster rpc rpcutil inventory -t 20 --jsonl >"$scratch/lines" 2>"$scratch/errors" </dev/null &
call=$!
witness_answered() { grep -q "$(named "$witness")" "$scratch/lines"; }
lab_wait 20 "the first answer" witness_answered
agent_do KILL "${killed[@]}"
for number in $(all_but_witness); do
  [[ " ${stopped[*]} " == *" $number "* || " ${killed[*]} " == *" $number "* ]] || agent_do CONT "$number"
done
status=0
wait "$call" || status=$?
must "exit status 3: some did not answer" equal "$status" 3
must "the ten are named, and nobody else" equal "$(tail -n 1 "$scratch/lines" | jq -r '.no_responses[]' | sort)" "$lost"
must "the forty answered" equal "$(head -n -1 "$scratch/lines" | jq -r 'select(.outcome == "ok") | .sender' | sort -u | wc -l)" 40
must "each of them once" equal "$(head -n -1 "$scratch/lines" | wc -l)" 40

step "on the screen"
status=0
lab_muster rpc rpcutil ping -t 2 --display none >"$scratch/screen" </dev/null || status=$?
must "exit status 3" equal "$status" 3
must "the killed are known to be gone, the stopped are named" equal "$(sed -n '/^No response from:/,$p' "$scratch/screen" | grep -o 'agent[^ ]*' | sort)" "$(named "${stopped[@]}")"
must "45 were asked, 40 answered" grep -q 'Finished processing 40 / 45 hosts' "$scratch/screen"

step "back again"
agent_do CONT "${stopped[@]}"
must "all 45 answer" lab_muster ping -t 20 </dev/null >/dev/null

step "the broker is killed while a call is under way: it ends, and whoever is silent is named"
expected=$(lab_muster find </dev/null | grep -v "$(named "$witness")")
# shellcheck disable=SC2046
agent_do STOP $(living_but_witness)
lab_muster rpc rpcutil ping -t 10 --jsonl >"$scratch/lines" 2>"$scratch/errors" </dev/null &
call=$!
lab_wait 20 "the first answer" witness_answered
host_run broker pkill -KILL mosquitto
status=0
wait "$call" || status=$?
must "exit status 3: some did not answer" equal "$status" 3
must "all but the one that answered are named" equal "$(tail -n 1 "$scratch/lines" | jq -r '.no_responses[]' | sort)" "$expected"
