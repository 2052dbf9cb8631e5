# shellcheck shell=bash
# The network of a lab: a bridge in a namespace of its own, where no firewall of the machine's reaches, and one link
# out of it so that the machine itself is .1 on the lab's subnet.

# wire_up: makes it and writes the subnet ("10.23.45") to LAB_STATE/subnet.
wire_up() {
  local subnet
  mkdir -p "$LAB_STATE"
  host_boot wire
  wire_in ip link add lab type bridge
  wire_in ip link set dev lab up
  exec {lock}>"$LAB_LOCK"  # so that two labs do not choose one subnet
  flock "$lock"
  subnet=$(wire_free_subnet)
  ip link add "$LAB_LINK" type veth peer name machine netns "$(host_pid wire)"
  ip addr add "$subnet.1/24" dev "$LAB_LINK"
  exec {lock}>&-
  ip link set dev "$LAB_LINK" up
  wire_in ip link set dev machine master lab up
  printf '%s\n' "$subnet" >"$LAB_STATE/subnet"
}

wire_in() { nsenter --target "$(host_pid wire)" --net -- "$@"; }

# The first subnet, from one that depends on the lab's id on, with no route of this machine inside it.
wire_free_subnet() {
  local try number=$((16#$LAB_ID)) subnet
  for try in {0..99}; do
    subnet=10.$(((number / 250 + try) % 150 + 100)).$((number % 250))
    [[ $(ip -4 route show root "$subnet.0/24") ]] || { printf '%s\n' "$subnet"; return; }
  done
  lab_fail "no free subnet in 10.100.0.0-10.249.249.255"
}

# wire_plug HOST ADDRESS
wire_plug() {
  local pid
  pid=$(host_pid "$1")
  ip link add eth0 netns "$pid" type veth peer name "${1:0:15}" netns "$(host_pid wire)"
  wire_in ip link set dev "${1:0:15}" master lab up
  nsenter --target "$pid" --net -- ip addr add "$2/24" dev eth0
  nsenter --target "$pid" --net -- ip link set dev eth0 up
}

wire_down() { ip link delete "$LAB_LINK" 2>/dev/null || true; }
