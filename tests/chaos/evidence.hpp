// What each party of a run has written down, as it is found: nodes' and orchestrators' disks, CAs' folders, and what the broker
// shows to anybody.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "plugins/agents/provision/progress.hpp"

namespace muster::chaos {

struct NodeFound {
  std::string name;
  std::optional<plugins::provision::Progress> progress;  // nothing: nobody has ever wanted it
  std::string key;                 // fingerprint of the key that it made; empty: it has made none
  std::string certificate_serial;  // of the one that it uses; empty: it has none
  bool is_online = false;          // as a member, to whoever asks the bus
};

// In a CA's folder.
struct CertificateFound {
  std::string name;
  std::string master;  // whose CA signed it
  std::string serial;
  std::string key;  // fingerprint
  bool is_revoked = false;
  std::int64_t signed_at_ms = 0;
};

struct RecordFound {
  std::string state;
  std::string run_id;
  std::string reason;
};

struct DebtFound {
  std::string master;
  std::string certname;
  std::int64_t issued_before_ms = 0;
  std::set<std::string> serials;
};

// A row of an outbox.
struct NoticeFound {
  std::string orchestrator;
  std::string id;
  std::string subject;
};

struct Evidence {
  std::int64_t now_ms = 0;  // when it was gathered
  std::vector<NodeFound> nodes;
  std::vector<CertificateFound> certificates;
  std::map<std::string, RecordFound> records;  // by node
  std::vector<DebtFound> debts;
  std::vector<NoticeFound> notices;
};

}  // namespace muster::chaos
