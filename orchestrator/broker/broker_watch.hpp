// `muster broker watch`: what the collective comes to trust, Mosquitto trusts a moment later; what a trusted CA has
// revoked, it refuses at the next connection.
//
// Everything that is put into the broker's folder is verified and written whole. The revocation lists come before a CA
// that needs them, and the broker is told once for all that came together.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "orchestrator/admission/master_endorsement.hpp"
#include "orchestrator/broker/access_of_banned.hpp"
#include "orchestrator/broker/broker_folder.hpp"
#include "orchestrator/broker/broker_lists.hpp"
#include "orchestrator/broker/capath.hpp"
#include "orchestrator/broker/delivered_piece.hpp"
#include "proto/base/clock.hpp"
#include "proto/base/fair_queue.hpp"
#include "proto/base/guarded.hpp"
#include "proto/base/result.hpp"
#include "proto/base/throttle.hpp"
#include "proto/messages/revocation_pieces.hpp"
#include "proto/transport/bus.hpp"

namespace muster::broker {

// Messages not yet looked at, of all and of one master. They are retained, and masters send theirs again.
inline constexpr base::FairLimits kWatchQueue{.items = 16'384,
                                              .per_sender = 2 * messages::kPiecesMax,
                                              .bytes = 512 * 1024 * 1024,
                                              .bytes_per_sender = 32 * 1024 * 1024};
// After the last message, for others of the same batch.
inline constexpr std::chrono::milliseconds kBatchPause{100};
// The broker reads all lists at each reload, and serves nobody meanwhile: a batch waits as long as that.
inline constexpr std::chrono::milliseconds kReloadPause{1'000};
// Lists that begin or end, files that somebody else changed, a broker that could not be told.
inline constexpr std::chrono::seconds kLookAgain{30};
inline constexpr std::chrono::hours kComplainAgain{24};

// Start once; bus and clock must outlive it, and so must what the functions use, which are called on its own thread.
class BrokerWatch {
 public:
  struct Ways {
    // A signed endorsement or withdrawal, or why it is not believed. Of each CA the one with the
    // highest number since the start counts. read_piece must know its CA from then on.
    std::function<Result<admission::Endorsement>(std::string_view topic, std::string_view payload)>
        read_ca;
    // A verified piece of a list, or why not (read_delivered_piece).
    std::function<Result<DeliveredPiece>(std::string_view topic, std::string_view payload)>
        read_piece;
    std::function<Status()> reload;  // the broker (reload_broker)
    // The roots in force, as the roots themselves say; none of a kind: those of the folder stay. Empty: all stay.
    std::function<RootsInForce()> roots = {};
    // Which nodes are banned, and which no more. Empty function: the access lists stay as they are.
    std::function<KnownBans()> bans = {};
    std::chrono::milliseconds look_again = kLookAgain;
  };

  BrokerWatch(transport::Bus& bus, std::string collective, const BrokerFolder& folder, Ways ways,
              const base::Clock& clock);
  ~BrokerWatch();
  BrokerWatch(const BrokerWatch&) = delete;
  BrokerWatch& operator=(const BrokerWatch&) = delete;

  Status start();
  // Thread-safe: something that the functions tell has changed.
  void look_soon();
  // Thread-safe: fingerprints of the roots of ours that the broker has been told of, each with its list: it
  // lets in who is of them.
  std::vector<std::string> roots_told() const;
  // Since the start: CAs written; reloads of the broker; times that the folder was compared with what is believed.
  std::uint64_t written() const { return written_; }
  std::uint64_t reloads() const { return reloads_; }
  std::uint64_t looks() const { return looks_; }

 private:
  struct Believed {
    admission::Endorsement endorsement;
    transport::Message message;  // that it came in
  };

  Status subscribe(const std::string& filter);
  void work();
  void take(const transport::Message& message);
  void take_ca(const transport::Message& message);
  void take_list(const transport::Message& message, bool of_root);
  void apply_soon();
  // An endorsement ends with its signer's certificate, by its time or revoked.
  void judge_anew();
  void follow_roots();
  void follow_bans();
  // Brings folder and broker to what is believed now.
  void apply();
  void follow_all();
  std::vector<x509::Certificate> wanted() const;
  void follow(const admission::Endorsement& endorsement);
  void reload();
  void complain(const std::vector<x509::Certificate>& cas);

  transport::Bus& bus_;
  const std::string ca_filter_;
  const std::string piece_filter_;
  const std::string root_list_filter_;
  const Ways ways_;
  const base::Clock& clock_;
  base::FairQueue<transport::Message> queue_{kWatchQueue};

  // The watch's thread only.
  const BrokerFolder folder_;
  Capath capath_;
  BrokerLists lists_;
  std::map<std::string, Believed> believed_;                 // by CA
  std::map<std::string, admission::Endorsement> to_follow_;  // by CA: not in the folder yet
  bool reload_due_ = true;  // the last watch may have ended between writing and telling
  bool news_ = false;       // since the last look
  std::chrono::steady_clock::time_point apply_at_{};
  base::Throttle complaints_;
  base::Throttle refusals_;

  std::atomic<std::uint64_t> written_{0};
  std::atomic<std::uint64_t> reloads_{0};
  std::atomic<std::uint64_t> looks_{0};
  base::Guarded<std::vector<std::string>> roots_told_;
  std::thread worker_;
  base::Guarded<std::map<std::string, transport::Subscription>> heard_;  // by filter
};

}  // namespace muster::broker
