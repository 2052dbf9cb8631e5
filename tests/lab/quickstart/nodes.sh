# shellcheck shell=bash
# The new machines: a fact that says where they are, a muster-agent, a join token, and nothing else.

readonly NODE_COUNTRIES=(de us)

# node_names COUNT: node1.de node2.us node3.de …
node_names() {
  local number
  for ((number = 1; number <= $1; number++)); do
    printf 'node%d.%s\n' "$number" "${NODE_COUNTRIES[(number - 1) % ${#NODE_COUNTRIES[@]}]}"
  done
}

# node_up NAME [TOKEN]: NAME ends in its country.
node_up() {
  node_boot "$1"
  node_start "$@"
}

node_boot() {
  host_up "$1"
  host_place "$1" "${1##*.}"
}

# node_start NAME [TOKEN]: its agent, with the join token in LAB_OUT/operator/TOKEN.token.
node_start() {
  host_give "$1" "$LAB_OUT/operator/${2:-node}.token" /etc/muster/join.token
  host_start "$1" muster-agent muster-agent
}

nodes_up() {
  local name
  while read -r name; do node_up "$name"; done < <(node_names "$1")
}
