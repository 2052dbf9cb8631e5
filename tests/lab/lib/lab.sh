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

# lab_down: nothing remains but LAB_OUT. Any state is fine, also none.
lab_down() {
  local name
  tasks_end
  for name in $(host_names); do host_down "$name" || return 1; done
  wire_down
  rm -rf "$LAB_STATE"
}
