# shellcheck shell=bash
# Sentences that end a test when they are not true.
readonly SKIPPED=77  # exit status: this machine cannot show it; ctest counts it as skipped

step() { printf '== %s\n' "$*"; }

# must WHAT COMMAND…: WHAT is what was expected when COMMAND says no.
must() {
  local what=$1
  shift
  "$@" && return
  printf 'FAILED: %s\n  (%s)\n' "$what" "$*" >&2
  exit 1
}

equal() { [[ $1 == "$2" ]] || { printf '  got      %s\n  expected %s\n' "$1" "$2" >&2; return 1; }; }
differ() { [[ $1 != "$2" ]] || { printf '  both are %s\n' "$1" >&2; return 1; }; }
