# shellcheck shell=bash
# Packages and programs.

readonly BUILD_PROGRAMS=(muster muster-agent muster-orchestrator muster-lab-ca muster-lab-xmpp-listen)

packages_install() { "$LAB_CHECKOUT/config/install-packages"; }

# The checkout's owner builds, not root: what sudo leaves behind must not be in the owner's way.
build_release() {
  local owner
  owner=$(stat -c %U "$LAB_CHECKOUT")
  install -d -o "$owner" "$LAB_BUILD"
  build_as "$owner" cmake -S "$LAB_CHECKOUT" -B "$LAB_BUILD" -G Ninja -DCMAKE_BUILD_TYPE=Release
  build_as "$owner" ninja -C "$LAB_BUILD" "${BUILD_PROGRAMS[@]}"
}

build_as() {
  local user=$1
  shift
  if [[ $user == root || $user == UNKNOWN ]]; then "$@"; else runuser -u "$user" -- "$@"; fi
}
