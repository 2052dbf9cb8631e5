#include "plugins/notifiers/notifiers.hpp"

#include <fmt/format.h>

#include <array>

#include "plugins/notifiers/email/email_notifier.hpp"
#include "plugins/notifiers/xmpp/xmpp_notifier.hpp"
#include "proto/base/names.hpp"
#include "proto/base/nearest.hpp"

namespace muster::notifiers {
namespace {

using Made = Result<std::unique_ptr<plugins::Notifier>>;

Made make_email(const std::string& target, const NotifierConfig& config) {
  return email::make_notifier(target, config.email);
}

Made make_xmpp(const std::string& target, const NotifierConfig& config) {
  return xmpp::make_notifier(target, config.xmpp);
}

struct Kind {
  std::string_view scheme;  // of its targets
  Made (*make)(const std::string& target, const NotifierConfig& config);
};

constexpr std::array kKinds{Kind{"mailto", make_email}, Kind{"xmpp", make_xmpp}};

}  // namespace

void read(base::StrictMap& map, NotifierConfig& out) {
  map.map("email", [&](base::StrictMap& email) { email::read(email, out.email); });
  map.map("xmpp", [&](base::StrictMap& xmpp) { xmpp::read(xmpp, out.xmpp); });
}

Made make_notifier(const std::string& target, const NotifierConfig& config) {
  const auto scheme = target.substr(0, target.find(':'));
  std::vector<std::string> known;
  for (const auto& kind : kKinds) {
    if (scheme == kind.scheme && scheme.size() < target.size()) {
      auto made = kind.make(target, config);
      if (!made) return fail(made.error().within("target " + base::quoted(target)));
      return made;
    }
    known.emplace_back(kind.scheme);
  }
  return fail(Errc::config, fmt::format("target {} is of no known kind (KIND:ADDRESS){}",
                                        base::quoted(target), base::hint_for(scheme, known)));
}

}  // namespace muster::notifiers
