// Every answer of facter/table.json, made by Facter 4 itself (facter/ask_facter.rb), is ours too, or
// differs as the table says and docs/operating/FACTS.md explains.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "plugins/facts/external.hpp"
#include "proto/base/files.hpp"
#include "tests/support/fakes/temp_folder.hpp"

namespace muster::facts {
namespace {

Value facter_table() {
  return Value::parse(base::read_file(MUSTER_FACTER "/table.json").value());
}

// Each character is a byte.
std::string as_latin1(const std::string& text) {
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x80)
      bytes += text[i];
    else
      bytes +=
          static_cast<char>((byte & 0x03U) << 6U | (static_cast<unsigned char>(text[++i]) & 0x3fU));
  }
  return bytes;
}

Value facts_of(const Value& example) {
  const fakes::TempFolder folder;
  for (const auto& [name, text] : example["files"].items()) {
    const auto content = text.get<std::string>();
    folder.write(name, example.contains("latin1") ? as_latin1(content) : content,
                 content.starts_with("#!") ? 0755 : 0644);
  }
  return ExternalFacts({folder.path()}, std::chrono::seconds(30)).collect();
}

TEST(FacterTableTest, EveryFileGivesWhatFacterReadsOrDiffersAsStated) {
  const auto table = facter_table();
  EXPECT_GT(table.size(), 70U);
  for (const auto& example : table) {
    const auto& theirs = example["facter"];
    const auto& wanted = example.contains("ours") ? example["ours"] : theirs;
    EXPECT_EQ(facts_of(example), wanted) << example["what"];
    EXPECT_EQ(example.contains("ours"), example.contains("why")) << example["what"];
    EXPECT_FALSE(example.contains("ours") && wanted == theirs)
        << example["what"] << ": this is no difference";
  }
}

TEST(FacterTableTest, EveryDifferenceHasItsReasonInTheReferenceAndEveryReasonACase) {
  std::set<std::string> in_table;
  for (const auto& example : facter_table())
    if (example.contains("why")) in_table.insert(example["why"].get<std::string>());
  std::set<std::string> in_reference;
  const auto page = base::read_file(MUSTER_FACTS_PAGE).value();
  for (auto at = page.find("\n| **"); at != std::string::npos; at = page.find("\n| **", at + 1)) {
    const auto begin = at + std::string_view("\n| **").size();
    in_reference.insert(page.substr(begin, page.find("**", begin) - begin));
  }
  EXPECT_EQ(in_table, in_reference);
}

}  // namespace
}  // namespace muster::facts
