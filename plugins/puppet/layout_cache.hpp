// What `puppet config print` said, kept on disk for as long as Puppet would say it again.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "plugins/puppet/settings.hpp"

namespace muster::plugins::puppet {

// The time of a file's last change, as a text to compare; "none" when it is not there.
std::string stamp_of(const std::filesystem::path& path);

// What was kept, when it was said by this program, of this puppet.conf (the one in the confdir that was said) and with what agent.yaml gives now.
// A damaged file holds nothing.
std::optional<Settings> kept(const std::filesystem::path& cache, const std::string& program,
                             const PuppetPaths& given);

// Keeps what was said to a question that was put at `asked_at`, unless puppet.conf has changed since. What cannot be written is asked again at the next start.
void keep(const std::filesystem::path& cache, const std::string& program, const PuppetPaths& given,
          const Settings& said, std::filesystem::file_time_type asked_at);

}  // namespace muster::plugins::puppet
