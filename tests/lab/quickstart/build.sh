# shellcheck shell=bash
# Packages and programs.

readonly BUILD_PROGRAMS=(muster muster-agent muster-orchestrator muster-lab-ca muster-lab-xmpp-listen)

packages_install() { MUSTER_APT_STATUS=yes "$LAB_CHECKOUT/config/install-packages"; }

build_release() {
  cmake -S "$LAB_CHECKOUT" -B "$LAB_BUILD" -G Ninja -DCMAKE_BUILD_TYPE=Release
  ninja -C "$LAB_BUILD" -n "${BUILD_PROGRAMS[@]}" | sed 's/^\[/plan [/'  # what ui_run weighs the steps by
  ninja -C "$LAB_BUILD" -j "$(nproc)" "${BUILD_PROGRAMS[@]}"
  build_give_to_owner
}

# What sudo leaves behind must not be in the way of the checkout's owner. The logs belong to those who write them, and the
# Puppet Servers' code may be made at this moment: it is given away by whoever makes it.
build_give_to_owner() {
  chown --reference="$LAB_CHECKOUT" "$LAB_BUILD"
  find "$LAB_BUILD" -mindepth 1 -maxdepth 1 -not -path "${LAB_OUT%-fleet}*" -not -name puppet-server \
    -exec chown -R --no-dereference --reference="$LAB_CHECKOUT" {} +
}
