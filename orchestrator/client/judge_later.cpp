#include "orchestrator/client/judge_later.hpp"

#include <iterator>

namespace muster::client {

bool JudgeLater::keep(const std::string& signer, transport::Message message) {
  const base::Locked kept(kept_);
  std::pair key(signer, message.topic);
  const auto known = kept->find(key);
  if (known == kept->end()) {
    auto its = kept->lower_bound({signer, ""});
    std::size_t count = 0;
    for (; its != kept->end() && its->first.first == signer; ++its) ++count;
    if (kept->size() >= kJudgedLaterMax || count >= kJudgedLaterOfSignerMax) return false;
  }
  kept->insert_or_assign(std::move(key), std::move(message));
  return true;
}

std::vector<transport::Message> JudgeLater::take_all() {
  const base::Locked kept(kept_);
  std::vector<transport::Message> all;
  for (auto& [key, message] : *kept) all.push_back(std::move(message));
  kept->clear();
  return all;
}

}  // namespace muster::client
