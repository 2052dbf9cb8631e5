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
#include "proto/base/put_aside.hpp"
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
  std::unique_ptr<KnownRoots> roots(new KnownRoots(std::move(files)));
  const base::Locked known(roots->known_);
  MUSTER_TRY(roots->configure(*known));
  roots->recall(*known);
  roots->remember(*known);
  return roots;
}

Status KnownRoots::configure(Known& known) const {
  MUSTER_ASSIGN(known.operators.roots, read_roots(files_.operators));
  MUSTER_ASSIGN(known.orchestrators.roots, read_roots(files_.orchestrators));
  known.configured =
      fingerprints_of(known.operators.roots) + " / " + fingerprints_of(known.orchestrators.roots);
  return {};
}

void KnownRoots::recall(Known& known) const {
  if (files_.memory.empty()) return;
  const auto text = base::read_file(files_.memory, kRootsMemoryMaxBytes);
  if (!text && text.error().code == Errc::not_found) return;
  const auto recalled = [&]() -> Status {
    if (!text) return fail(text.error());
    MUSTER_ASSIGN(const auto json, base::read_json(*text, files_.memory.string(), kMemoryLimits));
    if (json.value("configured", std::string()) != known.configured) return {};  // others by now
    MUSTER_ASSIGN(auto operators, state_from(json.value("operators", Value()), "operators"));
    MUSTER_ASSIGN(auto orchestrators,
                  state_from(json.value("orchestrators", Value()), "orchestrators"));
    known.operators = std::move(operators);
    known.orchestrators = std::move(orchestrators);
    return {};
  }();
  if (!recalled && !text)
    log::warning("what was learnt about the roots cannot be read; the bus will tell it again",
                 {{"file", files_.memory.string()}, {"why", recalled.error().message}});
  else if (!recalled)
    (void)base::put_aside(files_.memory, {"list of roots that were learnt",
                                          "the bus will tell it again", recalled.error().message});
}

void KnownRoots::remember(const Known& known) const {
  const Value memory{{"configured", known.configured},
                     {"operators", as_json(known.operators)},
                     {"orchestrators", as_json(known.orchestrators)}};
  // Nothing is written of what is there already: most starts change nothing.
  const auto write = [](const std::filesystem::path& file, const std::string& text, mode_t mode) {
    if (file.empty()) return;
    const auto now = base::read_file(file, kRootsMemoryMaxBytes);
    if (now && *now == text) return;
    if (auto wrote = base::write_file(file, text, mode); !wrote)
      log::warning("the roots cannot be written down; they are learnt again after a restart",
                   {{"file", file.string()}, {"why", wrote.error().message}});
  };
  if (known.learnt()) write(files_.memory, memory.dump(2) + "\n", kMemoryMode);
  if (known.learnt() || files_.daemon)
    write(files_.for_brokers, pem_of(known.operators.roots), kPublicMode);
}

Result<bool> KnownRoots::take(std::string_view message) {
  MUSTER_ASSIGN(const auto statement, read_root_statement(message));
  const base::Locked known(known_);
  auto changed = apply(*known, statement);
  if (!changed) {
    if (statement.number > known->of(statement.root).number &&
        known->waiting.size() < kRootsWaitingMax)
      known->waiting.push_back(statement);
    return changed;
  }
  if (!*changed) return false;
  try_waiting(*known);
  remember(*known);
  return true;
}

Result<bool> KnownRoots::apply(Known& known, const RootStatement& statement) {
  auto& state = known.of(statement.root);
  const bool obeyed = statement.number == state.number && state.has(statement.new_root);
  if (obeyed || is_history(state, statement)) return false;
  const auto other = statement.root == Root::operators ? Root::orchestrators : Root::operators;
  const auto& others = known.of(other).roots;
  for (const auto& root : others)
    if (root.public_key().same_public(statement.new_root.public_key()))
      return fail(Errc::refused, fmt::format("{} cannot become {}: it is {}",
                                             base::quoted(statement.new_root.common_name()),
                                             name_of(statement.root), name_of(other)));
  MUSTER_ASSIGN(state, follow(state, statement));
  return true;
}

// In the order of their numbers, each as soon as its predecessor is there.
void KnownRoots::try_waiting(Known& known) {
  std::sort(known.waiting.begin(), known.waiting.end(),
            [](const auto& a, const auto& b) { return a.number < b.number; });
  std::erase_if(known.waiting, [&known](const RootStatement& statement) {
    const auto taken = apply(known, statement);
    return taken.has_value() || statement.number <= known.of(statement.root).number;
  });
}

RootState KnownRoots::state(Root root) const {
  const base::Locked known(known_);
  return known->of(root);
}

Status KnownRoots::sync(TrustStore& store) const {
  const base::Locked known(known_);
  MUSTER_TRY(sync_one(store, Root::operators, known->operators));
  return sync_one(store, Root::orchestrators, known->orchestrators);
}

std::vector<std::string> KnownRoots::marks() const {
  const base::Locked known(known_);
  std::vector<std::string> marks;
  for (const auto* state : {&known->operators, &known->orchestrators})
    for (const auto& root : state->roots)
      marks.push_back(x509::sha256(root.der()).substr(0, kRootMarkBytes));
  return marks;
}

std::string KnownRoots::names(Root root) const {
  const base::Locked known(known_);
  std::vector<std::string> names;
  const auto& in_force = known->of(root).roots;
  for (const auto& certificate : in_force) names.push_back(certificate.common_name());
  return fmt::format("{}", fmt::join(names, ", "));
}

std::filesystem::path KnownRoots::broker_roots() const {
  const base::Locked known(known_);
  std::error_code unreadable;
  const bool there = (known->learnt() || files_.daemon) &&
                     std::filesystem::is_regular_file(files_.for_brokers, unreadable);
  return there ? files_.for_brokers : files_.operators;
}

}  // namespace muster::security
