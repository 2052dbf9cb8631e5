# puppets-request.rb CONFDIR KEY NAME: the certificate request that Puppet itself makes of these, on stdout.
require 'puppet'
confdir, key, name = ARGV
Puppet.initialize_settings(['--confdir', confdir, '--vardir', "#{confdir}/var", '--ssldir', "#{confdir}/ssl", '--certname', name])
require 'puppet/x509'
require 'puppet/ssl/oids'
Puppet::SSL::Oids.register_puppet_oids
Puppet::SSL::Oids.load_custom_oid_file(Puppet[:trusted_oid_mapping_file])
puts Puppet::X509::CertProvider.new.create_request(name, OpenSSL::PKey.read(File.read(key))).to_pem
