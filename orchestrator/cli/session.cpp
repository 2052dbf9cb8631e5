#include "orchestrator/cli/session.hpp"

#include <utility>

#include "orchestrator/cli/verified_nodes.hpp"
#include "proto/base/log.hpp"
#include "proto/base/names.hpp"

namespace muster::cli {

void LeaveAndExit::operator()(client::Link* link) const {
  link->bus().disconnect();
  const auto file = verified_nodes_file();
  if (file.empty()) return;
  if (const auto kept = keep_verified_nodes(link->nodes(), file); !kept)
    log::info("the next command will verify nodes' certificates anew",
              {{"why", kept.error().message}});
}

Result<settings::Settings> read_settings(const CommonOptions& common) {
  MUSTER_ASSIGN(const auto file, settings::find(common.config));
  return settings::load(file);
}

Result<LinkPtr> connect(const CommonOptions& common, const std::string& target) {
  MUSTER_ASSIGN(auto settings, read_settings(common));
  if (!target.empty()) {
    MUSTER_TRY(base::check_word("collective", target));
    settings.home_collective = std::exchange(settings.collective, target);
  }
  MUSTER_ASSIGN(auto link, client::Link::open(settings));
  if (const auto file = verified_nodes_file(); !file.empty())
    if (const auto recalled = recall_verified_nodes(link->nodes(), file); !recalled)
      log::info("nodes' certificates are verified anew: what was kept of them is ignored",
                {{"why", recalled.error().message}});
  return LinkPtr(link.release());
}

}  // namespace muster::cli
