// A Puppet CA's folder: its certificate, an inventory, a revocation list.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "plugins/agents/puppetca/ca_files.hpp"
#include "tests/support/fakes/temp_folder.hpp"
#include "tests/support/pki/test_crl.hpp"

namespace muster::plugins::puppetca {

class CaFolderTest : public testing::Test {
 protected:
  CaFolderTest() {
    folder_.write("ca_crt.pem", ca_.certificate().pem());
    revoke({});
  }
  void revoke(const std::vector<std::string>& serials) {
    folder_.write("ca_crl.pem", test::revocation_list(ca_, serials));
  }
  void issued(const std::string& serial, const std::string& name, int until_year = 2031) {
    inventory_ += fmt::format("0x{} 2026-11-27T22:07:32UTC {}-11-27T22:07:32UTC /CN={}\n", serial,
                              until_year, name);
  }
  // With all that was issued until now.
  CaFiles files() {
    if (!inventory_.empty()) folder_.write("inventory.txt", inventory_);
    return CaFiles(folder_.path());
  }

  const fakes::TempFolder folder_;
  const test::TestCa ca_{"Puppet CA: m1.example"};
  std::string inventory_;
};

}  // namespace muster::plugins::puppetca
