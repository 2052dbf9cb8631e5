# shellcheck shell=bash
# The host `orchestrator`, and more of them.

# orchestrator_up [NAME]: on a host of that name, with the certificate LAB_OUT/operator/NAME.pem.
orchestrator_up() {
  local host=${1:-orchestrator} name
  orchestrator_give "$host"
  for name in mail chat; do
    host_give "$host" "$SERVICES_FILES/$name.password" "/etc/muster/$name.password"
  done
  host_give "$host" "$SERVICES_FILES/server.pem" /etc/muster/services.pem
  orchestrator_config | host_run "$host" install -D -m 600 /dev/stdin /etc/muster/orchestrator.yaml
  orchestrator_start "$host"
}

# One that tells nobody: enough for a fleet, whose operator asks it to trust a CA.
orchestrator_plain_up() {
  orchestrator_give orchestrator
  host_give orchestrator "$LAB_OUT/operator/orchestrator.yaml" /etc/muster/orchestrator.yaml
  orchestrator_start
  lab_wait 20 "the orchestrator" host_run orchestrator grep -q orchestrating /var/log/muster-orchestrator.log
}

# orchestrator_give HOST: certificate, roots, workflows, and who is an admin.
orchestrator_give() {
  local host=$1 name
  for name in root orchestrator-root; do host_give "$host" "$LAB_OUT/operator/$name.pem" "/etc/muster/$name.pem"; done
  for name in pem key; do host_give "$host" "$LAB_OUT/operator/$host.$name" "/etc/muster/orchestrator.$name"; done
  host_copy "$host" "$LAB_OUT/operator/policies" /etc/muster/policies
  host_copy "$host" "$LAB_CHECKOUT/config/workflows" /etc/muster/workflows
}

orchestrator_start() { host_start "${1:-orchestrator}" muster-orchestrator muster-orchestrator; }

# What `muster init` wrote, and whom to tell.
orchestrator_config() {
  cat "$LAB_OUT/operator/orchestrator.yaml" - <<END

notify:
  digest_window_s: 1
  targets: ["mailto:$OPS", "xmpp:$OPS"]
  email:
    server: smtp://mail.$LAB_DOMAIN:587
    from: muster@$LAB_DOMAIN
    user: muster
    password_file: /etc/muster/mail.password
    ca_file: /etc/muster/services.pem
  xmpp:
    account: muster@$LAB_DOMAIN
    server: chat.$LAB_DOMAIN:5222
    password_file: /etc/muster/chat.password
    ca_file: /etc/muster/services.pem
END
}
