// The roots of ours that a broker obeys, and their revocation lists: folders and files of its configuration.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "orchestrator/broker/broker_folder.hpp"
#include "orchestrator/broker/node_crls.hpp"
#include "proto/base/clock.hpp"
#include "proto/base/result.hpp"

namespace muster::broker {

// Lists that wait for their root to become known.
inline constexpr std::size_t kListsOfUnknownRootsMax = 16;

struct RootsInForce {
  std::vector<x509::Certificate> operators;
  std::vector<x509::Certificate> orchestrators;
};

// Not thread-safe. The clock must outlive it.
class RootLists {
 public:
  RootLists(BrokerFolder folder, const base::Clock& clock)
      : folder_(std::move(folder)), clock_(clock) {}

  // The roots that the folder holds, and the lists of the files.
  void load();
  // Brings the folders to the roots in force; a kind without any stays as it is. True when one was not so already.
  // Errc::io when a folder cannot be written.
  Result<bool> follow(const RootsInForce& roots);
  // Bare DER: the root's own signature is the only one that it needs. True when a file changes by it. One of a root that
  // is not known yet waits for it.
  Result<bool> take(std::string_view der);
  // Brings the files to what is believed. True when one was not so already, whoever changed it.
  Result<bool> write();
  // Fingerprints of the roots whose certificate and list stand in folder and file since the last write():
  // whom a broker lets in once it has read them.
  const std::vector<std::string>& ready() const { return ready_; }

 private:
  struct OwnRoot {
    std::string kind;  // "operators" or "orchestrators"
    x509::Certificate certificate;
    NodeCrls crls;
  };
  void hold(const std::string& kind);
  Result<bool> offer(const x509::CaCrl& crl);

  const BrokerFolder folder_;
  const base::Clock& clock_;
  std::vector<OwnRoot> roots_;
  std::vector<x509::CaCrl> of_unknown_;
  std::vector<std::string> ready_;
};

}  // namespace muster::broker
