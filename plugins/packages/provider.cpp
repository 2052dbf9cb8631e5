#include "plugins/packages/provider.hpp"

#include <algorithm>

#include "plugins/packages/apt.hpp"
#include "plugins/packages/dnf.hpp"

namespace muster::packages {
namespace {

constexpr std::size_t kWordMaxBytes = 128;

bool alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool of(std::string_view text, std::string_view others) {
  return !text.empty() && text.size() <= kWordMaxBytes && alphanumeric(text.front()) &&
         std::all_of(text.begin(), text.end(), [&](char c) {
           return alphanumeric(c) || others.find(c) != std::string_view::npos;
         });
}

}  // namespace

bool PackageState::has_version(std::string_view text) const {
  if (!installed()) return false;
  const auto full = release.empty() ? version : version + "-" + release;
  return text == ensure || text == version || text == full ||
         (!epoch.empty() && text == epoch + ":" + full);
}

bool is_package(std::string_view text) {
  // apt-get takes "name-" as: remove it.
  return of(text, "._+:-") && text.back() != '-' && text.back() != ':';
}

bool is_version(std::string_view text) {
  return of(text, ".+:~^_-");
}

std::unique_ptr<Provider> find_provider(const Programs& programs) {
  if (auto apt = make_apt(programs)) return apt;
  return make_dnf(programs);
}

}  // namespace muster::packages
