#include "plugins/csr/puppet_conf.hpp"

#include <gtest/gtest.h>

namespace muster::csr {
namespace {

TEST(PuppetConfTest, TheAgentsSectionComesBeforeMain) {
  const auto conf = PuppetConf::parse(
      "top = 1\r\n"
      "# dns_alt_names = comment\n"
      "[main]\n"
      "  dns_alt_names = a, b  \n"
      "server=puppet\n"
      "[server]\nserver = other\nca_only = 1\n"
      "[agent]\ndns_alt_names = c",
      "/etc/puppet");
  EXPECT_EQ(conf.text("dns_alt_names"), "c");
  EXPECT_EQ(conf.text("server"), "puppet");
  EXPECT_EQ(conf.text("top"), "1");
  EXPECT_EQ(conf.text("ca_only"), "");
}

TEST(PuppetConfTest, PathsLieInConfdirUnlessTheyAreSet) {
  const auto conf = PuppetConf::parse("a = $confdir/x.yaml\nb = /srv/y.yaml\n", "/etc/puppet");
  EXPECT_EQ(conf.path("a", "z.yaml"), "/etc/puppet/x.yaml");
  EXPECT_EQ(conf.path("b", "z.yaml"), "/srv/y.yaml");
  EXPECT_EQ(conf.path("c", "z.yaml"), "/etc/puppet/z.yaml");
}

}  // namespace
}  // namespace muster::csr
