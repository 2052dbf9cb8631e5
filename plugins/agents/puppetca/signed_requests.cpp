#include "plugins/agents/puppetca/signed_requests.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "proto/base/files.hpp"
#include "proto/base/put_aside.hpp"

namespace muster::plugins::puppetca {

SignedRequests::SignedRequests(std::filesystem::path file) : file_(std::move(file)) {
  const auto text = base::read_file(file_);
  if (!text) return;
  const base::Locked pairs(pairs_);
  try {
    for (const auto& item : nlohmann::json::parse(*text))
      pairs->push_back({item.at(0), item.at(1)});
  } catch (const nlohmann::json::exception& error) {
    (void)base::put_aside(
        file_, {"list of signed requests",
                "what was signed is at most cleaned and asked for once more", error.what()});
    pairs->clear();
  }
}

Status SignedRequests::remember(const std::string& request, const std::string& certificate) {
  const base::Locked pairs(pairs_);
  pairs->push_back({request, certificate});
  while (pairs->size() > kSignedRequestsKept) pairs->pop_front();
  auto json = nlohmann::json::array();
  for (const auto& pair : *pairs) json.push_back({pair.request, pair.certificate});
  return base::write_file(file_, json.dump());
}

bool SignedRequests::matches(const std::string& request, const std::string& certificate) const {
  const base::Locked pairs(pairs_);
  return std::any_of(pairs->begin(), pairs->end(), [&](const Pair& pair) {
    return pair.request == request && pair.certificate == certificate;
  });
}

}  // namespace muster::plugins::puppetca
