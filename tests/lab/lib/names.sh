# shellcheck shell=bash
# What a lab is called and where it keeps things. Everything of a lab follows from one folder, LAB_OUT: two
# checkouts, or two build folders of one, have two labs that never meet.

LAB_CHECKOUT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd -P)
LAB_BUILD=${MUSTER_BUILD:-$LAB_CHECKOUT/build}
LAB_LOCK=/run/muster-lab/lock
LAB_DOMAIN=muster.test

# lab_use FOLDER: from here on we speak of the lab that belongs to FOLDER.
lab_use() {
  LAB_OUT=$1  # logs, summary, the operator's files: for people to read
  LAB_ID=$(printf '%s' "$LAB_OUT" | sha256sum | cut -c1-6)
  # Namespaces and links live as long as the kernel runs, and so does what we know of them: not longer.
  LAB_STATE=/run/muster-lab/$LAB_ID
  LAB_LINK=mu$LAB_ID  # the only interface outside namespaces: how this machine reaches the lab
}

lab_use "${MUSTER_LAB_OUT:-$LAB_BUILD/quickstart}"
export LAB_CHECKOUT LAB_BUILD LAB_OUT LAB_ID LAB_STATE LAB_LOCK LAB_DOMAIN LAB_LINK

lab_fail() {
  printf 'lab: %s\n' "$*" >&2
  return 1
}

# lab_wait SECONDS WHAT COMMAND…: until COMMAND succeeds; at the deadline says what did not come. What takes long is asked
# for less often: COMMAND may be some programs, which keep from the processors what we wait for.
lab_wait() {
  local deadline=$((SECONDS + $1)) what=$2 tries=0 pause=0.1
  shift 2
  until "$@"; do
    ((SECONDS < deadline)) || { lab_fail "$what: not within the time limit"; return 1; }
    ((++tries < 20)) || pause=0.5
    sleep "$pause"
  done
}
