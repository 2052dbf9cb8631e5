// muster-lab-ca: Puppet CAs and node certificates for labs and benchmarks, without a Puppet Server.
#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string>
#include <vector>

#include "proto/base/files.hpp"
#include "proto/base/names.hpp"
#include "tests/support/pki/test_pki.hpp"

namespace muster {
namespace {

constexpr const char* kUsage =
    "usage: muster-lab-ca ca DIR COMMON-NAME         makes DIR/ca.key, ca.pem and crl.pem\n"
    "       muster-lab-ca node DIR IDENTITY… OUTDIR  writes Puppet's ssldir layout for each "
    "identity\n"
    "                                                into OUTDIR, which the identities share\n";

int make_ca(const std::string& folder, const std::string& common_name) {
  if (std::filesystem::exists(std::filesystem::path(folder) / "ca.key"))
    throw std::runtime_error(folder + "/ca.key exists and is not overwritten");
  const test::TestCa ca(common_name);
  ca.holder().write(folder, "ca");
  if (auto wrote = base::write_file(std::filesystem::path(folder) / "crl.pem", ca.crl().pem());
      !wrote)
    throw std::runtime_error(wrote.error().message);
  return 0;
}

int make_nodes(const std::string& folder, const std::vector<std::string>& identities,
               const std::string& ssldir) {
  for (const auto& identity : identities)
    if (auto fits = base::check_identity(identity); !fits)
      throw std::runtime_error(fits.error().message);
  const auto ca = test::TestCa::from_folder(folder);
  for (const auto& identity : identities)
    test::write_ssldir(ssldir, identity, ca.issue_node(identity), ca.certificate());
  return 0;
}

int run(const std::vector<std::string>& words) {
  if (words.size() == 3 && words[0] == "ca") return make_ca(words[1], words[2]);
  if (words.size() >= 4 && words[0] == "node")
    return make_nodes(words[1], {words.begin() + 2, words.end() - 1}, words.back());
  std::fputs(kUsage, stderr);
  return 1;
}

}  // namespace
}  // namespace muster

int main(int argc, char** argv) {
  try {
    return muster::run({argv + 1, argv + argc});
  } catch (const std::exception& error) {
    fmt::print(stderr, "muster-lab-ca: {}\n", error.what());
    return 1;
  }
}
