# shellcheck shell=bash
# What a person sees once the machines are on their way.

readonly SHOW_SECONDS=900  # patience with all nodes together; a single one takes some ten seconds

# Also as root: the operator's files are the owner's of the checkout.
lab_muster() { SUDO_UID=${SUDO_UID:-$(stat -c %u "$LAB_CHECKOUT")} MUSTER_CONFIG=$LAB_OUT/operator/muster.yaml "$LAB_BUILD/bin/muster" "$@"; }

# shown COMMAND…: the command as one would type it, and what it says.
shown() {
  printf '\n%s$ %s%s\n' "$UI_DIM" "$*" "$UI_PLAIN"
  "lab_$1" "${@:2}"
}

# Back when COUNT nodes are production nodes; not zero when they are not in time.
show_provisioning() {
  printf '\n'
  lab_muster provision watch --until-finished "$1" --timeout "$SHOW_SECONDS"
}

show_failure() {
  local identity
  ui_head "Not every node finished"
  lab_muster provision list || true
  while read -r identity; do
    ui_head "$identity"
    lab_muster provision show "$identity" || true
  done < <(show_unfinished)
  printf '\nLogs of every host: %s/logs\nEverything still runs. Take it down: sudo ./quickstart --down\n' "$LAB_OUT"
}

# One that never announced itself has no record: its own log is all there is.
show_unfinished() {
  lab_muster provision list --json | jq -r '.nodes[] | select(.state != "finished") | .identity'
}

show_summary() {
  summary_write
  lab_wait 30 "mail and chat about every node" people_know || true  # they never decide whether a node is finished
  ui_head "Mail"
  services_mail | mail_as_read
  ui_head "Chat"
  services_chat
  ui_head "The fleet"
  shown muster ping
  shown muster facts country
  shown muster provision list
  show_how_to_go_on
}

people_know() {
  local identity mail chat
  mail=$(services_mail)
  chat=$(services_chat)
  while read -r identity; do
    [[ $mail == *"$identity"* && $chat == *"$identity"* ]] || return 1
  done < <(jq -r '.nodes[].identity' "$LAB_OUT/summary.json")
}

# Of each mail what a reader sees: three headers, and the text with its quoted-printable undone.
mail_as_read() {
  local text
  text=$(tr -d '\r' | sed -z 's/=\n//g; s/\\/\\\\/g; s/=\([0-9A-F][0-9A-F]\)/\\x\1/g')
  printf '%b\n' "$text" | awk '/^Return-path:/ { header = 1 } header && /^(From|To|Subject):/ { print "  " $0 }
    !header { print "  " $0 } header && /^$/ { header = 0; print "" }'
}

summary_write() {
  lab_muster provision list --json |
    jq '{nodes: [.nodes[] | {identity, master, attempts, total_ms, steps_ms}]}' >"$LAB_OUT/summary.json"
}

show_how_to_go_on() {
  ui_head "Look around"
  # shellcheck disable=SC2016  # $PATH is for the reader's shell
  printf '  export PATH=%q:$PATH MUSTER_CONFIG=%q\n' "$LAB_BUILD/bin" "$LAB_OUT/operator/muster.yaml"
  cat <<END
  muster inventory node1.de.$LAB_DOMAIN
  muster rpc rpcutil get_fact fact=kernel -F country=us
  sudo tests/lab/host list                      the hosts and what runs on them
  sudo tests/lab/host run node1.de              a shell on one
  $LAB_OUT/summary.json and $LAB_OUT/logs

Take it down: sudo ./quickstart --down
END
}
