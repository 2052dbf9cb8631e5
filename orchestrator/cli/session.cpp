#include "orchestrator/cli/session.hpp"

#include <utility>

#include "proto/base/names.hpp"

namespace muster::cli {

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
  return LinkPtr(link.release());
}

}  // namespace muster::cli
