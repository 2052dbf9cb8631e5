#include "orchestrator/daemon/master_retired.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "orchestrator/daemon/tell.hpp"
#include "proto/base/clock.hpp"

namespace muster::daemon {
namespace {

using What = provision::RetirementNews::What;

struct Words {
  const char* state;
  std::string subject;
  std::string text;
};

Words words_of(What what, const std::string& master) {
  switch (what) {
    case What::no_other_master:
      return {"no-other-master",
              fmt::format("{} is retired, and no other master can have its nodes", master),
              fmt::format("Nobody is moved until a second master is endorsed that is not retired. "
                          "'muster master retire {} --cancel' keeps this one.\n",
                          master)};
    case What::stuck:
      return {"stuck", fmt::format("{} is retired, and some of its nodes stay", master),
              "Those that are named have to be looked at; the others were moved. Its CA is "
              "withdrawn once nobody has a certificate of it. Look: muster master list\n"};
    case What::only_debts:
      return {"only-debts",
              fmt::format("{} has no nodes any more, and certificates to clean still", master),
              "Let it run until it has; its CA is withdrawn then. Where it is gone for good: "
              "'muster trust remove' its CA.\n"};
    case What::may_go:
      return {"may-go", fmt::format("{} may be taken down", master),
              "Nobody has a certificate of its CA any more, but for itself, and its CA is "
              "withdrawn.\n"};
    case What::stays:
      break;
  }
  return {"stays", fmt::format("{} must not be taken down after all", master),
          "It was told that it may be.\n"};
}

}  // namespace

plugins::Notification retirement_notification(const provision::RetirementNews& news) {
  const auto& of = news.of;
  const auto words = words_of(news.what, of.master);
  plugins::Notification out;
  out.id = news.id;
  out.subject = words.subject;
  out.text = fmt::format("{} retired the master {} on {}.\n{}{}CA: {}\n", of.retired_by, of.master,
                         base::iso8601(of.retired_at_ms), words.text, news.why, of.ca);
  out.data = {{"master", of.master},
              {"state", words.state},
              {"retired_by", of.retired_by},
              {"retired_at", base::iso8601(of.retired_at_ms)},
              {"ca", of.ca},
              {"why", news.why}};
  return out;
}

client::LifecycleEvent retirement_event(const provision::RetirementNews& news) {
  return event_of(retirement_notification(news), "master-retired", news.of.master);
}

}  // namespace muster::daemon
