# Fills "gives" of each row of table.json whose source is "puppet", with what Debian's Puppet answers:
#
#   apt-get install --no-install-recommends puppet-agent
#   ruby ask_puppet.rb
#
# To add a question, append a row without "gives" and run this. null: Puppet refuses it.
require "ipaddr"
require "json"
require "open3"
require "puppet"
require "puppet/ssl/oids"
require "puppet/x509"
require "tmpdir"

NAME = "n1.example"
KEY = OpenSSL::PKey::RSA.new(2048)

CONF = Dir.mktmpdir
at_exit { FileUtils.rm_rf(CONF) }
Puppet.initialize_settings(["--confdir", CONF, "--vardir", "#{CONF}/var", "--ssldir", "#{CONF}/ssl", "--certname", NAME])
Puppet::SSL::Oids.register_puppet_oids
Puppet::Util::Log.level = :crit

# The extensions of the request that Puppet makes: name => what is in the octets.
def extensions
  request = Puppet::X509::CertProvider.new.create_request(NAME, KEY)
  asked = request.attributes.find { |attribute| %w[extReq msExtReq].include?(attribute.oid) }
  return [] unless asked
  asked.value.value.first.value.map { |extension| OpenSSL::X509::Extension.new(extension) }
end

def oid(name)
  OpenSSL::ASN1::ObjectId.new(name).oid
rescue OpenSSL::ASN1::ASN1Error
  nil
end

def csr_text(value)
  File.write("#{CONF}/csr_attributes.yaml", "extension_requests:\n  pp_role: #{value}\n")
  Puppet[:dns_alt_names] = ""
  role = extensions.find { |extension| extension.oid == "pp_role" }
  role && OpenSSL::ASN1.decode(role.value_der).value.force_encoding("UTF-8")
rescue Puppet::Error, OpenSSL::OpenSSLError
  nil
end

def alt_names(setting)
  FileUtils.rm_f("#{CONF}/csr_attributes.yaml")
  Puppet[:dns_alt_names] = setting
  names = extensions.find { |extension| extension.oid == "subjectAltName" }
  return [] unless names
  names.value.split(", ").map { |name| name.delete_prefix("DNS:").sub(/\AIP Address:(.*)/) { "IP:#{IPAddr.new($1)}" } }
rescue Puppet::Error, OpenSSL::OpenSSLError
  nil
end

# As it prints them for an agent; @confdir@ stands for the folder of the file.
def settings(wanted)
  File.write("#{CONF}/puppet.conf", wanted["puppet.conf"].gsub("@confdir@", CONF))
  printed, status = Open3.capture2("puppet", "config", "print", "--section", "agent", "--confdir", CONF, *wanted["settings"], "confdir")
  FileUtils.rm_f("#{CONF}/puppet.conf")
  return nil unless status.success?
  said = printed.lines.filter_map { |line| line.chomp.match(/\A(\w+) = ?(.*)\z/)&.captures }.to_h
  wanted["settings"].map { |name| [name, said[name].gsub(CONF, "@confdir@")] }.to_h
end

def answer(row)
  case row["kind"]
  when "oid" then row["input"].map { |name| [name, oid(name)] }.to_h
  when "csr_text" then csr_text(row["input"])
  when "alt_names" then alt_names(row["input"])
  when "settings" then settings(row["input"])
  else raise "no question for #{row["kind"]}"
  end
end

ORDER = %w[line source kind what input gives ours why].freeze
file = File.join(__dir__, "table.json")
rows = JSON.parse(File.read(file, :encoding => "UTF-8"))
rows.each { |row| row["gives"] = answer(row) if row["source"] == "puppet" }
rows.map! { |row| ORDER.filter_map { |key| [key, row[key]] if row.key?(key) }.to_h }
File.write(file, "[\n#{rows.map { |row| JSON.generate(row) }.join(",\n")}\n]\n")
