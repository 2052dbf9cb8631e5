# shellcheck shell=bash
# The host `orchestrator`.

orchestrator_up() {
  local name
  for name in orchestrator.pem orchestrator.key root.pem; do
    host_give orchestrator "$LAB_OUT/operator/$name" "/etc/muster/$name"
  done
  for name in mail chat; do
    host_give orchestrator "$SERVICES_FILES/$name.password" "/etc/muster/$name.password"
  done
  host_give orchestrator "$SERVICES_FILES/server.pem" /etc/muster/services.pem
  host_copy orchestrator "$LAB_CHECKOUT/config/workflows" /etc/muster/workflows
  orchestrator_config | host_run orchestrator install -D -m 600 /dev/stdin /etc/muster/orchestrator.yaml
  orchestrator_start
}

orchestrator_start() { host_start orchestrator muster-orchestrator muster-orchestrator; }

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
