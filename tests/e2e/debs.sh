# shellcheck shell=bash
# Muster's Debian packages, of the programs that were built for the lab.

# debs_make FOLDER: muster_…, muster-agent_… and muster-orchestrator_….deb in it, and how they were made in FOLDER/log.
debs_make() {
  rm -rf "$1"
  mkdir -p "$1/source"
  cp -a "$LAB_CHECKOUT/debian" "$LAB_CHECKOUT/config" "$1/source/"
  # The symbols of debuggers are three times as large as all the rest.
  (cd "$1/source" && DEB_BUILD_OPTIONS='terse noautodbgsym' MUSTER_BUILT=$LAB_BUILD \
    dpkg-buildpackage --build=binary --no-sign --no-check-builddeps) >"$1/log" 2>&1 || { tail -n 20 "$1/log" >&2; return 1; }
}

# debs_install HOST FOLDER PACKAGE…: as an administrator does; what they depend on is there.
debs_install() {
  local host=$1 folder=$2 package files=()
  shift 2
  for package in "$@"; do
    files+=("/root/$package.deb")
    host_give "$host" "$(echo "$folder/$package"_*.deb)" "/root/$package.deb"
  done
  host_run "$host" dpkg --install "${files[@]}"
}
