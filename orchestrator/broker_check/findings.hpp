// What the checks write down. Internal to this library.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "orchestrator/broker_check/check.hpp"

namespace muster::broker_check {

inline constexpr auto kWriteAnew =
    "write its configuration anew with 'muster broker config' and restart it; a broker that is "
    "configured by hand needs the same access lists";

class Findings {
 public:
  explicit Findings(std::function<void(const Finding&)> told) : told_(std::move(told)) {}

  void holds(std::string role, std::string claim) {
    add({std::move(role), std::move(claim), Verdict::holds, "", ""});
  }
  void broken(std::string role, std::string claim, std::string detail,
              std::string remedy = kWriteAnew) {
    add({std::move(role), std::move(claim), Verdict::broken, std::move(detail), std::move(remedy)});
  }
  void untried(std::string role, std::string claim, std::string why) {
    add({std::move(role), std::move(claim), Verdict::untried, std::move(why), ""});
  }
  void judge(bool good, std::string role, std::string claim, std::string detail,
             std::string remedy = kWriteAnew) {
    if (good) return holds(std::move(role), std::move(claim));
    broken(std::move(role), std::move(claim), std::move(detail), std::move(remedy));
  }
  std::vector<Finding> take() { return std::move(all_); }

 private:
  void add(Finding finding) {
    if (told_) told_(finding);
    all_.push_back(std::move(finding));
  }

  std::function<void(const Finding&)> told_;
  std::vector<Finding> all_;
};

}  // namespace muster::broker_check
