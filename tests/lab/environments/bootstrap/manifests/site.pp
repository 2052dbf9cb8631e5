# The first run of a new machine: what later runs must know about it becomes a fact.
file { ['/etc/facter', '/etc/facter/facts.d']:
  ensure => directory,
}
file { '/etc/facter/facts.d/role.yaml':
  content => "---\nrole: web\n",
}
