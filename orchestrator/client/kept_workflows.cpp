#include "orchestrator/client/kept_workflows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "orchestrator/client/link.hpp"
#include "orchestrator/client/link_directory.hpp"
#include "orchestrator/client/retained.hpp"
#include "proto/base/guarded.hpp"
#include "proto/base/log.hpp"
#include "proto/base/names.hpp"
#include "proto/messages/workflow_text.hpp"
#include "proto/security/verifier.hpp"
#include "proto/transport/topics.hpp"
#include "proto/x509/key.hpp"

namespace muster::client {
namespace {

const transport::Rank kAnyRank{1};  // of one topic all texts are the same

transport::Claim workflow_claim(Link& link, const std::string& hash, std::string sealed) {
  return {.topic = transport::topics::workflow(link.collective(), hash),
          .payload = std::move(sealed),
          .heard_by = transport::topics::workflow(link.collective(), "+"),
          .expiry = kWorkflowKeptFor,
          .order = [&link](const transport::Message& message) -> std::optional<transport::Rank> {
            if (!read_workflow(message.topic, message.payload, link.operators()))
              return std::nullopt;
            return kAnyRank;
          },
          .at_most = kWorkflowsKnownMax,
          .rank = kAnyRank};
}

}  // namespace

Result<std::string> read_workflow(std::string_view topic, std::string_view payload,
                                  const security::Trust& operators) {
  MUSTER_ASSIGN(const auto opened,
                security::open_from_orchestrator(payload, envelope::Kind::workflow, operators));
  MUSTER_ASSIGN(auto workflow, messages::WorkflowText::decode(opened.body));
  if (x509::sha256_hex(workflow.text) != transport::topics::last_level(topic))
    return fail(Errc::refused, fmt::format("{} holds another text", topic));
  return std::move(workflow.text);
}

struct KeptWorkflows::Impl {
  struct Known {
    std::string text;
    std::string sealed = {};  // as another one signed it; empty: it was not heard
    bool ours = false;        // nodes get it now
    bool kept = false;        // by this link
  };
  using ByHash = std::map<std::string, Known>;

  Impl(Link& its_link, Handler its_handler)
      : link(its_link),
        handler(std::move(its_handler)),
        retained("workflows", its_link, transport::topics::workflow(its_link.collective(), "+"),
                 kWorkflowQueue,
                 [this](const transport::Message& message) { return verify(message); }) {}

  Retained::TakeIn verify(const transport::Message& message) {
    if (message.payload.empty()) return [] { return true; };
    link.catch_up();
    auto text = read_workflow(message.topic, message.payload, link.operators());
    std::string hash(transport::topics::last_level(message.topic));
    if (text)
      return [this, hash, heard = Known{.text = *std::move(text), .sealed = message.payload}] {
        return take(hash, heard);
      };
    return [hash, why = std::move(text).error().message] {
      log::warning("a workflow was refused", {{"hash", hash}, {"reason", why}});
      return false;
    };
  }

  bool take(const std::string& hash, const Known& heard) {
    const bool is_new = known.with_lock([&](ByHash& by_hash) {
      const auto at = by_hash.find(hash);
      if (at != by_hash.end()) {
        renew(at->second, heard);
        return false;
      }
      const bool has_room =
          heard.ours || by_hash.size() < kWorkflowsKnownMax || drop_unused(by_hash);
      if (!has_room) return false;
      by_hash.emplace(hash, heard);
      gone.with_lock([&](auto& hashes) { std::erase(hashes, hash); });
      return true;
    });
    if (is_new && handler) handler(hash, heard.text);
    return is_new;
  }

  // Signed anew, perhaps by another: the latest stands.
  static void renew(Known& one, const Known& heard) {
    one.ours = one.ours || heard.ours;
    if (one.ours || heard.sealed.empty() || one.sealed == heard.sealed) return;
    one.sealed = heard.sealed;
    one.kept = false;  // what we keep is the older one
  }

  // One that nobody is in: whoever stole an orchestrator's key can make up many. False: all are in use.
  bool drop_unused(ByHash& by_hash) {
    const auto unused = std::find_if(by_hash.begin(), by_hash.end(), [](const auto& entry) {
      return !entry.second.ours && !entry.second.kept;
    });
    if (unused == by_hash.end()) return false;
    gone.with_lock([&](auto& hashes) { hashes.push_back(unused->first); });
    by_hash.erase(unused);
    return true;
  }

