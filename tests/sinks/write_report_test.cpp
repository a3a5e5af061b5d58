#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "sinks/report.h"
#include "tests/support/incident_builder.h"
#include "tests/support/report_context.h"
#include "tests/support/temp_directory.h"

namespace inkling::sinks {
namespace {

using test::IncidentBuilder;
using test::make_report_context;
using testing::HasSubstr;

TEST(WriteReportTest, WritesThreeFilesAndNothingElse) {
  const TempDirectory folder;
  const Incident incident = IncidentBuilder().build();
  const auto context = make_report_context();
  const std::string directory = folder.file("reports/new");
  const auto written = write_report(incident, context, directory);
  ASSERT_TRUE(written.has_value()) << written.error().message;
  EXPECT_EQ(read_file(written->markdown_path), report_markdown(incident, context));
  EXPECT_EQ(read_file(written->json_path), report_json(incident, context));
  EXPECT_EQ(read_file(written->html_path), report_html(incident, context));
  EXPECT_EQ(written->html_path, directory + "/7f3a9c12d4e8b065.html");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(directory), {}), 3);
}

TEST(WriteReportTest, ReplacesAnEarlierRevision) {
  const TempDirectory folder;
  IncidentBuilder builder;
  ASSERT_TRUE(write_report(builder.build(), {}, folder.path()).has_value());
  const auto written = write_report(builder.resolved().build(), {}, folder.path());
  ASSERT_TRUE(written.has_value());
  EXPECT_THAT(read_file(written->markdown_path), HasSubstr("revision 4"));
}

TEST(WriteReportTest, NamesTheFolderItCannotMake) {
  const TempDirectory folder;
  std::ofstream(folder.file("taken")).close();
  const auto written = write_report(IncidentBuilder().build(), {}, folder.file("taken/below"));
  ASSERT_FALSE(written.has_value());
  EXPECT_EQ(written.error().code, ErrorCode::kIo);
  EXPECT_THAT(written.error().message, HasSubstr("taken/below"));
}

TEST(WriteReportTest, LetsNoIdLeadOutOfTheFolder) {
  const TempDirectory folder;
  for (const char* id : {"../evil", "", "a/b", ".", "a.b"}) {
    IncidentBuilder builder;
    builder.edit().id = id;
    EXPECT_FALSE(write_report(builder.build(), {}, folder.path()).has_value()) << id;
  }
}

}  // namespace
}  // namespace inkling::sinks
