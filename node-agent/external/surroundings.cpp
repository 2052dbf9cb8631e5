#include "node-agent/external/surroundings.hpp"

#include <fmt/format.h>

namespace muster::external {

std::string Surroundings::facts() const {
  return node.facts().dump(-1, ' ', false, Value::error_handler_t::replace);
}

std::filesystem::path installed_ruby_host() {
  std::error_code unknown;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", unknown);
  return self.parent_path().parent_path() / "libexec" / "muster" / "muster-ruby-host";
}

std::chrono::milliseconds left_for(const plugins::ActionRequest& request) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(request.deadline -
                                                                 std::chrono::steady_clock::now());
  return std::max(left, std::chrono::milliseconds(0));
}

plugins::ActionReply reply_of(const plugins::ActionRequest& request, const ddl::Agent& ddl,
                              Result<plugins::ActionReply> reply) {
  if (!reply)
    return plugins::ActionReply::failed(
        reply.error().within(fmt::format("{}#{}", request.agent, request.action)));
  if (const auto* action = ddl.find(request.action); action != nullptr)
    ddl::fill_outputs(*action, reply->data);
  return std::move(*reply);
}

}  // namespace muster::external
