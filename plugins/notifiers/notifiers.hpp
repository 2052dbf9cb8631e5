// The kinds of notifier there are, and the one place that knows them all.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "plugins/api/notifier.hpp"
#include "plugins/notifiers/email/config.hpp"
#include "plugins/notifiers/xmpp/config.hpp"
#include "proto/base/strict_yaml.hpp"

namespace muster::notifiers {

// The settings of every kind.
struct NotifierConfig {
  email::Config email;
  xmpp::Config xmpp;
};

// Reads the maps `email:` and `xmpp:` out of `map`, if present. Problems are recorded in `map`.
void read(base::StrictMap& map, NotifierConfig& out);

// The notifier for a target URL: mailto:ADDRESS, xmpp:ADDRESS, xmpp:ROOM?join. Errc::config names
// the target and what is wrong with it or with its kind's settings; an unknown kind comes with the
// nearest one.
Result<std::unique_ptr<plugins::Notifier>> make_notifier(const std::string& target,
                                                         const NotifierConfig& config);

}  // namespace muster::notifiers
