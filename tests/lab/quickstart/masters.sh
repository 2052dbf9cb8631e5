# shellcheck shell=bash
# Puppet masters, one a country: a Puppet Server with a CA of its own and a muster-agent beside it.

master_fqdn() { printf 'puppet.%s.%s' "$1" "$LAB_DOMAIN"; }

# master_boot COUNTRY: back when the Puppet Server answers.
master_boot() {
  local host=puppet.$1
  host_place "$host" "$1"
  host_run "$host" mkdir -p /srv/puppet/code
  host_run "$host" cp -r "$LAB_CHECKOUT/tests/lab/environments" /srv/puppet/code/
  master_serve "$1"
  master_at_default_paths "$host"
}

# master_serve COUNTRY: starts the Puppet Server, also one that was stopped.
master_serve() {
  host_run "puppet.$1" "$LAB_CHECKOUT/tests/lab/puppet-server" start /srv/puppet "$(master_fqdn "$1")" \
    "$(host_address "puppet.$1")"
}

master_stop_serving() { host_run "puppet.$1" "$LAB_CHECKOUT/tests/lab/puppet-server" stop /srv/puppet; }

# The server keeps all it has under /srv/puppet; the agent beside it, and people, look where Debian has it.
master_at_default_paths() {
  host_run "$1" rm -rf /etc/puppet /var/lib/puppet/ssl
  host_run "$1" ln -s /srv/puppet/puppet /etc/puppet
  host_run "$1" ln -s /srv/puppet/ssl /var/lib/puppet/ssl
  host_run "$1" ln -s /srv/puppet/code /etc/puppet/code
}

# master_join COUNTRY: its agent offers the CA to the fleet with the master's join token.
master_join() {
  host_give "puppet.$1" "$LAB_OUT/operator/master.token" /etc/muster/join.token
  host_start "puppet.$1" muster-agent muster-agent
}

# master_ready COUNTRY: its Puppet Server is up, and the fleet knows it as a master.
master_ready() {
  ui_join "puppet.$1"
  master_join "$1"
  lab_wait 30 "puppet.$1 among the masters" master_is_known "$1"
}

master_is_known() { lab_muster find -A puppetca 2>/dev/null | grep -xF "$(master_fqdn "$1")" >/dev/null; }
