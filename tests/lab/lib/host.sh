# shellcheck shell=bash
# Hosts of a lab. A host is a process 1 (tests/lab/init) with network, mount, pid, uts and ipc namespaces of its own,
# and a folder LAB_STATE/hosts/NAME that says which process that is.

host_folder() { printf '%s/hosts/%s' "$LAB_STATE" "$1"; }
host_names() { find "$LAB_STATE/hosts" -mindepth 1 -maxdepth 1 -printf '%f\n' 2>/dev/null | sort; }
host_logs() { printf '%s/logs/%s' "$LAB_OUT" "$1"; }
host_address() { cat "$(host_folder "$1")/address"; }
host_is_up() { [[ -e $(host_folder "$1")/init ]] && process_alive "$(<"$(host_folder "$1")/init")"; }

host_pid() {
  local stamp
  stamp=$(cat "$(host_folder "$1")/init" 2>/dev/null) || { lab_fail "no host '$1' here; tests/lab/host list"; return 1; }
  printf '%s\n' "${stamp%% *}"
}

# host_up NAME [KNOWN_AS…]: boots NAME.muster.test and plugs it in. A host resolves itself and the KNOWN_AS names of
# those that were booted before it, nothing else.
host_up() {
  local name=$1 address
  shift
  ! host_is_up "$name" || { lab_fail "host '$name' is up already"; return 1; }
  address=$(host_next_address)
  mkdir -p "$(host_folder "$name")"
  printf '%s\n' "$address" >"$(host_folder "$name")/address"
  (($# == 0)) || printf '%s\n' "$address $*" >>"$LAB_STATE/known-hosts"
  host_boot "$name"
  wire_plug "$name" "$address"
}

# .2 is the first; .1 is the machine. Several may ask at once.
host_next_address() {
  local last next
  exec {next}>"$LAB_STATE/next-address"
  flock "$next"
  last=$(cat "$LAB_STATE/last-address" 2>/dev/null || echo 1)
  ((last < 254)) || { lab_fail "a lab has at most 253 hosts"; return 1; }
  printf '%s\n' $((last + 1)) >"$LAB_STATE/last-address"
  printf '%s.%s\n' "$(<"$LAB_STATE/subnet")" $((last + 1))
}

host_boot() {
  local folder
  folder=$(host_folder "$1")
  mkdir -p "$folder"
  host_hosts_file "$1" >"$folder/etc-hosts"
  setsid --fork unshare --mount --uts --ipc --net --pid --fork --kill-child \
    "$LAB_CHECKOUT/tests/lab/init" "$folder" "$LAB_CHECKOUT" "$(host_logs "$1")" "$1.$LAB_DOMAIN" \
    >"$folder/boot.log" 2>&1 </dev/null
  lab_wait 20 "boot of host $1" host_has_booted "$1" && return
  cat "$folder/boot.log" >&2
  return 1
}

host_has_booted() { [[ -s $(host_folder "$1")/ready ]]; }

host_hosts_file() {
  printf '127.0.0.1 localhost\n::1 localhost ip6-localhost\n'
  [[ ! -e $(host_folder "$1")/address ]] || printf '%s %s %s\n' "$(host_address "$1")" "$1.$LAB_DOMAIN" "${1%%.*}"
  [[ ! -e $LAB_STATE/known-hosts ]] || cat "$LAB_STATE/known-hosts"
}

# host_run NAME COMMAND…: in the host, in the foreground, with a clean environment.
host_run() {
  local pid
  pid=$(host_pid "$1") || return
  shift
  nsenter --target "$pid" --mount --uts --ipc --net --pid --wdns=/root -- env -i HOME=/root USER=root \
    "TERM=${TERM:-dumb}" LANG=C.UTF-8 "PATH=$LAB_BUILD/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" "$@"
}

# host_give NAME FILE PATH: a copy of this machine's FILE in the host, readable by root only.
host_give() { host_run "$1" install -D -m 600 /dev/stdin "$3" <"$2"; }

# host_copy NAME FOLDER PATH: what is in this machine's FOLDER, into the host's.
host_copy() {
  host_run "$1" mkdir -p "$3"
  tar -C "$2" -c . | host_run "$1" tar -C "$3" -x
}

# host_place NAME COUNTRY: where it is, as an external fact of Facter's.
host_place() { printf -- '---\ncountry: %s\n' "$2" | host_run "$1" install -D -m 644 /dev/stdin /etc/facter/facts.d/location.yaml; }

# host_start NAME UNIT COMMAND…: in the background; its output goes to /var/log/UNIT.log of the host.
host_start() {
  local host=$1 unit=$2
  shift 2
  # shellcheck disable=SC2016  # for the shell in the host
  host_run "$host" setsid --fork bash -c 'echo $$ >"/run/lab/$0.pid"; exec "$@" >>"/var/log/$0.log" 2>&1 </dev/null' \
    "$unit" "$@" </dev/null >/dev/null 2>&1
  lab_wait 10 "start of $unit on $host" host_run "$host" test -s "/run/lab/$unit.pid"
}

# host_signal NAME UNIT SIGNAL
host_signal() {
  # shellcheck disable=SC2016
  host_run "$1" bash -c 'kill -s "$2" "$(<"/run/lab/$1.pid")"' bash "$2" "$3"
}

host_unit_runs() {
  # shellcheck disable=SC2016
  host_run "$1" bash -c 'kill -0 "$(<"/run/lab/$1.pid")"' bash "$2" 2>/dev/null
}

# host_stop NAME UNIT [SIGNAL]: back when it has ended.
host_stop() {
  host_unit_runs "$1" "$2" || return 0
  host_signal "$1" "$2" "${3:-TERM}" || true
  lab_wait 30 "end of $2 on $1" host_unit_has_ended "$1" "$2"
}

host_unit_has_ended() { ! host_unit_runs "$1" "$2"; }

# host_down NAME: every process of it, its network and its files are gone; its logs stay.
host_down() {
  local folder
  folder=$(host_folder "$1")
  if [[ -s $folder/init ]]; then process_kill "$(<"$folder/init")"; fi
  rm -rf "$folder"
}
