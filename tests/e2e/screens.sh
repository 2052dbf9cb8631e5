#!/bin/bash
# What people see: commands on a terminal of 80 and of 200 columns (tmux), compared with tests/e2e/screens/NAME.COLUMNS.
# MUSTER_UPDATE_SCREENS=1 writes those files anew; read the difference before you commit it.
. "$(dirname "$0")/fleet.sh"
golden="$(dirname "$0")/screens"
readonly golden terminal="muster-screens-$$" rows=60
tmux_() { tmux -L "$terminal" -f /dev/null "$@"; }
trap 'tmux_ kill-server 2>/dev/null || true; fleet_down' EXIT

# NAME COMMAND: one a line, in the order in which they are run. Sorted output, so that a screen is the same each time.
screens() {
  cat <<'END'
help muster --help
rpc_help muster rpc --help
ping_help muster ping --help
find muster find
find_filter muster find -F country=de
find_none muster find -F country=xx
ping_unknown muster ping -I agent000.de.muster.test -I nobody.muster.test -t 1
facts muster facts country
facts_nodes muster facts country -v
rpc_fact muster rpc rpcutil get_fact fact=country --sort
rpc_verbose muster rpc rpcutil get_fact fact=country --sort -v --limit 1
rpc_table muster rpc rpcutil get_fact fact=country --table
rpc_senders muster rpc rpcutil ping --senders --sort
rpc_failed muster rpc rpcutil get_fact fact=nothing --sort
rpc_silent muster rpc rpcutil ping -I agent000.de.muster.test -I nobody.muster.test -t 1 --display none
rpc_filtered muster rpc rpcutil get_fact fact=country --sort --filter-replies 'data.value = us'
unknown_command muster pnig
unknown_agent muster rpc rcputil ping
unknown_action muster rpc rpcutil pnig
unknown_input muster rpc rpcutil get_fact fcat=country
unknown_option muster ping --wiht-fact country=de
unknown_method muster find --dm presense
bad_filter muster find -S 'country=de and (os.family'
bad_limit muster find --limit 0%
collectives muster inventory --list-collectives
report muster inventory --report '{identity:30} {facts.country:>4}'
report_unknown muster inventory --report '{identiy}'
filter_explain muster filter test --explain -F country=de -S 'web or not cpus > 2' --facts facts.yaml --classes classes
policy_check muster policy check wrong.policy
policy_test muster policy test --caller cert=alice --agent puppet --action resource --facts facts.yaml
plugin_list muster plugin list
plugin_doc muster plugin doc nettest
shell_refused muster shell run id -I agent000.de.muster.test
job_none muster job list -I agent000.de.muster.test
service_nowhere muster rpc service status service=nginx
puppet_help muster puppet runonce --help
events_none muster events --timeout 0.1
END
}

# What differs between two runs: times, ids, the build's version.
calm() {
  sed -E -e 's/[0-9]+(\.[0-9]+)? (ms|s)\b/# \2/g; s/time=[0-9.]+/time=#/; s/(max|min|avg): [0-9.]+/\1: #/g' \
    -e 's/[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z/TIME/g; s/\b[0-9a-f]{32}\b/ID/g; s/[[:space:]]+$//' \
    -e "s|$LAB_OUT|LAB|g" | sed -e :a -e '/^\n*$/{$d;N;ba' -e '}'
}

ended() { tmux_ capture-pane -p -t screen -S -2000 | grep -q '^exit status [0-9]'; }
# screen COLUMNS COMMAND: what the terminal shows once it has ended, and its exit status.
screen() {
  local columns=$1 command=$2
  tmux_ kill-session -t screen 2>/dev/null || true
  tmux_ new-session -d -c "$scratch" -s screen -x "$columns" -y "$rows" \
    "stty cols $columns rows $rows; $command; echo \"exit status \$?\"; sleep 60"
  lab_wait 30 "the end of $command" ended >/dev/null || return 1
  tmux_ capture-pane -p -t screen -S -2000 | calm
}

fleet_start 4
# shellcheck source=/dev/null
. "$scratch/environment"
tmux_ new-session -d -s keep 'sleep 600'  # the server ends with its last session
failures=0
mkdir -p "$golden"
printf 'country: de\ncpus: 2\n' >"$scratch/facts.yaml"
printf 'base\n' >"$scratch/classes"
printf 'policy default deny\nalow\tcert=alice\t*\t*\t*\nallow cert=bob * * *\n' >"$scratch/wrong.policy"
export HOME=$scratch  # descriptions of one's own would show
while read -r name command; do
  for columns in 80 200; do
    shown=$scratch/$name.$columns
    screen "$columns" "$command" >"$shown" </dev/null
    [[ -z ${MUSTER_UPDATE_SCREENS:-} ]] || cp "$shown" "$golden/$name.$columns"
    if ! diff -u "$golden/$name.$columns" "$shown"; then
      echo "  $name at $columns columns is not as it was" >&2
      failures=$((failures + 1))
    fi
    must "$name keeps to $columns columns" test "$(wc -L <"$shown")" -le "$columns"
  done
done < <(screens)
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
