#include "orchestrator/broker/root_lists.hpp"

#include <algorithm>
#include <utility>

#include "orchestrator/broker/bring_to.hpp"
#include "orchestrator/broker/capath.hpp"
#include "proto/base/files.hpp"

namespace muster::broker {
namespace {

constexpr std::string_view kRootKinds[]{"operators", "orchestrators"};

}  // namespace

void RootLists::load() {
  for (const auto kind : kRootKinds) hold(std::string(kind));
}

// Lists of roots that stay are kept: the file may be behind them.
void RootLists::hold(const std::string& kind) {
  const auto in_force = Capath(folder_.roots(kind)).all();
  const auto file = base::read_file(folder_.root_crls(kind), kCrlFileMaxBytes).value_or("");
  std::erase_if(roots_, [&](const auto& root) {
    return root.kind == kind && std::none_of(in_force.begin(), in_force.end(), [&](const auto& ca) {
             return ca.fingerprint() == root.certificate.fingerprint();
           });
  });
  for (const auto& ca : in_force) {
    const bool known = std::any_of(roots_.begin(), roots_.end(), [&](const auto& root) {
      return root.kind == kind && root.certificate.fingerprint() == ca.fingerprint();
    });
    if (!known) roots_.push_back({kind, ca, NodeCrls(file, NodeCrls::Begins::with_a_list)});
  }
  // So that the file is the same whichever came first.
  std::sort(roots_.begin(), roots_.end(), [](const auto& one, const auto& other) {
    return one.certificate.fingerprint() < other.certificate.fingerprint();
  });
}

Result<bool> RootLists::follow(const RootsInForce& roots) {
  bool changed = false;
  for (const auto& [kind, in_force] : {std::pair{std::string(kRootKinds[0]), &roots.operators},
                                       {std::string(kRootKinds[1]), &roots.orchestrators}}) {
    if (in_force->empty()) continue;
    MUSTER_ASSIGN(const bool its, Capath(folder_.roots(kind)).hold(*in_force));
    if (its) hold(kind);
    changed = changed || its;
  }
  if (changed)
    for (const auto& crl : std::exchange(of_unknown_, {})) static_cast<void>(offer(crl));
  return changed;
}

Result<bool> RootLists::take(std::string_view der) {
  MUSTER_ASSIGN(const auto crl, x509::CaCrl::from_der(der));
  return offer(crl);
}

Result<bool> RootLists::offer(const x509::CaCrl& crl) {
  for (auto& root : roots_)
    if (crl.check_signed_by(root.certificate))
      return root.crls.offer(root.certificate, crl, clock_.unix_ms());
  if (of_unknown_.size() < kListsOfUnknownRootsMax) of_unknown_.push_back(crl);
  return fail(Errc::refused, "no root in force has signed it");
}

Result<bool> RootLists::write() {
  bool changed = false;
  std::vector<std::string> ready;
  for (const auto kind : kRootKinds) {
    std::string text;
    for (auto& root : roots_) {
      if (root.kind != kind) continue;
      root.crls.advance(clock_.unix_ms());
      const auto its = root.crls.text({root.certificate});
      if (!its.empty()) ready.push_back(root.certificate.fingerprint());
      text += its;
    }
    // Without one its listeners look at none: a file without it would let nobody in.
    if (text.empty()) continue;
    MUSTER_ASSIGN(const bool its, bring_to(folder_.root_crls(std::string(kind)), text));
    changed = changed || its;
  }
  ready_ = std::move(ready);
  return changed;
}

}  // namespace muster::broker
