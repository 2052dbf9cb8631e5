#include "orchestrator/cli/session.hpp"

#include "proto/base/names.hpp"

namespace muster::cli {

Result<settings::Settings> read_settings(const CommonOptions& common) {
  MUSTER_ASSIGN(const auto file, settings::find(common.config));
  return settings::load(file);
}

Result<std::unique_ptr<client::Link>> connect(const CommonOptions& common,
                                              const std::string& target) {
  MUSTER_ASSIGN(auto settings, read_settings(common));
  if (!target.empty()) {
    MUSTER_TRY(base::check_word("collective", target));
    settings.collective = target;
  }
  return client::Link::open(settings);
}

}  // namespace muster::cli
