// Where Puppet keeps things on this node. Which of them hold is found out (plugins/puppet/layout.hpp); agent.yaml's `puppet:` may say otherwise.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "proto/base/guard.hpp"

namespace muster::plugins {

// Each path is named as Puppet's setting is. What stands here are the values of Debian's package.
struct PuppetPaths {
  std::filesystem::path program = "puppet";  // looked up where packages put it when it has no '/'
  std::filesystem::path confdir = "/etc/puppet";
  std::filesystem::path ssldir = "/var/lib/puppet/ssl";
  std::filesystem::path vardir = "/var/cache/puppet";
  std::filesystem::path statedir;   // locks, report, resources.txt; empty: <vardir>/state
  std::filesystem::path publicdir;  // last_run_summary.yaml; empty: <vardir>/public
  std::filesystem::path rundir = "/run/puppet";
  std::filesystem::path logdir = "/var/log/puppet";
  std::filesystem::path classfile;  // empty: <statedir>/classes.txt
  std::filesystem::path pidfile;    // of the daemon; empty: <rundir>/agent.pid
  std::filesystem::path cadir = "/etc/puppet/puppetserver/ca";  // ca_crt.pem here makes a master
  std::filesystem::path csr_attributes;  // empty: <confdir>/csr_attributes.yaml
  std::filesystem::path
      trusted_oid_mapping_file;  // empty: <confdir>/custom_trusted_oid_mapping.yaml
  // Those of the settings above that agent.yaml gives: Puppet is told them at each run, and nothing else, so that puppet.conf holds for the rest.
  std::vector<std::string> overridden;

  // What puppet.conf sets of these, as Puppet understands it; else empty. agent.yaml has no such keys.
  std::string certname;
  std::string dns_alt_names;   // separated by commas
  std::string ca_fingerprint;  // SHA-256 of the CA's bundle as the server sends it, in hexadecimal

  // Of the node's certificate, when it is not in ssldir: a credential of systemd, for instance. Then
  // nobody but its owner may read it, while Puppet's own is readable by Puppet's group.
  std::filesystem::path private_key;
  std::filesystem::path hosts_file = "/etc/hosts";
  std::string server_url = "https://puppet:8140";  // where a node asks for its certificate
  std::string master_url;  // where a master reaches its own CA API; empty: https://<identity>:8140

  std::filesystem::path certificate_of(const std::string& identity) const {
    return ssldir / "certs" / (identity + ".pem");
  }
  std::filesystem::path private_key_of(const std::string& identity) const {
    return private_key.empty() ? ssldir / "private_keys" / (identity + ".pem") : private_key;
  }
  base::Guard private_key_guard() const {
    return private_key.empty() ? base::Guard::puppet_key : base::Guard::secret;
  }
  std::filesystem::path state() const { return statedir.empty() ? vardir / "state" : statedir; }
  std::filesystem::path summary_folder() const {
    return publicdir.empty() ? vardir / "public" : publicdir;
  }
  std::filesystem::path classes_file() const {
    return classfile.empty() ? state() / "classes.txt" : classfile;
  }
  std::filesystem::path daemon_pid_file() const {
    return pidfile.empty() ? rundir / "agent.pid" : pidfile;
  }

  std::filesystem::path attributes_file() const {
    return csr_attributes.empty() ? confdir / "csr_attributes.yaml" : csr_attributes;
  }
  std::filesystem::path oid_names_file() const {
    return trusted_oid_mapping_file.empty() ? confdir / "custom_trusted_oid_mapping.yaml"
                                            : trusted_oid_mapping_file;
  }

  bool operator==(const PuppetPaths&) const = default;
};

}  // namespace muster::plugins