  // Whose signer is believed no more: it is nobody's word now.
  void drop_distrusted() {
    auto all = known.with_lock([](const ByHash& by_hash) { return by_hash; });
    for (const auto& [hash, one] : all) {
      const auto topic = transport::topics::workflow(link.collective(), hash);
      if (one.ours || read_workflow(topic, one.sealed, link.operators())) continue;
      const bool has_gone = known.with_lock([&](ByHash& by_hash) {
        const auto at = by_hash.find(hash);
        if (at == by_hash.end() || at->second.sealed != one.sealed) return false;  // signed anew
        by_hash.erase(at);
        gone.with_lock([&](auto& hashes) { hashes.push_back(hash); });
        return true;
      });
      if (has_gone && one.kept) link.directory().leave(topic);
    }
  }

  // Ours under our name; another's as that one signed it, so that it ends with that one's certificate.
  Status put(const std::string& hash, const Known& one) {
    auto sealed = one.sealed;
    if (one.ours) {
      MUSTER_ASSIGN(sealed, link.signer().seal(envelope::Kind::workflow,
                                               messages::WorkflowText{one.text}.encode()));
    }
    MUSTER_TRY(link.directory().put(workflow_claim(link, hash, std::move(sealed))));
    note(hash, true);
    return {};
  }
  void note(const std::string& hash, bool kept) {
    known.with_lock([&](ByHash& by_hash) {
      if (const auto at = by_hash.find(hash); at != by_hash.end()) at->second.kept = kept;
    });
  }

  // What is to be kept and is not, or the other way round.
  std::vector<std::pair<std::string, Known>> to_change(const std::set<std::string>& hashes) {
    std::vector<std::pair<std::string, Known>> changes;
    known.with_lock([&](const ByHash& by_hash) {
      for (const auto& [hash, one] : by_hash)
        if (one.kept != (one.ours || hashes.contains(hash))) changes.emplace_back(hash, one);
    });
    return changes;
  }

  Link& link;
  const Handler handler;
  base::Guarded<ByHash> known;
  base::Guarded<std::vector<std::string>> gone;  // hashes of what was known, and is not any more
  Retained retained;
};

Result<std::unique_ptr<KeptWorkflows>> KeptWorkflows::watch(Link& link, Handler handler) {
  auto impl = std::make_unique<Impl>(link, std::move(handler));
  MUSTER_TRY(impl->retained.start());
  return std::unique_ptr<KeptWorkflows>(new KeptWorkflows(std::move(impl)));
}

KeptWorkflows::KeptWorkflows(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
KeptWorkflows::~KeptWorkflows() = default;

Status KeptWorkflows::wait_complete(std::chrono::milliseconds patience) {
  return impl_->retained.wait_complete(patience);
}

Result<std::string> KeptWorkflows::keep(const std::string& text) {
  if (text.size() > messages::kWorkflowMaxBytes)
    return fail(Errc::limit, fmt::format("the workflow has {} bytes; the limit is {}", text.size(),
                                         messages::kWorkflowMaxBytes));
  auto hash = x509::sha256_hex(text);
  const Impl::Known ours{.text = text, .ours = true};
  impl_->take(hash, ours);
  MUSTER_TRY(impl_->put(hash, ours));
  return hash;
}

bool KeptWorkflows::knows(const std::string& hash) const {
  return impl_->known.with_lock([&](const auto& by_hash) { return by_hash.contains(hash); });
}

std::vector<std::string> KeptWorkflows::keep_only(const std::set<std::string>& hashes) {
  impl_->drop_distrusted();
  for (const auto& [hash, one] : impl_->to_change(hashes)) {
    if (one.kept) {
      impl_->link.directory().leave(transport::topics::workflow(impl_->link.collective(), hash));
      impl_->note(hash, false);
    } else if (const auto put = impl_->put(hash, one); !put) {
      log::warning("cannot keep a workflow that nodes are in on the bus; tried again",
                   {{"hash", hash}, {"why", put.error().message}});
    }
  }
  return impl_->gone.with_lock([](auto& all) { return std::exchange(all, {}); });
}

}  // namespace muster::client
