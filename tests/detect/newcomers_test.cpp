#include "detect/newcomers.h"

#include <gtest/gtest.h>

namespace inkling::detect {
namespace {

using Answer = Newcomers::Answer;

// Brings `count` skeletons that are taken, from `first` on.
void bring(Newcomers& newcomers, std::string_view service, std::uint64_t first,
           std::uint64_t count) {
  for (std::uint64_t i = 0; i < count; ++i) {
    if (newcomers.ask(service, first + i).answer == Answer::kTake) newcomers.took(service);
  }
}

TEST(NewcomersTest, TakesEverythingUpToHalfOfTheBound) {
  Newcomers newcomers(20);
  bring(newcomers, "cart", 1, 9);
  EXPECT_EQ(newcomers.ask("cart", 100).answer, Answer::kTake);
  EXPECT_EQ(newcomers.flooding(), 0u);
}

TEST(NewcomersTest, AFloodIsSaidOnce) {
  Newcomers newcomers(20);
  bring(newcomers, "cart", 1, 10);
  EXPECT_TRUE(newcomers.ask("cart", 100).flood_begins);
  EXPECT_FALSE(newcomers.ask("cart", 101).flood_begins);
  newcomers.end_epoch();
  EXPECT_FALSE(newcomers.ask("cart", 102).flood_begins);
  EXPECT_EQ(newcomers.flooding(), 1u);
}

TEST(NewcomersTest, InAFloodOnlyWhatComesAgainInALaterEpochIsTaken) {
  Newcomers newcomers(20);
  bring(newcomers, "cart", 1, 10);
  EXPECT_EQ(newcomers.ask("cart", 100).answer, Answer::kRefuse);
  EXPECT_EQ(newcomers.ask("cart", 100).answer, Answer::kRefuse) << "the same epoch";
  newcomers.end_epoch();
  EXPECT_EQ(newcomers.ask("cart", 101).answer, Answer::kRefuse);
  EXPECT_EQ(newcomers.ask("cart", 100).answer, Answer::kTake);
}

TEST(NewcomersTest, AtTheBoundNothingIsTaken) {
  Newcomers newcomers(4);
  bring(newcomers, "cart", 1, 2);
  for (std::uint64_t id = 10; id < 14; ++id) newcomers.ask("cart", id);
  newcomers.end_epoch();
  bring(newcomers, "cart", 10, 2);
  EXPECT_EQ(newcomers.ask("cart", 12).answer, Answer::kRefuse);
}

TEST(NewcomersTest, OthersAreNotTouched) {
  Newcomers newcomers(20);
  bring(newcomers, "cart", 1, 1000);
  EXPECT_EQ(newcomers.ask("web", 5000).answer, Answer::kTake);
}

TEST(NewcomersTest, RemembersABoundedNumber) {
  Newcomers newcomers(20);
  for (std::uint64_t epoch = 0; epoch < 5; ++epoch) {
    bring(newcomers, "cart", 1 + epoch * 100'000, 50'000);
    newcomers.end_epoch();
  }
  EXPECT_LE(newcomers.remembered(), 2 * Newcomers::kGeneration);
}

}  // namespace
}  // namespace inkling::detect
