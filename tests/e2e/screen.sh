# shellcheck shell=bash
# What people see: commands on a terminal of 80 and of 200 columns (tmux), compared with tests/e2e/screens/NAME.COLUMNS.
# MUSTER_UPDATE_SCREENS=1 writes those files anew; read the difference before you commit it.
golden="$(dirname "${BASH_SOURCE[0]}")/screens"
readonly golden terminal="muster-screens-$$" rows=60
tmux_() { tmux -L "$terminal" -f /dev/null "$@"; }
terminal_start() {
  mkdir -p "$golden"
  tmux_ new-session -d -s keep 'sleep 3600'  # the server ends with its last session
}
terminal_end() { tmux_ kill-server 2>/dev/null || true; }

# What differs between two runs: times (of a step also whether it took milliseconds or seconds), ids, keys, addresses, the build's version.
calm() {
  sed -E -e 's/ +[0-9]+(\.[0-9]+)? (ms|s)\b *([^,;:. ]|$)/ # \2 \3/g; s/ +[0-9]+(\.[0-9]+)? (ms|s)\b/ # \2/g; s/time=[0-9.]+/time=#/; s/(Time: )[0-9]+\.[0-9]+/\1#/; s/(max|min|avg): [0-9.]+/\1: #/g; s/\bdone # (ms|s)\b/done #/' \
    -e 's/\b(TOOK|ELAPSED) +/\1 /'  -e 's/[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z/TIME/g; s/[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}(:[0-9]{2})?/TIME/g' \
    -e 's/[0-9]{4}-[0-9]{2}-[0-9]{2}/DATE/g; s/\b[0-9a-f]{64}\b/DIGEST/g; s/\b[0-9a-f]{32}\b/ID/g; s/\b1[0-9]{12}\b/MILLISECONDS/g' \
    -e 's/\b10(\.[0-9]+){3}\b/ADDRESS/g; s/[[:space:]]+$//' \
    -e "s|$LAB_OUT|LAB|g" | sed -e :a -e '/^\n*$/{$d;N;ba' -e '}'
}

ended() { tmux_ capture-pane -p -t screen -S -2000 | grep -q '^exit status [0-9]'; }
# screen COLUMNS COMMAND: what the terminal shows once it has ended, and its exit status.
screen() {
  local columns=$1 command=$2
  tmux_ kill-session -t screen 2>/dev/null || true
  tmux_ new-session -d -c "$scratch" -s screen -x "$columns" -y "$rows" \
    "stty cols $columns rows $rows; $command; echo \"exit status \$?\"; sleep 60"
  lab_wait "${SCREEN_SECONDS:-30}" "the end of $command" ended >/dev/null || return 1
  tmux_ capture-pane -p -t screen -S -2000 | calm
}

# compare NAME COLUMNS COMMAND: counts in `failures` what is not as it was.
failures=0
compare() {
  local name=$1 columns=$2 shown=$scratch/$1.$2
  screen "$columns" "$3" >"$shown" </dev/null
  [[ -z ${MUSTER_UPDATE_SCREENS:-} ]] || cp "$shown" "$golden/$name.$columns"
  if ! diff -u "$golden/$name.$columns" "$shown"; then
    echo "  $name at $columns columns is not as it was" >&2
    failures=$((failures + 1))
  fi
  must "$name keeps to $columns columns" test "$(wc -L <"$shown")" -le "$columns"
}

# Lines "NAME COMMAND" of stdin, all at one width and then all at the other: a list may leave things as it found them.
compare_all() {
  local lines name command columns
  lines=$(cat)
  for columns in 80 200; do
    while read -r name command; do
      [[ -z $name || $name == \#* ]] || compare "$name" "$columns" "$command"
    done <<<"$lines"
  done
}
