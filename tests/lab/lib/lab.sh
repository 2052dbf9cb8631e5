# shellcheck shell=bash
# A lab: hosts on a wire. Source this; the manual is in the parts.
LAB_LIB=$(dirname "${BASH_SOURCE[0]}")
# shellcheck source=names.sh
. "$LAB_LIB/names.sh"
# shellcheck source=process.sh
. "$LAB_LIB/process.sh"
# shellcheck source=wire.sh
. "$LAB_LIB/wire.sh"
# shellcheck source=host.sh
. "$LAB_LIB/host.sh"

lab_is_up() { [[ -d $LAB_STATE/hosts ]]; }

# lab_up: an empty lab.
lab_up() {
  mkdir -p "$LAB_STATE" "$LAB_OUT"
  wire_up
}

# lab_clear: what an earlier run left is gone, its logs too.
lab_clear() {
  lab_remove
  rm -rf "$LAB_OUT/logs"
  mkdir -p "$LAB_STATE" "$LAB_OUT"
}

# lab_down: nothing remains but LAB_OUT. Any state is fine, also none.
lab_down() {
  lab_remove
  rm -rf "$LAB_STATE"
}

# Everything that runs. The folder stays, with who owns it.
lab_remove() {
  local name
  tasks_end
  for name in $(host_names); do host_down "$name" || return 1; done
  wire_down
  find "$LAB_STATE" -mindepth 1 -maxdepth 1 -not -name owner -exec rm -rf {} + 2>/dev/null || true
}
