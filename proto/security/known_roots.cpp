#include "proto/security/known_roots.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "proto/base/files.hpp"
#include "proto/base/json_document.hpp"
#include "proto/base/log.hpp"
#include "proto/base/names.hpp"
#include "proto/base/value.hpp"

namespace muster::security {
namespace {

constexpr base::JsonLimits kMemoryLimits{kRootsMemoryMaxBytes, 4};
constexpr mode_t kMemoryMode = 0600;
constexpr mode_t kPublicMode = 0644;

Result<std::vector<x509::Certificate>> read_roots(const std::filesystem::path& file) {
  MUSTER_ASSIGN(const auto pem, base::read_file(file));
  MUSTER_ASSIGN(auto roots, x509::Certificate::all_from_pem(pem, file.string()));
  if (roots.size() > kRootsInForceMax)
    return fail(Errc::limit, fmt::format("{} holds {} certificates; the limit is {}", file.string(),
                                         roots.size(), kRootsInForceMax));
  for (const auto& root : roots)
    if (!root.is_ca())
      return fail(Errc::config, fmt::format("{}: {} is not a CA's certificate", file.string(),
                                            base::quoted(root.subject())));
  return roots;
}

std::string pem_of(const std::vector<x509::Certificate>& roots) {
  std::string pem;
  for (const auto& root : roots) pem += root.pem();
  return pem;
}

std::string fingerprints_of(const std::vector<x509::Certificate>& roots) {
  std::set<std::string> sorted;
  for (const auto& root : roots) sorted.insert(root.fingerprint());
  return fmt::format("{}", fmt::join(sorted, " "));
}

Value as_json(const RootState& state) {
  return {{"number", state.number}, {"roots", pem_of(state.roots)}};
}

Result<RootState> state_from(const Value& json, const std::string& name) {
  try {
    MUSTER_ASSIGN(auto roots,
                  x509::Certificate::all_from_pem(json.at("roots").get<std::string>(), name));
    return RootState{std::move(roots), json.at("number").get<std::uint64_t>()};
  } catch (const Value::exception& wrong) {
    return fail(Errc::invalid_data, fmt::format("{}: {}", name, wrong.what()));
  }
}

Status sync_one(TrustStore& store, Root root, const RootState& state) {
  for (const auto& certificate : state.roots) MUSTER_TRY(store.add(certificate, root));
  for (const auto& anchor : store.anchors_of(root))
    if (!state.has(anchor)) store.remove(anchor.fingerprint());
  return {};
}

}  // namespace

Result<std::unique_ptr<KnownRoots>> KnownRoots::open(RootFiles files) {
  std::unique_ptr<KnownRoots> known(new KnownRoots(std::move(files)));
  MUSTER_TRY(known->configure());
  known->recall();
  known->remember();
  return known;
}

Status KnownRoots::configure() {
  MUSTER_ASSIGN(operators_.roots, read_roots(files_.operators));
  MUSTER_ASSIGN(orchestrators_.roots, read_roots(files_.orchestrators));
  configured_ = fingerprints_of(operators_.roots) + " / " + fingerprints_of(orchestrators_.roots);
  return {};
}

void KnownRoots::recall() {
  if (files_.memory.empty()) return;
  const auto text = base::read_file(files_.memory, kRootsMemoryMaxBytes);
  if (!text && text.error().code == Errc::not_found) return;
  const auto recalled = [&]() -> Status {
    if (!text) return fail(text.error());
    MUSTER_ASSIGN(const auto json, base::read_json(*text, files_.memory.string(), kMemoryLimits));
    if (json.value("configured", std::string()) != configured_) return {};  // other roots by now
    MUSTER_ASSIGN(auto operators, state_from(json.value("operators", Value()), "operators"));
    MUSTER_ASSIGN(auto orchestrators,
                  state_from(json.value("orchestrators", Value()), "orchestrators"));
    operators_ = std::move(operators);
    orchestrators_ = std::move(orchestrators);
    return {};
  }();
  if (!recalled)
    log::warning("what was learnt about the roots cannot be read; the bus will tell it again",
                 {{"file", files_.memory.string()}, {"why", recalled.error().message}});
}

void KnownRoots::remember() const {
  const Value memory{{"configured", configured_},
                     {"operators", as_json(operators_)},
                     {"orchestrators", as_json(orchestrators_)}};
  // Nothing is written of what is there already: most starts change nothing.
  const auto write = [](const std::filesystem::path& file, const std::string& text, mode_t mode) {
    if (file.empty()) return;
    const auto now = base::read_file(file, kRootsMemoryMaxBytes);
    if (now && *now == text) return;
    if (auto wrote = base::write_file(file, text, mode); !wrote)
      log::warning("the roots cannot be written down; they are learnt again after a restart",
                   {{"file", file.string()}, {"why", wrote.error().message}});
  };
  if (learnt()) write(files_.memory, memory.dump(2) + "\n", kMemoryMode);
  if (learnt() || files_.daemon) write(files_.for_brokers, pem_of(operators_.roots), kPublicMode);
}

Result<bool> KnownRoots::take(std::string_view message) {
  MUSTER_ASSIGN(const auto statement, read_root_statement(message));
  const std::lock_guard lock(mutex_);
  auto changed = apply(statement);
  if (!changed) {
    if (statement.number > of(statement.root).number && waiting_.size() < kRootsWaitingMax)
      waiting_.push_back(statement);
    return changed;
  }
  if (!*changed) return false;
  try_waiting();
  remember();
  return true;
}

Result<bool> KnownRoots::apply(const RootStatement& statement) {
  auto& state = of(statement.root);
  const bool known = statement.number == state.number && state.has(statement.new_root);
  if (known || is_history(state, statement)) return false;
  const auto other = statement.root == Root::operators ? Root::orchestrators : Root::operators;
  const auto& others = of(other).roots;
  for (const auto& root : others)
    if (root.public_key().same_public(statement.new_root.public_key()))
      return fail(Errc::refused, fmt::format("{} cannot become {}: it is {}",
                                             base::quoted(statement.new_root.common_name()),
                                             name_of(statement.root), name_of(other)));
  MUSTER_ASSIGN(state, follow(state, statement));
  return true;
}

// In the order of their numbers, each as soon as its predecessor is there.
void KnownRoots::try_waiting() {
  std::sort(waiting_.begin(), waiting_.end(),
            [](const auto& a, const auto& b) { return a.number < b.number; });
  std::erase_if(waiting_, [this](const RootStatement& statement) {
    const auto taken = apply(statement);
    return taken.has_value() || statement.number <= of(statement.root).number;
  });
}

RootState KnownRoots::state(Root root) const {
  const std::lock_guard lock(mutex_);
  return of(root);
}

Status KnownRoots::sync(TrustStore& store) const {
  const std::lock_guard lock(mutex_);
  MUSTER_TRY(sync_one(store, Root::operators, operators_));
  return sync_one(store, Root::orchestrators, orchestrators_);
}

std::vector<std::string> KnownRoots::marks() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> marks;
  for (const auto* state : {&operators_, &orchestrators_})
    for (const auto& root : state->roots)
      marks.push_back(x509::sha256(root.der()).substr(0, kRootMarkBytes));
  return marks;
}

std::string KnownRoots::names(Root root) const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> names;
  const auto& in_force = of(root).roots;
  for (const auto& certificate : in_force) names.push_back(certificate.common_name());
  return fmt::format("{}", fmt::join(names, ", "));
}

std::filesystem::path KnownRoots::broker_roots() const {
  const std::lock_guard lock(mutex_);
  std::error_code unreadable;
  const bool there = (learnt() || files_.daemon) &&
                     std::filesystem::is_regular_file(files_.for_brokers, unreadable);
  return there ? files_.for_brokers : files_.operators;
}

}  // namespace muster::security
