#include "orchestrator/broker/node_crls.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "proto/base/clock.hpp"
#include "proto/base/encoding.hpp"

namespace muster::broker {
namespace {

constexpr std::chrono::hours kPlaceholderValidFor{24 * 365 * 50};

std::string said(const x509::CaCrl& crl) {
  return fmt::format("number {} of {}", crl.number(), base::iso8601(crl.this_update_ms()));
}

constexpr auto kRenewIt =
    "any revocation at that CA makes a new one, and its master's agent sends it";

std::string complaint_of(const x509::CaCrl* crl, std::int64_t now_ms) {
  if (crl == nullptr)
    return "its revocation list has not come: the broker refuses its nodes at their next "
           "connection. Its master's agent sends it, through the masters' listener; for a CA "
           "without a master put the list (PEM) into the folder revoked/local";
  if (!crl->current_at(now_ms))
    return fmt::format(
        "its revocation list ({}) ended on {}: the broker refuses its nodes at their "
        "next connection; {}",
        said(*crl), base::iso8601(crl->next_update_ms()), kRenewIt);
  if (crl->next_update_ms() != 0 && crl->next_update_ms() - now_ms < kCrlEndsSoonMs)
    return fmt::format(
        "its revocation list ({}) ends on {}, and the broker will refuse its nodes "
        "then; {}",
        said(*crl), base::iso8601(crl->next_update_ms()), kRenewIt);
  return {};
}

}  // namespace

Result<std::string> placeholder_crl(std::int64_t now_ms) {
  MUSTER_ASSIGN(const auto key, x509::Key::generate_p256());
  x509::IssueSpec spec;
  spec.common_name = "Muster: nobody's CA";
  spec.valid_for = kPlaceholderValidFor;
  spec.ca = true;
  MUSTER_ASSIGN(const auto ca, x509::issue(spec, key, nullptr, key));
  MUSTER_ASSIGN(const auto crl, x509::issue_ca_crl({.this_update_ms = now_ms}, ca, key));
  return crl.pem();
}

NodeCrls::NodeCrls(std::string_view file, Begins begins) {
  auto lists = x509::CaCrl::all_from_pem(file);
  if (!lists) return;
  unclaimed_ = *std::move(lists);
  if (begins == Begins::with_a_list) return;
  placeholder_ = unclaimed_.front().pem();
  unclaimed_.erase(unclaimed_.begin());
}

void NodeCrls::adopt(const x509::Certificate& ca) {
  const auto its = std::find_if(unclaimed_.begin(), unclaimed_.end(), [&](const auto& each) {
    return each.check_signed_by(ca).has_value();
  });
  if (its == unclaimed_.end()) return;
  auto& lists = by_ca_[ca.fingerprint()];
  if (!lists.current || its->newer_than(*lists.current)) lists.current = *its;
  unclaimed_.erase(its);
}

Result<bool> NodeCrls::offer(const x509::Certificate& ca, const x509::CaCrl& crl,
                             std::int64_t now_ms) {
  MUSTER_TRY(crl.check_signed_by(ca));
  adopt(ca);
  auto& lists = by_ca_[ca.fingerprint()];
  const auto& newest = lists.ahead ? lists.ahead : lists.current;
  if (newest && newest->newer_than(crl))
    return fail(Errc::refused,
                fmt::format("an older list ({}) than is known ({})", said(crl), said(*newest)));
  if (newest && !crl.newer_than(*newest)) return false;
  if (crl.next_update_ms() != 0 && crl.next_update_ms() <= now_ms)
    return fail(Errc::expired, fmt::format("the list ({}) has ended on {}; {}", said(crl),
                                           base::iso8601(crl.next_update_ms()), kRenewIt));
  if (!crl.current_at(now_ms)) {
    lists.ahead = crl;
    return false;
  }
  lists.current = crl;
  lists.ahead.reset();
  return true;
}

bool NodeCrls::advance(std::int64_t now_ms) {
  bool changed = false;
  for (auto& [ca, lists] : by_ca_) {
    if (!lists.ahead || !lists.ahead->current_at(now_ms)) continue;
    lists.current = std::move(lists.ahead);
    lists.ahead.reset();
    changed = true;
  }
  return changed;
}

const x509::CaCrl* NodeCrls::current_of(const x509::Certificate& ca) const {
  const auto known = by_ca_.find(ca.fingerprint());
  if (known != by_ca_.end() && known->second.current) return &*known->second.current;
  const auto its = std::find_if(unclaimed_.begin(), unclaimed_.end(), [&](const auto& each) {
    return each.check_signed_by(ca).has_value();
  });
  return its == unclaimed_.end() ? nullptr : &*its;
}

std::string NodeCrls::text(const std::vector<x509::Certificate>& cas) const {
  std::string out = placeholder_;
  for (const auto& ca : cas)
    if (const auto* crl = current_of(ca)) out += crl->pem();
  return out;
}

std::vector<NodeCrls::Complaint> NodeCrls::complaints(const std::vector<x509::Certificate>& cas,
                                                      std::int64_t now_ms) const {
  std::vector<Complaint> out;
  for (const auto& ca : cas)
    if (auto what = complaint_of(current_of(ca), now_ms); !what.empty())
      out.push_back({ca, std::move(what)});
  return out;
}

}  // namespace muster::broker
