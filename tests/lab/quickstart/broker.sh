# shellcheck shell=bash
# The host `broker`, and the operator root with all that it issues, in LAB_OUT/operator.

readonly BROKER_HOME=/etc/mosquitto/muster  # in the host

broker_up() { host_up broker "broker.$LAB_DOMAIN"; }


broker_start() {
  operator_init
  operator_tokens
  broker_give
  host_run broker muster broker config --dir "$BROKER_HOME" --authority /etc/muster
  host_start broker mosquitto mosquitto -c "$BROKER_HOME/mosquitto.conf"
  lab_wait 20 "the broker" lab_muster trust list
  host_start broker muster-broker-watch muster -c /etc/muster/watcher.yaml broker watch \
    --dir "$BROKER_HOME"
}

# Its certificates and what it must know; never a root's key.
broker_give() {
  local name
  for name in watcher.yaml root.pem root.crl orchestrator-root.pem orchestrator-root.crl broker.pem broker.key watcher.pem watcher.key join.password; do
    host_give broker "$LAB_OUT/operator/$name" "/etc/muster/$name"
  done
}

# The address comes first: this machine, where people call muster, does not know the name.
operator_init() {
  rm -rf "$LAB_OUT/operator"
  "$LAB_BUILD/bin/muster" init --dir "$LAB_OUT/operator" --broker "$(host_address broker)" --broker "broker.$LAB_DOMAIN"
}

operator_tokens() {
  lab_muster token create --out "$LAB_OUT/operator/master.token" --master --issues '*' --identity "puppet.*.$LAB_DOMAIN" --uses 0
  lab_muster token create --out "$LAB_OUT/operator/node.token" --identity "*.de.$LAB_DOMAIN" \
    --identity "*.us.$LAB_DOMAIN" --uses 0
  # Whoever owns the checkout may command this lab, also without sudo.
  chown -R --reference "$LAB_CHECKOUT" "$LAB_OUT/operator"
}
