#include "proto/base/nearest.hpp"

#include <gmock/gmock.h>
#include <rapidcheck.h>

namespace muster::base {
namespace {

TEST(NearestTest, TypingMistakesAreUnderstood) {
  const std::vector<std::string> known{"identity", "broker", "collective"};
  EXPECT_EQ(nearest("identiy", known), "identity");
  EXPECT_EQ(nearest("borker", known), "broker") << "two letters swapped";
  EXPECT_EQ(nearest("colective", known), "collective");
}

TEST(NearestTest, OtherWordsAreNotForcedOntoOne) {
  EXPECT_EQ(nearest("zebra", {"identity", "broker"}), std::nullopt);
  EXPECT_EQ(nearest(std::string(1000, 'a'), {"a"}), std::nullopt);
}

TEST(NearestTest, ASingleLetterIsLikeNoOther) {
  EXPECT_EQ(nearest("-j", {"-h", "--help"}), std::nullopt);
  EXPECT_EQ(nearest("j", {"h", "jo"}), std::nullopt);
  EXPECT_EQ(nearest("--j", {"--h"}), std::nullopt);
  EXPECT_EQ(nearest("", {"h"}), std::nullopt);
  EXPECT_EQ(nearest("-h", {"-h"}), "-h");
  EXPECT_EQ(nearest("hn", {"h"}), "h");
}

TEST(NearestTest, HintFallsBackToTheList) {
  EXPECT_EQ(hint_for("borker", {"broker"}), "; did you mean 'broker'?");
  EXPECT_EQ(hint_for("zebra", {"broker", "identity"}), "; known: broker, identity");
  EXPECT_EQ(hint_for("zebra", {}), "");
}

TEST(NearestTest, KnownWordIsNearestToItself) {
  rc::check("a word of the list is found", [] {
    const auto word =
        *rc::gen::nonEmpty(rc::gen::container<std::string>(rc::gen::inRange('a', 'z')));
    RC_PRE(word.size() <= 64U);
    RC_ASSERT(nearest(word, {"something", word, "else"}) == word);
  });
}

}  // namespace
}  // namespace muster::base
