#include "orchestrator/provision/live/trust_keeper.hpp"

#include "orchestrator/client/link.hpp"
#include "proto/transport/topics.hpp"

namespace muster::provision {
namespace {

constexpr std::size_t kLooksWaiting = 16;  // one is enough: each looks at everything

}  // namespace

TrustKeeper::TrustKeeper(client::Link& link)
    : link_(link),
      cas_(link.clock(), kPutBack),
      worker_(std::make_shared<client::Worker<int>>("trust keeper", kLooksWaiting,
                                                    [this](int) { keep(); })) {}

Result<std::unique_ptr<TrustKeeper>> TrustKeeper::open(client::Link& link,
                                                       const std::filesystem::path& state_folder) {
  std::unique_ptr<TrustKeeper> keeper(new TrustKeeper(link));
  MUSTER_ASSIGN(keeper->revocations_, RevocationKeeper::open(link, state_folder / "revocations"));
  MUSTER_ASSIGN(keeper->endorsements_,
                EndorsementKeeper::open(link, state_folder / "trusted_cas.json"));
  MUSTER_ASSIGN(keeper->bans_, BanKeeper::open(link, state_folder / "bans.json"));
  keeper->keep();
  auto* raw = keeper.get();
  link.on_stale([raw](const std::string& topic) { raw->put_back(topic); });
  keeper->fewer_believed_ =
      link.on_fewer_believed().add([worker = raw->worker_] { worker->post(0); });
  return keeper;
}

TrustKeeper::~TrustKeeper() {
  link_.on_stale({});
  fewer_believed_.reset();
  worker_->stop();
}

Status TrustKeeper::revoke(const x509::RevocationList& list) {
  MUSTER_ASSIGN(const auto root, revocations_->check(list));
  endorsements_->sign_before(list);
  return revocations_->adopt(root, list);
}

void TrustKeeper::keep() {
  revocations_->keep();
  endorsements_->keep();
  bans_->keep();
}

void TrustKeeper::put_back(const std::string& topic) {
  const auto what = transport::topics::trust_kind(topic);
  if (what == "revoked") return revocations_->put_back(topic);
  if (what == "banned") return bans_->put_back(topic);
  endorsements_->put_back(topic);
  if (cas_.pass(topic)) worker_->post(0);
}

}  // namespace muster::provision
