// The roots that a process obeys: those of its configuration, and what the roots themselves said
// since (root_statement.hpp), over restarts.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/guarded.hpp"
#include "proto/base/result.hpp"
#include "proto/security/root_state.hpp"
#include "proto/security/trust_store.hpp"

namespace muster::security {

inline constexpr std::size_t kRootsInForceMax = 4;   // certificates in one root's file
inline constexpr std::size_t kRootsWaitingMax = 16;  // statements whose predecessor is missing
inline constexpr std::size_t kRootsMemoryMaxBytes = 256 * 1024;
inline constexpr std::size_t kRootMarkBytes = 8;  // of a certificate's SHA-256, in presence

struct RootFiles {
  std::filesystem::path operators;      // PEM, as configured; more than one while a root is rotated
  std::filesystem::path orchestrators;  // the same
  // What was learnt (0600). It counts for as long as the two files above are the same. Empty:
  // remembered nowhere.
  std::filesystem::path memory = {};
  // PEM of the operator roots in force, for TLS towards brokers; kept up to date. Empty: none.
  std::filesystem::path for_brokers = {};
  // Whether `for_brokers` is there before anything was learnt, so that one path serves for the
  // process's life.
  bool daemon = false;
};

// Thread-safe.
class KnownRoots {
 public:
  // Errc::config or io when a configured file cannot be read or holds no CA. A damaged memory is
  // told and left aside: the bus retains what it held.
  static Result<std::unique_ptr<KnownRoots>> open(RootFiles files);

  // A statement from the bus. True when it changed what is obeyed (written down already, unless that
  // failed, which is told); false when it is known. Errc::refused and others say why it is not
  // believed; it is tried again when its predecessor comes.
  Result<bool> take(std::string_view message);

  RootState state(Root root) const;
  // Makes `store` have these anchors of the two roots, and no others.
  Status sync(TrustStore& store) const;
  // The first kRootMarkBytes of the SHA-256 of each certificate in force, both roots'.
  std::vector<std::string> marks() const;
  // The names of those in force, for people: "Muster operator root, Muster operator root 2".
  std::string names(Root root) const;
  // For TLS towards brokers.
  std::filesystem::path broker_roots() const;

 private:
  explicit KnownRoots(RootFiles files) : files_(std::move(files)) {}
  struct Known {
    std::string configured;  // fingerprints of what the files say
    RootState operators;
    RootState orchestrators;
    std::vector<RootStatement> waiting;

    bool learnt() const { return operators.number + orchestrators.number > 0; }
    RootState& of(Root root) { return root == Root::operators ? operators : orchestrators; }
    const RootState& of(Root root) const {
      return root == Root::operators ? operators : orchestrators;
    }
  };
  Status configure(Known& known) const;
  void recall(Known& known) const;
  void remember(const Known& known) const;
  static Result<bool> apply(Known& known, const RootStatement& statement);
  static void try_waiting(Known& known);

  const RootFiles files_;
  base::Guarded<Known> known_;
};

}  // namespace muster::security
