# What a machine is for. It needs what the bootstrap environment left, and says so.
unless $facts['role'] {
  fail("${facts['networking']['fqdn']} has no role: the bootstrap environment has not run here")
}
file { '/etc/motd':
  content => "${facts['networking']['fqdn']}: ${facts['role']} in ${facts['country']}, looked after by ${servername}\n",
}
