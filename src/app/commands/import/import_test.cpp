#include "app/commands/import/import.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "app/components.hpp"

namespace towline::app {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr const char* all_converted =
    "sources: { app: { type: socket, address: '0.0.0.0:9000', decoding: { codec: json } } }\n"
    "sinks: { out: { type: console, inputs: [app], encoding: { codec: json } } }\n";

class Import : public testing::Test {
 protected:
  Import() {
    std::string name = (fs::temp_directory_path() / "towline-import-XXXXXX").string();
    directory_ = ::mkdtemp(name.data());
  }
  ~Import() override { fs::remove_all(directory_); }

  std::string file(const std::string& name, const std::string& text) {
    std::ofstream(directory_ / name) << text;
    return (directory_ / name).string();
  }
  int import(const std::string& path, const std::string& output = {}) {
    out_.str("");
    err_.str("");
    return import_command({path, output}, all_components(), out_, err_);
  }
  std::string text_of(const fs::path& path) {
    std::stringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
  }

  fs::path directory_;
  std::ostringstream out_;
  std::ostringstream err_;
};

TEST_F(Import, EverythingConvertedIsZero) {
  EXPECT_EQ(import(file("vector.yaml", all_converted)), 0);
  EXPECT_EQ(out_.str(),
            "# Converted from vector.yaml by `towline import`.\n\n"
            "sources:\n  app:\n    type: tcp\n    listen: 0.0.0.0:9000\n\n"
            "sinks:\n  out:\n    type: console\n    inputs: [app]\n");
  EXPECT_EQ(err_.str(), "");
}

TEST_F(Import, ARemarkIsOne) {
  const std::string path = file("vector.yaml", std::string(all_converted) + "enrichment_tables: {}\n");
  EXPECT_EQ(import(path), 1);
  EXPECT_EQ(err_.str(), path +
                            ":3: enrichment_tables: there are no tables\n"
                            "  hint: `set` and `enrich` add what is known beforehand\n");
  EXPECT_THAT(out_.str(), HasSubstr("# TODO: line 3, enrichment_tables: there are no tables; `set` and"));
}

TEST_F(Import, NothingToConvertIsARemark) {
  EXPECT_EQ(import(file("vector.yaml", "data_dir: /x\n")), 1);
  EXPECT_THAT(err_.str(), HasSubstr("vector.yaml: sources: there is none"));
  EXPECT_THAT(err_.str(), HasSubstr("vector.yaml: sinks: there is none"));
}

TEST_F(Import, WhatCanNotBeReadIsTwo) {
  EXPECT_EQ(import((directory_ / "missing.yaml").string()), 2);
  EXPECT_THAT(err_.str(), HasSubstr("missing.yaml: error: can't be opened: No such file or directory"));
  EXPECT_EQ(import(file("vector.conf", all_converted)), 2);
  EXPECT_THAT(err_.str(), HasSubstr(".yaml, .yml, .json or .toml"));
  EXPECT_EQ(import(file("bad.yaml", "a: b: c\n")), 2);
  EXPECT_THAT(err_.str(), HasSubstr("bad.yaml:1:"));
  EXPECT_EQ(import(file("bad.toml", "[a\n")), 2);
  EXPECT_THAT(err_.str(), HasSubstr("bad.toml:1:"));
  EXPECT_EQ(import(file("list.yaml", "- a\n")), 2);
  EXPECT_THAT(err_.str(), HasSubstr("a configuration is a map"));
  EXPECT_EQ(import(file("empty.yaml", "")), 2);
  fs::create_directory(directory_ / "folder.yaml");
  EXPECT_EQ(import((directory_ / "folder.yaml").string()), 2);
  EXPECT_THAT(err_.str(), HasSubstr("is a folder"));
  EXPECT_EQ(out_.str(), "");
}

TEST_F(Import, TheOutputIsForItsOwnerOnly) {
  const std::string path = file("vector.yaml", all_converted);
  const fs::path output = file("towline.yaml", "before");
  EXPECT_EQ(import(path, output.string()), 0);
  EXPECT_EQ(out_.str(), "");
  EXPECT_THAT(text_of(output), HasSubstr("listen: 0.0.0.0:9000"));
  struct stat info {};
  ASSERT_EQ(::stat(output.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0600U);
  EXPECT_EQ(std::distance(fs::directory_iterator(directory_), fs::directory_iterator()), 2);
}

TEST_F(Import, AnOutputThatCanNotBeWrittenIsTwo) {
  const std::string path = file("vector.yaml", all_converted);
  EXPECT_EQ(import(path, (directory_ / "no" / "towline.yaml").string()), 2);
  EXPECT_THAT(err_.str(), HasSubstr("can't be written: No such file or directory"));
  EXPECT_EQ(import(path, path), 2);
  EXPECT_THAT(err_.str(), HasSubstr("write to another file"));
  EXPECT_EQ(text_of(path), all_converted);
  fs::create_directory(directory_ / "taken");
  EXPECT_EQ(import(path, (directory_ / "taken").string()), 2);
  EXPECT_FALSE(fs::exists(directory_ / "taken.new"));
}

}  // namespace
}  // namespace towline::app
