#include "plugins/csr/csr_attributes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/fakes/temp_folder.hpp"

namespace muster::csr {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class CsrAttributesTest : public testing::Test {
 protected:
  CsrAttributesTest() { puppet_.confdir = folder_.path(); }
  CsrContent content() {
    const auto read = read_csr_content(puppet_, "n1.example");
    EXPECT_TRUE(read) << (read ? "" : read.error().message);
    return read.value_or(CsrContent{});
  }
  std::string problem(const std::string& text) {
    folder_.write("csr_attributes.yaml", text);
    const auto read = read_csr_content(puppet_, "n1.example");
    return read ? "none" : read.error().message;
  }
  static std::vector<std::string> lines(const std::vector<x509::OidText>& all) {
    std::vector<std::string> out;
    for (const auto& [oid, text] : all) out.push_back(oid + "=" + text);
    return out;
  }

  fakes::TempFolder folder_;
  plugins::PuppetPaths puppet_;
};

TEST_F(CsrAttributesTest, WithoutTheFileNothingIsAsked) {
  const auto asked = content();
  EXPECT_THAT(asked.attributes, IsEmpty());
  EXPECT_THAT(asked.extensions, IsEmpty());
  EXPECT_THAT(asked.alternative_names, IsEmpty());
}

TEST_F(CsrAttributesTest, NamesAreResolvedAndValuesAreTexts) {
  folder_.write("csr_attributes.yaml",
                "---\n"
                "custom_attributes:\n"
                "  1.2.840.113549.1.9.7: 342thbjkt82094y0uthhor289jnqthpc2290\n"
                "extension_requests:\n"
                "  pp_uuid: ED803750-E3C7-44F5-BB08-41A04433FE2E\n"
                "  pp_role: web\n"
                "  1.3.6.1.4.1.34380.1.2.9: 42\n"
                "  pp_apptier: true\n");
  const auto asked = content();
  EXPECT_THAT(lines(asked.attributes),
              ElementsAre("1.2.840.113549.1.9.7=342thbjkt82094y0uthhor289jnqthpc2290"));
  EXPECT_THAT(
      lines(asked.extensions),
      testing::UnorderedElementsAre("1.3.6.1.4.1.34380.1.1.1=ED803750-E3C7-44F5-BB08-41A04433FE2E",
                                    "1.3.6.1.4.1.34380.1.1.13=web", "1.3.6.1.4.1.34380.1.2.9=42",
                                    "1.3.6.1.4.1.34380.1.1.24=true"));
}

TEST_F(CsrAttributesTest, ASitesOwnNamesAndPlacesCountAsForPuppet) {
  puppet_.csr_attributes = folder_ / "mine.yaml";
  puppet_.trusted_oid_mapping_file = folder_ / "names.yaml";
  puppet_.dns_alt_names = "WWW.example, DNS:api";
  folder_.write("names.yaml",
                "oid_mapping:\n"
                "  1.3.6.1.4.1.34380.1.2.1.1:\n"
                "    shortname: myrack\n"
                "    longname: My rack\n");
  folder_.write("mine.yaml", "extension_requests: {myrack: r7}\n");
  const auto asked = content();
  EXPECT_THAT(lines(asked.extensions), ElementsAre("1.3.6.1.4.1.34380.1.2.1.1=r7"));
  EXPECT_THAT(asked.alternative_names, ElementsAre("api", "n1.example", "www.example"));
}

TEST_F(CsrAttributesTest, WhatEditorsDoToTextIsReadAsPuppetReadsIt) {
  folder_.write("csr_attributes.yaml",
                "\xef\xbb\xbf---\r\nextension_requests:\r\n  pp_role: web\r\n");
  EXPECT_THAT(lines(content().extensions), ElementsAre("1.3.6.1.4.1.34380.1.1.13=web"));
  EXPECT_THAT(problem("extension_requests:\n  pp_role: \"w\xe4"
                      "b\"\n"),
              AllOf(HasSubstr("csr_attributes.yaml:2"), HasSubstr("not UTF-8")));
}

TEST_F(CsrAttributesTest, WhatCannotBeMeantIsToldWithFileAndLine) {
  EXPECT_THAT(
      problem("extension_request: {pp_role: web}\n"),
      AllOf(HasSubstr("csr_attributes.yaml:1"), HasSubstr("did you mean 'extension_requests'?")));
  EXPECT_THAT(problem("\nextension_requests: {pp_rol: web}\n"),
              AllOf(HasSubstr("csr_attributes.yaml:2"), HasSubstr("did you mean 'pp_role'?")));
  EXPECT_THAT(problem("extension_requests: {pp_auth_role: admin}\n"),
              HasSubstr("authority over a Puppet Server"));
  EXPECT_THAT(problem("extension_requests: {pp_role: [a, b]}\n"), HasSubstr("a single value"));
  EXPECT_THAT(problem("extension_requests: {pp_role: }\n"), HasSubstr("a single value"));
  EXPECT_THAT(problem("extension_requests: [pp_role]\n"), HasSubstr("must be a map"));
  EXPECT_THAT(problem("custom_attributes: {extReq: x}\n"), HasSubstr("extension_requests"));
  EXPECT_THAT(problem("extension_requests: {pp_role: '" + std::string(256, 'x') + "'}\n"),
              HasSubstr("1 to 255 bytes long, not 256"));
  EXPECT_EQ(problem(""), "none");
}

}  // namespace
}  // namespace muster::csr
