#include "plugins/agents/package/package_agent.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>

#include "plugins/agents/package/package_reply.hpp"
#include "plugins/api/job_reply.hpp"
#include "plugins/packages/dnf.hpp"
#include "proto/base/encoding.hpp"
#include "proto/base/names.hpp"

namespace muster::plugins::package {
namespace {

using packages::Change;

constexpr int kDnfHasUpdates = 100;  // as `dnf check-update` ends

// No secret: what two nodes compare, under the name that people know.
Result<std::string> md5_of(const std::vector<std::string>& lines) {
  std::string text;
  for (const auto& line : lines) text += line + "\n";
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  if (EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_md5(), nullptr) != 1)
    return fail(Errc::aborted, "MD5 is not allowed on this node");
  return base::to_hex({reinterpret_cast<const char*>(digest.data()), size});
}

}  // namespace

ActionReply PackageAgent::handle(const ActionRequest& request) {
  if (!provider_) return ActionReply::failed({Errc::aborted, "this node has neither apt nor dnf"});
  auto reply = answer(request);
  return reply ? std::move(*reply) : ActionReply::failed(reply.error());
}

Status PackageAgent::only_with(std::string_view kind) const {
  if (provider_->name() == kind) return {};
  return fail(Errc::aborted, fmt::format("the package manager of this node is {}, not {}",
                                         provider_->name(), kind));
}

Result<ActionReply> PackageAgent::answer(const ActionRequest& request) {
  const auto& action = request.action;
  const auto& data = request.data;
  if (action == "install") return change(request, Change::install);
  if (action == "update") return change(request, Change::update);
  if (action == "uninstall") return change(request, Change::uninstall);
  if (action == "purge") return change(request, Change::purge);
  if (action == "status") return status(request);
  if (action == "search") return search(request);
  if (action == "count" || action == "md5") return installed(request);
  if (action == "job")
    return job_reply(node_.jobs(), kJobKind, data.at("job"), data.value("offset", std::int64_t{0}));
  if (action.starts_with("apt_")) MUSTER_TRY(only_with("apt"));
  if (action.starts_with("yum_")) MUSTER_TRY(only_with("dnf"));
  if (action.ends_with("checkupdates")) return check_updates(request);
  if (action == "refresh" || action == "apt_update") return run(request, provider_->refresh());
  if (action == "yum_clean")
    return run(request, packages::dnf_clean(programs_, data.value("mode", "all")));
  return fail(Errc::unknown_action, fmt::format("package has no action '{}'", action));
}

Result<ActionReply> PackageAgent::status(const ActionRequest& request) const {
  MUSTER_ASSIGN(const auto package, package_in(request.data));
  MUSTER_ASSIGN(const auto state, provider_->state(package, request.deadline));
  return ActionReply::ok(reply_of(state, provider_->name()));
}

Result<ActionReply> PackageAgent::search(const ActionRequest& request) const {
  MUSTER_ASSIGN(const auto found, provider_->search(request.data.at("term"), request.deadline));
  Value list = Value::array();
  for (const auto& one : found) {
    if (list.size() == kFoundMax) break;
    list.push_back({{"name", one.name}, {"summary", one.summary}});
  }
  return ActionReply::ok(
      {{"packages", std::move(list)}, {"count", found.size()}, {"provider", provider_->name()}});
}

Result<ActionReply> PackageAgent::check_updates(const ActionRequest& request) const {
  MUSTER_ASSIGN(const auto updates, provider_->updates(request.deadline));
  Value list = Value::array();
  std::string lines;
  for (const auto& update : updates) {
    list.push_back({{"package", update.package},
                    {"installed", update.installed},
                    {"version", update.version},
                    {"repo", update.repository}});
    lines += fmt::format("{} {} -> {}\n", update.package, update.installed, update.version);
  }
  const bool dnf_has = provider_->name() == "dnf" && !updates.empty();
  return ActionReply::ok({{"package_manager", provider_->name()},
                          {"outdated_packages", std::move(list)},
                          {"output", std::move(lines)},
                          {"exitcode", dnf_has ? kDnfHasUpdates : 0}});
}

Result<ActionReply> PackageAgent::installed(const ActionRequest& request) const {
  MUSTER_ASSIGN(const auto all, provider_->installed(request.deadline));
  if (request.action == "count")
    return ActionReply::ok({{"output", std::to_string(all.size())}, {"exitcode", 0}});
  MUSTER_ASSIGN(auto digest, md5_of(all));
  return ActionReply::ok({{"output", std::move(digest)}, {"exitcode", 0}});
}

}  // namespace muster::plugins::package
