#include "app/commands/docs.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "app/commands/schema.hpp"
#include "app/fake_components.hpp"
#include "app/reference.hpp"

namespace towline::app {
namespace {

using testing::HasSubstr;

class Docs : public testing::Test {
 protected:
  Docs() {
    std::string name = (std::filesystem::temp_directory_path() / "towline-docs-XXXXXX").string();
    directory_ = ::mkdtemp(name.data());
  }
  ~Docs() override { std::filesystem::remove_all(directory_); }

  int docs(DocsMode mode) {
    out_.str("");
    err_.str("");
    return docs_command(directory_.string(), mode, fake::registry(), out_, err_);
  }

  std::filesystem::path directory_;
  std::ostringstream out_;
  std::ostringstream err_;
};

TEST_F(Docs, WhatIsWrittenDoesNotDiffer) {
  EXPECT_EQ(docs(DocsMode::check), 1);
  EXPECT_THAT(err_.str(), HasSubstr("docs/reference/sinks.md: differs"));
  EXPECT_EQ(docs(DocsMode::write), 0);
  EXPECT_THAT(out_.str(), HasSubstr("config/reference.yaml\n"));
  EXPECT_EQ(docs(DocsMode::check), 0);
  EXPECT_EQ(err_.str(), "");
}

TEST_F(Docs, ADriftIsNamed) {
  ASSERT_EQ(docs(DocsMode::write), 0);
  std::ofstream(directory_ / "config/reference.yaml", std::ios::app) << "x";
  EXPECT_EQ(docs(DocsMode::check), 1);
  EXPECT_EQ(err_.str(),
            (directory_ / "config/reference.yaml").string() + ": differs from what `towline docs` writes\n");
}

TEST_F(Docs, WhatCannotBeWrittenIsNamed) {
  std::ofstream(directory_ / "docs") << "a file in the way";
  EXPECT_EQ(docs(DocsMode::write), 1);
  EXPECT_THAT(err_.str(), HasSubstr("docs/reference/sinks.md: can't be written"));
}

TEST(SchemaCommand, PrintsTheSchema) {
  std::ostringstream out;
  EXPECT_EQ(schema_command(fake::registry(), out), 0);
  EXPECT_EQ(out.str(), json_schema_of_config(fake::registry()));
}

}  // namespace
}  // namespace towline::app
