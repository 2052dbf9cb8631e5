#include "orchestrator/provision/live/trust_keeper.hpp"

#include <functional>
#include <utility>

#include "orchestrator/client/link.hpp"
#include "orchestrator/client/link_directory.hpp"
#include "orchestrator/client/trust_claim.hpp"
#include "proto/transport/topics.hpp"

namespace muster::provision {
namespace {

namespace topics = transport::topics;

constexpr std::size_t kLooksWaiting = 16;  // one is enough: each looks at everything

}  // namespace

TrustKeeper::TrustKeeper(client::Link& link)
    : link_(link),
      worker_(std::make_shared<client::Worker<int>>("trust keeper", kLooksWaiting,
                                                    [this](int) { keep(); })) {}

Result<std::unique_ptr<TrustKeeper>> TrustKeeper::open(client::Link& link,
                                                       const std::filesystem::path& state_folder) {
  std::unique_ptr<TrustKeeper> keeper(new TrustKeeper(link));
  auto* raw = keeper.get();
  MUSTER_ASSIGN(keeper->revocations_, RevocationKeeper::open(link, state_folder / "revocations"));
  link.on_learnt([raw](const transport::Message& message) { raw->adopt(message); });
  MUSTER_ASSIGN(keeper->endorsements_,
                EndorsementKeeper::open(link, state_folder / "trusted_cas.json"));
  MUSTER_ASSIGN(keeper->bans_, BanKeeper::open(link, state_folder / "bans.json"));
  keeper->keep();
  keeper->fewer_believed_ =
      link.on_fewer_believed().add([worker = raw->worker_] { worker->post(0); });
  return keeper;
}

TrustKeeper::~TrustKeeper() {
  link_.on_learnt({});
  link_.directory().run([](transport::Directory&) {});  // what was adopted is told by now
  fewer_believed_.reset();
  worker_->stop();
}

Status TrustKeeper::revoke(const x509::RevocationList& list) {
  MUSTER_ASSIGN(const auto root, revocations_->check(list));
  endorsements_->sign_before(list);
  return revocations_->adopt(root, list);
}

void TrustKeeper::keep() {
  link_.judge_again();  // time has passed
  revocations_->keep();
  endorsements_->keep();
  bans_->keep();
}

// As it was signed: what another orchestrator says is kept there, and not vouched for. A subcollective's orchestrator leaves
// what the whole is told to those of the whole.
void TrustKeeper::adopt(const transport::Message& message) {
  constexpr std::size_t kCollectiveLevel = 2;
  if (topics::level(message.topic, kCollectiveLevel) != link_.collective()) return;
  std::function<void()> kept;
  if (topics::trust_kind(message.topic) == "revoked")
    if (auto list = x509::RevocationList::from_der(message.payload))
      kept = [this, root = std::string(topics::last_level(message.topic)),
              list = *std::move(list)] { revocations_->stands(root, list); };
  link_.directory().adopt(client::trust_claim(link_, message.topic, message.payload),
                          std::move(kept));
}

}  // namespace muster::provision
