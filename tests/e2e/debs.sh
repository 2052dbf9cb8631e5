# shellcheck shell=bash
# Muster's Debian packages, of the programs that were built for the lab.
readonly DEBS=$LAB_BUILD/e2e-debs

# muster_…, muster-agent_… and muster-orchestrator_….deb in $DEBS, and how they were made in $DEBS/log. Cases that run side by side
# share them; what is older than what it was made of is made anew.
debs_make() (
  mkdir -p "$DEBS"
  exec {lock}>"$DEBS/lock"
  flock "$lock"
  _debs_are_new || _debs_make_anew
)

_debs_are_new() {
  [ -e "$DEBS/made" ] &&
    [ -z "$(find "$LAB_CHECKOUT/debian" "$LAB_CHECKOUT/config" "$LAB_BUILD/bin" "$LAB_BUILD/cmake_install.cmake" -newer "$DEBS/made" -print -quit)" ]
}

_debs_make_anew() {
  rm -rf "$DEBS"/{made,source} "$DEBS"/*.deb
  mkdir "$DEBS/source"
  touch "$DEBS/begun"
  cp -a "$LAB_CHECKOUT/debian" "$LAB_CHECKOUT/config" "$DEBS/source/"
  # The symbols of debuggers are three times as large as all the rest.
  (cd "$DEBS/source" && DEB_BUILD_OPTIONS='terse noautodbgsym' MUSTER_BUILT=$LAB_BUILD \
    dpkg-buildpackage --build=binary --no-sign --no-check-builddeps) >"$DEBS/log" 2>&1 || { tail -n 20 "$DEBS/log" >&2; return 1; }
  mv "$DEBS/begun" "$DEBS/made"
}

# debs_install HOST PACKAGE…: as an administrator does; what they depend on is there.
debs_install() {
  local host=$1 package files=()
  shift
  for package in "$@"; do
    files+=("/root/$package.deb")
    host_give "$host" "$(echo "$DEBS/$package"_*.deb)" "/root/$package.deb"
  done
  host_run "$host" dpkg --install "${files[@]}"
}
