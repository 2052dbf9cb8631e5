# shellcheck shell=bash
# The host `services`: a mail server, a chat server, and somebody who listens to the chat.

readonly SERVICES_FILES=$LAB_OUT/services  # secrets and certificate, made anew for each lab
readonly SERVICES_HOME=/srv                # in the host
readonly OPS=ops@$LAB_DOMAIN

services_up() {
  services_secrets
  services_certificate
  services_start_mail
  services_start_chat
}

services_secrets() {
  local name
  rm -rf "$SERVICES_FILES"
  (
    umask 077
    mkdir -p "$SERVICES_FILES"
    for name in mail chat ops; do openssl rand -hex 16 >"$SERVICES_FILES/$name.password"; done
  )
  for name in mail chat ops; do
    host_give services "$SERVICES_FILES/$name.password" "$SERVICES_HOME/$name.password"
  done
}

# One certificate for both servers. It is its own issuer, so it is also what clients trust.
services_certificate() {
  local names=DNS:$LAB_DOMAIN,DNS:mail.$LAB_DOMAIN,DNS:chat.$LAB_DOMAIN,DNS:conference.$LAB_DOMAIN
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj "/CN=$LAB_DOMAIN" \
    -addext "subjectAltName=$names" -keyout "$SERVICES_FILES/server.key" -out "$SERVICES_FILES/server.pem"
  host_give services "$SERVICES_FILES/server.key" "$SERVICES_HOME/server.key"
  host_give services "$SERVICES_FILES/server.pem" "$SERVICES_HOME/server.pem"
}

services_start_mail() {
  host_run services "$LAB_CHECKOUT/tests/lab/smtp" start "$SERVICES_HOME/mail" --address "$(host_address services)" \
    --port 587 --name "mail.$LAB_DOMAIN" --cert "$SERVICES_HOME/server.pem" --key "$SERVICES_HOME/server.key" \
    --user muster --password-file "$SERVICES_HOME/mail.password" --mailbox "$OPS"
}

services_start_chat() {
  host_run services "$LAB_CHECKOUT/tests/lab/xmpp" start "$SERVICES_HOME/chat" --address "$(host_address services)" \
    --port 5222 --domain "$LAB_DOMAIN" --cert "$SERVICES_HOME/server.pem" --key "$SERVICES_HOME/server.key" \
    --user "muster:$SERVICES_HOME/chat.password" --user "ops:$SERVICES_HOME/ops.password"
  host_start services chat-listener muster-lab-xmpp-listen --account "$OPS" --server "chat.$LAB_DOMAIN:5222" \
    --password-file "$SERVICES_HOME/ops.password" --ca-file "$SERVICES_HOME/server.pem"
  lab_wait 20 "the chat listener's login" host_run services grep -qx ready /var/log/chat-listener.log
}

# What people got, as they got it.
services_mail() { host_run services "$LAB_CHECKOUT/tests/lab/smtp" show "$SERVICES_HOME/mail"; }
services_chat() { host_run services sed -n 's|/[^\t]*\t|: |; T; s/\\n/\n    /g; s/^/  /; p' /var/log/chat-listener.log; }
