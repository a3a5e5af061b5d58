#include "core/frame_attributes.h"

#include <gtest/gtest.h>

namespace inkling {
namespace {

TEST(FrameAttributesTest, FindsWhatWasAdded) {
  FrameAttributes attributes;
  EXPECT_TRUE(attributes.add("service", "checkout"));
  EXPECT_TRUE(attributes.add("host", "h=1"));
  EXPECT_EQ(attributes.text(), "service=checkout\nhost=h=1");
  EXPECT_EQ(find_attribute(attributes.text(), "service"), "checkout");
  EXPECT_EQ(find_attribute(attributes.text(), "host"), "h=1");
  EXPECT_EQ(find_attribute(attributes.text(), "serv"), "");
}

TEST(FrameAttributesTest, KeepsOneLinePerPairWhateverTheSenderWrites) {
  FrameAttributes attributes;
  EXPECT_TRUE(attributes.add("a=b\n", "x\ny\r"));
  EXPECT_EQ(attributes.text(), "a_b_=x_y_");
}

TEST(FrameAttributesTest, LeavesOutWhatIsEmptyOrTooLong) {
  FrameAttributes attributes;
  EXPECT_FALSE(attributes.add("", "x"));
  EXPECT_FALSE(attributes.add("x", ""));
  EXPECT_FALSE(attributes.add("x", std::string(FrameAttributes::kMaxBytes, 'y')));
  EXPECT_TRUE(attributes.empty());
}

}  // namespace
}  // namespace inkling
