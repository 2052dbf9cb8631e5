#include "orchestrator/provision/live/revocation_keeper.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "orchestrator/client/link.hpp"
#include "orchestrator/client/link_directory.hpp"
#include "orchestrator/client/revocations.hpp"
#include "proto/base/log.hpp"

namespace muster::provision {
namespace {

std::optional<x509::RevocationList> held_of(client::Link& link, const std::string& root) {
  for (const auto& held : link.operators().lists())
    if (held.anchor == root) return held.list;
  return std::nullopt;
}

Status leaves_nobody_out(const x509::RevocationList& list, const x509::RevocationList& known) {
  for (const auto& [serial, revoked] : known.entries())
    if (!list.find(serial))
      return fail(
          Errc::aborted,
          fmt::format("list {} leaves out the certificate {}, which list {} revoked: both were "
                      "made in different folders. Run the command again with a connection to the "
                      "bus: it takes the published list first",
                      list.number(), serial, known.number()));
  return {};
}

}  // namespace

RevocationKeeper::RevocationKeeper(client::Link& link, std::filesystem::path folder)
    : link_(link), folder_(std::move(folder)) {}

Result<std::unique_ptr<RevocationKeeper>> RevocationKeeper::open(client::Link& link,
                                                                 std::filesystem::path folder) {
  std::unique_ptr<RevocationKeeper> keeper(new RevocationKeeper(link, std::move(folder)));
  MUSTER_TRY(keeper->folder_.load(link.operators()));
  link.revocations_changed();
  return keeper;
}

Result<std::string> RevocationKeeper::check(const x509::RevocationList& list) const {
  MUSTER_ASSIGN(auto root, link_.operators().signer_of(list));
  MUSTER_TRY(link_.wait_trust());  // for the highest number so far
  const auto known = held_of(link_, root);
  if (!known || known->der() == list.der()) return root;
  if (known->number() >= list.number())
    return fail(
        Errc::aborted,
        fmt::format("the bus has list {} of {} already, this one is {}. Run the command again with "
                    "a connection to the bus: it takes the published list first",
                    known->number(), list.issuer_common_name(), list.number()));
  MUSTER_TRY(leaves_nobody_out(list, *known));
  return root;
}

Status RevocationKeeper::adopt(const std::string& root, const x509::RevocationList& list) {
  const auto taken = link_.take(list);
  if (!taken) return fail(taken.error());
  keep();
  MUSTER_TRY(publish(root, list));
  return link_.bus().flush(client::kPublishPatience);
}

// Each list once: it is a claim from then on, which the directory shows again by itself.
Status RevocationKeeper::publish(const std::string& root, const x509::RevocationList& list) {
  const std::lock_guard lock(mutex_);
  return publish_once(root, list);
}

Status RevocationKeeper::publish_once(const std::string& root, const x509::RevocationList& list) {
  link_.directory().run([](transport::Directory&) {});  // what was heard before is kept by now
  if ((*base::Locked(published_))[root] >= list.number()) return {};
  MUSTER_TRY(client::publish_revocations(link_, root, list));
  stands(root, list);
  return {};
}

void RevocationKeeper::stands(const std::string& root, const x509::RevocationList& list) {
  const base::Locked published(published_);
  auto& number = (*published)[root];
  number = std::max(number, list.number());
}

void RevocationKeeper::keep() {
  const std::lock_guard lock(mutex_);
  for (const auto& [root, list] : link_.operators().lists()) {
    const auto number = list.number();
    if (auto& saved = saved_[root]; saved != number) {
      if (auto done = folder_.save(root, list); done)
        saved = number;
      else
        log::error("cannot write down a revocation list", {{"why", done.error().message}});
    }
    if (auto done = publish_once(root, list); !done)
      log::warning("cannot publish a revocation list", {{"why", done.error().message}});
  }
}

}  // namespace muster::provision
