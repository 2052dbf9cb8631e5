#include "orchestrator/cli/approval/approval_options.hpp"

#include <fmt/format.h>

#include <charconv>

#include "proto/approval/statement.hpp"
#include "proto/base/names.hpp"
#include "proto/policy/requirements.hpp"

namespace muster::cli {

void add_approval_options(Command command, ApprovalOptions& options) {
  constexpr auto kGroup = "Approval";
  command
      .option("--ask-approval", options.ask,
              "Do nothing yet: ask this group to approve it, as in '2 of admins'")
      .type("GROUP")
      .group(kGroup);
  command.option("--reason", options.reason, "Why, for those who approve")
      .type("TEXT")
      .group(kGroup);
  command.option("--approval-for", options.life, "How long the approval is to be good, at most 24h")
      .type("TIME")
      .shows_default()
      .group(kGroup);
  command.option("--approval", options.id, "Send it with what was approved under this id")
      .type("ID")
      .group(kGroup);
}

Result<Wanted> wanted_approval(const std::string& text) {
  Wanted wanted;
  std::string_view rest = text;
  if (const auto of = text.find(" of "); of != std::string::npos) {
    const auto [end, problem] = std::from_chars(text.data(), text.data() + of, wanted.number);
    if (problem != std::errc() || end != text.data() + of || wanted.number < 1 ||
        wanted.number > policy::kApproversMax)
      return fail(Errc::config,
                  fmt::format("--ask-approval {}: write GROUP, or N of GROUP with N from 1 to {}",
                              base::quoted(text), policy::kApproversMax));
    rest.remove_prefix(of + 4);
  }
  MUSTER_TRY(base::check_word("group", rest));
  wanted.group = rest;
  return wanted;
}

Status check_approval_options(const ApprovalOptions& options) {
  if (options.asks() && !options.id.empty())
    return fail(Errc::config,
                "--ask-approval asks for an approval, --approval brings one; say one of them");
  if (!options.reason.empty() && !options.asks())
    return fail(Errc::config, "--reason is for those whom --ask-approval asks");
  if (!options.id.empty()) return approval::check_id(options.id);
  return {};
}

}  // namespace muster::cli
