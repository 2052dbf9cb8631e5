#!/bin/bash
# Every command on a terminal, but those that need a provisioned node: quickstart.sh shows these.
. "$(dirname "$0")/fleet.sh"
. "$(dirname "$0")/screen.sh"
trap 'terminal_end; fleet_down' EXIT
here=$(dirname "$0")
readonly here

# leaves [COMMAND]: every command that has none below it.
leaves() {
  local below name
  # shellcheck disable=SC2086
  below=$(muster ${1:-} --help | sed -nE '/^Subcommands:/,/^$/s/^  ([a-z-]+) .*/\1/p')
  if [[ -z $below ]]; then echo "$1"; fi
  for name in $below; do leaves "${1:+$1 }$name"; done
}
missing() {
  local leaf
  while read -r leaf; do
    grep -qE "^[a-z_]+ .*\bmuster $leaf( |\$)" "$here"/screens*.list || echo "$leaf"
  done < <(leaves)
}

fleet_start 4
# shellcheck source=/dev/null
. "$scratch/environment"
must "every command has a screen" equal "$(missing)" ''
terminal_start
printf 'country: de\ncpus: 2\n' >"$scratch/facts.yaml"
printf 'base\n' >"$scratch/classes"
printf 'policy default deny\nalow\tcert=alice\t*\t*\t*\nallow cert=bob * * *\n' >"$scratch/wrong.policy"
mkdir "$scratch/workflows"
cat >"$scratch/workflows/small.yaml" <<'END'
name: small
steps:
  - {name: claim, do: claim}
  - {name: pick-master, do: pick-master, facts: [country]}
  - {name: clean, do: clean-certificates, when: joining}
  - {name: sign, call: puppetca#status, on: master, with: {certname: "${node.identity}"}, on_failure: other-master}
  - {name: run, do: puppet-run, with: {environment: production}, on_failure: {compensate: [{name: tell, do: notify}]}}
  - {name: finish, call: provision#finish, on_failure: fail}
END
printf 'name: wrong\nsteps:\n  - {name: claim, do: clam, timout_s: 3}\n' >"$scratch/workflows/wrong.yaml"
printf '{"metadata": {"name": "wrong", "verison": "1.0"}, "actions": []}\n' >"$scratch/wrong.json"
export HOME=$scratch  # descriptions of one's own would show
compare_all <"$here/screens.list"

step "what a policy allows"
printf 'policy default allow\n' >"$scratch/allow.policy"
for agent in shell exec; do host_give fleet "$scratch/allow.policy" "/etc/muster/policies/$agent.policy"; done
agent_do HUP 0 1 2 3
allowed() { lab_muster shell run true -I "$(named 0)" -t 1 </dev/null >/dev/null 2>&1; }
lab_wait 30 "policies that allow it" allowed
compare_all <"$here/screens_allowed.list"

step "colour"
tmux_ kill-session -t screen 2>/dev/null || true
coloured() {
  tmux_ new-session -d -s screen -x 80 -y "$rows" "$1; echo \"exit status \$?\"; sleep 60"
  lab_wait 30 "the end of $1" ended >/dev/null
  tmux_ capture-pane -e -p -t screen | grep -c $'\x1b\\[3[0-9]m' || true
  tmux_ kill-session -t screen
}
readonly red='muster rpc rpcutil ping -I nobody.muster.test -t 0.2'
must "a failure is red on a terminal" differ "$(coloured "$red")" 0
must "nothing is with NO_COLOR" equal "$(coloured "NO_COLOR=1 $red")" 0
must "nothing is in a pipe" equal "$(coloured "$red | cat")" 0
must "every screen is as it was" equal "$failures" 0
