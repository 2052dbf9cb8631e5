#include "node-agent/daemon/look.hpp"

#include <utility>

#include "node-agent/daemon/identity.hpp"
#include "node-agent/daemon/node_signer.hpp"
#include "node-agent/presence/presence.hpp"
#include "plugins/csr/csr_attributes.hpp"
#include "plugins/facts/classes.hpp"
#include "plugins/puppet/layout.hpp"
#include "proto/base/host_name.hpp"

namespace muster::agent {

Look::Look(Parts parts) : parts_(parts), first_name_(base::host_name()), host_name_(first_name_) {}

View Look::view(const std::string& broker, const std::string& certificate) {
  const auto& config = parts_.config;
  View view;
  view.facts = parts_.facts.facts();
  view.agent_facts = parts_.agents.presence_facts();
  view.agents = parts_.agents.names();
  view.classes = facts::read_classes(config.classes_files);
  view.doubtful_classes = facts::doubtful_classes(config.classes_files);
  view.address = address_towards(broker);
  view.roots = parts_.roots.marks();
  view.certificate_renewed = !certificate.empty() && renewed(certificate);
  if (std::exchange(host_name_, base::host_name()) != host_name_) other_name_ = find_other_name();
  view.other_name = other_name_;
  return view;
}

// Cloud images learn their name, and their domain, after the agent's start. The resolver is asked once the host's name has
// changed, else only if told so.
Names Look::names(bool thoroughly) {
  const auto& config = parts_.config;
  Names names;
  if (thoroughly || base::host_name() != first_name_) names.other = find_other_name();
  // Puppet may come after us, and somebody may write its puppet.conf: what we took for granted without them may be wrong.
  names.puppet_changed = plugins::puppet::layout_stamp(config.puppet) != config.puppet_stamp;
  return names;
}

std::string Look::find_other_name() const {
  const auto found = find_identity(parts_.config);
  return found && *found != parts_.identity ? base::host_name() : "";
}

// Reads it only when its file has changed since the last time.
bool Look::renewed(const std::string& certificate) {
  if (std::exchange(seen_for_, certificate) != certificate) certificate_seen_ = {};
  const auto& puppet = parts_.config.puppet;
  std::error_code unreadable;
  const auto changed =
      std::filesystem::last_write_time(puppet.certificate_of(parts_.identity), unreadable);
  if (unreadable || changed == certificate_seen_) return false;
  const auto now = node_signer(puppet, parts_.identity, base::SystemClock().unix_ms());
  if (!now) return false;  // half-way through being written, perhaps
  const bool other = now->chain().front().fingerprint() != certificate;
  if (!other) certificate_seen_ = changed;
  return other;
}

Result<std::string> sealed_announcement(AnnouncementContent content, const AgentConfig& config,
                                        const JoinIdentity& join, const x509::Key& token_key) {
  // A master has its certificate already.
  if (!std::filesystem::exists(config.puppet.cadir / "ca_crt.pem")) {
    MUSTER_TRY(x509::check_common_name(content.identity));
    MUSTER_ASSIGN(auto asked, csr::read_csr_content(config.puppet, content.identity));
    for (auto& [oid, text] : asked.extensions) content.extensions[oid] = std::move(text);
    content.alternative_names = std::move(asked.alternative_names);
  }
  return announcement(content, join, token_key, config.puppet);
}

}  // namespace muster::agent
