# shellcheck shell=bash
# One line for each thing that quickstart does: on a terminal it counts while it runs, elsewhere it comes when done and,
# of what takes long, in between.
# shellcheck source=progress.sh
. "$(dirname "${BASH_SOURCE[0]}")/progress.sh"

# ui_start: looks at where standard output goes now.
ui_start() {
  UI_LIVE='' UI_BOLD='' UI_DIM='' UI_GOOD='' UI_BAD='' UI_PLAIN=''
  [[ -t 1 && ${TERM:-dumb} != dumb ]] || return 0
  UI_LIVE=yes
  [[ -z ${NO_COLOR:-} ]] || return 0
  UI_BOLD=$'\e[1m' UI_DIM=$'\e[2m' UI_GOOD=$'\e[32m' UI_BAD=$'\e[31m' UI_PLAIN=$'\e[0m'
}
ui_start
UI_TASK=  # process group of the task under way
UI_QUIET_MS=30000  # between two lines about one task, where there is no terminal

ui_title() { printf '%s%s%s\n\n' "$UI_BOLD" "$1" "$UI_PLAIN"; }
ui_head() { printf '\n%s%s%s\n' "$UI_BOLD" "$1" "$UI_PLAIN"; }
ui_log() { printf '%s/logs/quickstart/%s.log' "$LAB_OUT" "${1// /-}"; }

# ui_line MARK COLOUR LABEL TEXT TENTHS
ui_line() {
  printf '  %s%s%s %-14s %-52s %s%4d.%d s%s' "$2" "$1" "$UI_PLAIN" "$3" "${4:0:52}" "$UI_DIM" $(($5 / 10)) $(($5 % 10)) "$UI_PLAIN"
}

# ui_run LABEL TEXT COMMAND…: runs it apart from this shell, its output in ui_log LABEL; the end of that is shown when
# it fails. TEXT says what is true when it has succeeded.
ui_run() {
  local label=$1 text=$2 log started=${EPOCHREALTIME/./}
  log=$(ui_log "$1")
  shift 2
  mkdir -p "${log%/*}"
  : >"$log"
  set -m  # a process group of its own, so that ui_abort reaches its children
  ("$@") >>"$log" 2>&1 </dev/null &
  UI_TASK=$!
  set +m
  task_remember "$UI_TASK"
  ui_watch "$label" "$log" "$started"
  ui_finish "$label" "$text" "$log" "$started"
}

# ui_watch LABEL LOG STARTED: shows how far the task is until it ends.
ui_watch() {
  local now told=0 line
  progress_start
  while kill -0 "$UI_TASK" 2>/dev/null; do
    now=$(((${EPOCHREALTIME/./} - $3) / 1000))
    progress_look "$2" "$now"
    line=$(ui_line · "$UI_DIM" "$1" "${PROGRESS_TEXT:-under way}" $((now / 100)))
    if [[ $UI_LIVE ]]; then
      printf '\r%s\e[K' "$line"
    elif ((now - told >= UI_QUIET_MS)); then
      printf '%s\n' "$line"
      told=$now
    fi
    sleep 0.2
  done
}

ui_finish() {
  local status=0
  wait "$UI_TASK" || status=$?
  UI_TASK=
  [[ ! $UI_LIVE ]] || printf '\r\e[K'
  if ((status == 0)); then
    printf '%s\n' "$(ui_line ✓ "$UI_GOOD" "$1" "$2" "$(ui_tenths "$4")")"
  else
    printf '%s\n\n  The last lines of %s:\n' "$(ui_line ✗ "$UI_BAD" "$1" failed "$(ui_tenths "$4")")" "$3"
    tail -n 25 "$3" | sed 's/^/    /'
  fi
  return "$status"
}

ui_tenths() { printf '%s' $(((${EPOCHREALTIME/./} - $1) / 100000)); }

# The task under way, if any, ends here. Says nothing on stdout, which may be somebody's $(…).
ui_abort() {
  [[ $UI_TASK ]] || return 0
  disown "$UI_TASK" 2>/dev/null || true  # or bash would tell that it was killed
  kill -KILL -- "-$UI_TASK" 2>/dev/null || true
  UI_TASK=
  [[ ! $UI_LIVE ]] || printf '\r\e[K' >&2
}

# ui_later LABEL COMMAND…: starts it; ui_run LABEL TEXT ui_join LABEL waits for it.
ui_later() {
  local label=$1 log
  log=$(ui_log "$1 start")
  shift
  mkdir -p "${log%/*}" "$LAB_STATE/later"
  set -m
  (
    trap 'echo $? >"$LAB_STATE/later/$label"' EXIT
    "$@"
  ) >"$log" 2>&1 </dev/null &
  task_remember $!
  disown
  set +m
}

ui_join() {
  lab_wait 300 "$1" test -s "$LAB_STATE/later/$1" && [[ $(<"$LAB_STATE/later/$1") == 0 ]] && return
  cat "$(ui_log "$1 start")"
  return 1
}
