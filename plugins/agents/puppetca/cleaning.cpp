#include "plugins/agents/puppetca/cleaning.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <thread>

#include "plugins/agents/puppetca/ca_lock.hpp"
#include "plugins/agents/puppetca/lost.hpp"
#include "proto/base/files.hpp"
#include "proto/base/names.hpp"

namespace muster::plugins::puppetca {
namespace {

// Puppet Server answers when the list is written. A writer beside us, `puppetserver ca clean` say,
// may have replaced it at once by one without our serial: then it is revoked again.
constexpr int kRevokesMost = 5;
constexpr std::chrono::milliseconds kRevokeAgainAfter{100};
constexpr std::chrono::hours kPlaceholderValidFor{24};

// No node can be called so by accident, and every orchestrator's pattern would have to cover it.
std::string placeholder_name(const std::string& serial) {
  return "muster-revokes-" + serial;
}

}  // namespace

Result<bool> Cleaning::in_list(const std::string& serial) const {
  MUSTER_ASSIGN(const auto revoked, files_.revocations());
  return revoked.contains(serial);
}

Status Cleaning::revoke(const std::string& certname, const std::string& serial) {
  for (int tries = 0; tries < kRevokesMost; ++tries) {
    MUSTER_ASSIGN(const bool seen, in_list(serial));
    if (seen) return {};
    if (tries > 0) std::this_thread::sleep_for(kRevokeAgainAfter);
    MUSTER_TRY(ca_.revoke(certname));
  }
  MUSTER_ASSIGN(const bool seen, in_list(serial));
  if (seen) return {};
  return fail(
      Errc::aborted,
      fmt::format("the CA says that it revoked {}, but its serial {} is not in {}; nothing was "
                  "removed. Does something else write there? Try again",
                  certname, serial, (files_.folder() / "ca_crl.pem").string()));
}

Status Cleaning::revoke_by_placeholder(const std::string& serial) {
  const auto name = placeholder_name(serial);
  MUSTER_ASSIGN(const auto key, x509::Key::generate_p256());
  x509::IssueSpec spec;
  spec.common_name = name;
  spec.valid_for = kPlaceholderValidFor;
  spec.serial_hex = serial;
  MUSTER_ASSIGN(const auto placeholder, x509::issue(spec, key, nullptr, key));
  MUSTER_TRY(base::write_file(files_.signed_file(name), placeholder.pem()));
  const auto revoked = revoke(name, serial);
  const auto removed = ca_.remove(name);
  return revoked ? removed : revoked;
}

Status Cleaning::revoke_lost(const std::string& serial) {
  MUSTER_ASSIGN(const auto lock, CaLock::take(files_.folder(), deadline_));
  MUSTER_ASSIGN(const auto found, find_lost(files_, now_ms_));
  const bool lost = std::any_of(found.lost.begin(), found.lost.end(),
                                [&](const auto& issued) { return issued.serial == serial; });
  if (!lost)
    return fail(Errc::not_found,
                fmt::format("no certificate with serial {} is lost at this CA: it is unknown, "
                            "expired, revoked, or the current one of its name; see puppetca#audit",
                            base::quoted(serial)));
  return revoke_by_placeholder(serial);
}

Status Cleaning::nothing_is_left(const std::string& certname, const Status& removed) const {
  MUSTER_ASSIGN(const auto after, ca_.status(certname));
  if (after)
    return fail(Errc::aborted,
                fmt::format("{} is still {} at the CA after the clean{}; try again", certname,
                            after->state, removed ? "" : " (" + removed.error().message + ")"));
  MUSTER_ASSIGN(const auto left, find_lost(files_, now_ms_, certname));
  if (left.lost.empty()) return {};
  return fail(Errc::aborted,
              fmt::format("serial {} of {} is valid and in no revocation list after the clean; try "
                          "again",
                          left.lost.front().serial, certname));
}

// Of another CA, or of an older copy of this one that was put back: they would be called paid, and stay valid wherever they
// came from.
Result<std::vector<std::string>> Cleaning::unknown_of(const std::string& certname,
                                                      const Owed& owed) const {
  if (owed.serials.empty()) return std::vector<std::string>{};
  MUSTER_ASSIGN(const auto inventory, files_.inventory());
  auto unknown = owed.serials;
  for (const auto& issued : inventory.issued) {
    if (issued.name != certname && owed.serials.contains(issued.serial))
      return fail(Errc::refused,
                  fmt::format("serial {} was issued to {}, not to {}; nothing was cleaned",
                              issued.serial, base::quoted(issued.name), certname));
    unknown.erase(issued.serial);
  }
  MUSTER_ASSIGN(const auto revoked, files_.revocations());
  std::erase_if(unknown, [&](const auto& serial) { return revoked.contains(serial); });
  return std::vector<std::string>(unknown.begin(), unknown.end());
}

Status Cleaning::is_gone(const std::string& certname, const std::string& serial,
                         const Status& removed) const {
  MUSTER_ASSIGN(const auto after, files_.current_serial(certname));
  if (after != serial) return {};
  return fail(Errc::aborted,
              fmt::format("serial {} is still the current one of {} at the CA after the clean{}; "
                          "try again",
                          serial, certname, removed ? "" : " (" + removed.error().message + ")"));
}

Status Cleaning::all_in_list(const std::string& certname,
                             const std::vector<std::string>& serials) const {
  for (const auto& serial : serials) {
    MUSTER_ASSIGN(const bool still, in_list(serial));
    if (!still)
      return fail(Errc::aborted,
                  fmt::format("serial {} of {} vanished from the revocation list while it was "
                              "cleaned: something else writes it; try again",
                              serial, certname));
  }
  return {};
}

// Of those that are gone it counts when they begin: in doubt they are owed.
Result<bool> Cleaning::revoke_earlier(const std::string& certname, const Owed& owed,
                                      bool may_be_in_use, std::vector<std::string>& serials) {
  MUSTER_ASSIGN(const auto earlier, find_lost(files_, now_ms_, certname));
  bool all = true;
  for (const auto& lost : earlier.lost) {
    if (!owed.covers(lost.serial, lost.not_before_ms, "")) continue;
    if (may_be_in_use && !owed.serials.contains(lost.serial)) {
      all = false;
      continue;
    }
    MUSTER_TRY(revoke_by_placeholder(lost.serial));
    serials.push_back(lost.serial);
  }
  return all;
}

// Should an orchestrator ask for it whose lease is over, what is left is whose has the node since.
Result<std::string> Cleaning::vacate(const std::string& certname, const Owed& owed) const {
  MUSTER_ASSIGN(const auto requested_ms, files_.requested_at_ms(certname));
  if (requested_ms && owed.covers("", *requested_ms, ""))
    MUSTER_TRY(files_.remove_request(certname));
  MUSTER_ASSIGN(const auto after, ca_.status(certname));
  return after ? after->state : std::string();
}

// Whoever gives out the name anew takes the lock to remove what is there: what is current while we hold it stays it.
Result<CleanedName> Cleaning::clean(const std::string& certname, const Owed& owed) {
  MUSTER_ASSIGN(const auto lock, CaLock::take(files_.folder(), deadline_));
  MUSTER_ASSIGN(auto unknown, unknown_of(certname, owed));
  MUSTER_ASSIGN(const auto before, ca_.status(certname));
  CleanedName cleaned{before ? before->state : "absent", {}, std::move(unknown), ""};
  MUSTER_ASSIGN(auto current, files_.current(certname));
  const bool in_use_has_a_file = current && owed.spares(current->fingerprint);
  bool held_back = in_use_has_a_file && owed.covers(current->serial, current->issued_at_ms, "");
  if (current && !owed.covers(current->serial, current->issued_at_ms, current->fingerprint))
    current.reset();
  if (current) {
    MUSTER_TRY(revoke(certname, current->serial));
    cleaned.serials.push_back(current->serial);
  }
  // A certificate that was renewed has no file: any of the lost ones may be the one in use.
  const bool may_be_in_use = !owed.spared.empty() && !in_use_has_a_file;
  MUSTER_ASSIGN(const bool all, revoke_earlier(certname, owed, may_be_in_use, cleaned.serials));
  held_back = held_back || !all;
  // Puppet Server 8 answers 500 for a name that has gone meanwhile, and for a full disk: what is so afterwards decides, not
  // the answer.
  if (owed.is_everything()) {
    const auto removed = before ? ca_.remove(certname) : Status{};
    MUSTER_TRY(nothing_is_left(certname, removed));
  } else if (current) {
    // By its file: the CA would remove a request beside it as well, and that is whose who comes now.
    const auto removed = files_.remove_signed(certname);
    MUSTER_TRY(is_gone(certname, current->serial, removed));
  }
  MUSTER_TRY(all_in_list(certname, cleaned.serials));
  if (owed.vacates && !owed.is_everything()) {
    MUSTER_ASSIGN(cleaned.kept, vacate(certname, owed));
  }
  if (held_back)
    return fail(
        Errc::aborted,
        fmt::format("a machine is on the bus as {} with a certificate that is owed, or may "
                    "be: it keeps that. Is it the wrong machine, 'muster node ban {}'; else "
                    "revoke by serial what 'muster provision audit' shows",
                    certname, certname));
  return cleaned;
}

}  // namespace muster::plugins::puppetca
