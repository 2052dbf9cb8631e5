# shellcheck shell=bash
# Processes remembered across runs. A pid alone may belong to somebody else by now; with its start time it cannot.

# process_stamp PID: "PID START", START in clock ticks since boot.
process_stamp() {
  local stat
  stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
  local -a fields
  read -ra fields <<<"${stat##*) }"  # the name before it may hold blanks
  printf '%s %s\n' "$1" "${fields[19]}"
}

# process_alive "PID START": that very process, and not a zombie.
process_alive() {
  local pid=${1%% *}
  [[ $pid && "$(process_stamp "$pid")" == "$1" ]] || return 1
  ! grep -q '^State:.*[ZX]' "/proc/$pid/status" 2>/dev/null
}

# process_kill "PID START": SIGKILL, back when it is gone.
process_kill() {
  process_alive "$1" || return 0
  kill -KILL "${1%% *}" 2>/dev/null || true
  lab_wait 20 "end of process ${1%% *}" process_gone "$1"
}

process_gone() { ! process_alive "$1"; }

# Tasks: process groups that work for the lab from outside it, and must not go on when it is taken down.
# task_remember PID: the leader of one.
task_remember() {
  mkdir -p "$LAB_STATE/tasks"
  process_stamp "$1" >"$LAB_STATE/tasks/$1" || true  # it may be through already
}

tasks_end() {
  local file stamp
  for file in "$LAB_STATE"/tasks/*; do
    [[ -s $file ]] || continue
    stamp=$(<"$file")
    if process_alive "$stamp"; then kill -KILL -- "-${stamp%% *}" 2>/dev/null || true; fi
    rm -f "$file"
  done
}
