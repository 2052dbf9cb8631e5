// What the retirement of a master needs of the site, as an interface: unit tests play it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "orchestrator/client/master_members.hpp"
#include "proto/base/result.hpp"
#include "proto/loop/task.hpp"

namespace muster::provision {

// A retired master, as the endorsement that counts says.
struct Retiring {
  std::string master = {};
  std::string ca = {};      // its identity: client::Endorsements::identity_of()
  std::string ca_pem = {};  // of the certificate that the endorsement is about
  std::string retired_by = {};
  std::int64_t retired_at_ms = 0;
  std::string signed_by = {};
  std::int64_t signed_at_ms = 0;  // by the signer's clock
  std::uint64_t number = 0;       // of the endorsement
};

// What people are told of it.
struct RetirementNews {
  enum class What {
    no_other_master,  // nobody can be moved
    stuck,            // some stay, and none is under way
    only_debts,       // nobody is named by its CA, and it has certificates to clean still
    may_go,           // its CA is withdrawn: it may be taken down
    stays             // it was told that it may go, and it was taken back in the same moment
  };
  What what = What::stuck;
  std::string id;  // the same whoever tells it, and over restarts
  Retiring of;
  std::string why;  // what is to be known besides; may have several lines
};

// On the loop's thread. What blocks is done beside it; a task that is dropped leaves nothing behind.
class RetireSite {
 public:
  virtual ~RetireSite() = default;
  // Every presence that the broker keeps was taken in over the link that there is.
  virtual bool sees_all() const = 0;
  // Those that count, by master.
  virtual std::vector<Retiring> retiring() const = 0;
  // Masters that an endorsement names that counts, and that are not retired, whether they are online or not.
  virtual std::size_t other_masters() const = 0;
  virtual client::MembersOfMaster members_of(const Retiring& one) const = 0;
  // The newest record of the node; nothing: none.
  virtual std::optional<client::Record> record(const std::string& node) const = 0;
  virtual std::size_t debts_of(const std::string& master) const = 0;
  // Signs its endorsement anew. Errc::aborted when something newer was heard.
  virtual loop::Task<Status> sign_anew(Retiring one) = 0;
  // As client::withdraw_retired().
  virtual loop::Task<Status> withdraw(Retiring one) = 0;
  // Done once it stands in the outbox.
  virtual loop::Task<Status> tell(RetirementNews news) = 0;
};

}  // namespace muster::provision
