#include "aws/xml_text.hpp"

#include <gtest/gtest.h>

namespace towline::aws {
namespace {

TEST(XmlText, ReadsOneElement) {
  const std::string xml = "<R xmlns=\"u\"><C>\n <A>x&amp;y&lt;&gt;&quot;&apos;</A><B></B></C></R>";
  EXPECT_EQ(xml_element(xml, "C"), "\n <A>x&amp;y&lt;&gt;&quot;&apos;</A><B></B>");
  EXPECT_EQ(xml_text(xml, "A"), "x&y<>\"'");
  EXPECT_EQ(xml_text(xml, "B"), "");
}

TEST(XmlText, WhatIsNotSureIsNotThere) {
  EXPECT_EQ(xml_text("", "A"), std::nullopt);
  EXPECT_EQ(xml_text("<A>1</A><A>2</A>", "A"), std::nullopt);
  EXPECT_EQ(xml_text("<A>1", "A"), std::nullopt);
  EXPECT_EQ(xml_text("</A>1<A>", "A"), std::nullopt);
  EXPECT_EQ(xml_text("<A>1</A></A>", "A"), std::nullopt);
  EXPECT_EQ(xml_text("<A x='1'>1</A>", "A"), std::nullopt);
  EXPECT_EQ(xml_text("<A/>", "A"), std::nullopt);
  EXPECT_EQ(xml_text("<A><B>1</B></A>", "A"), std::nullopt);
  EXPECT_EQ(xml_text("<A>&#65;</A>", "A"), std::nullopt);
  EXPECT_EQ(xml_text("<A>&x;</A>", "A"), std::nullopt);
  EXPECT_EQ(xml_text("<A>&</A>", "A"), std::nullopt);
  EXPECT_EQ(xml_text("<AB>1</AB>", "A"), std::nullopt);
  EXPECT_EQ(xml_text("<!DOCTYPE r [<!ENTITY x 'y'>]><A>1</A>", "A"), std::nullopt);
  EXPECT_EQ(xml_text("<A><![CDATA[1]]></A>", "A"), std::nullopt);
  EXPECT_EQ(xml_text("<!-- <A>2</A> -->", "A"), std::nullopt);
}

}  // namespace
}  // namespace towline::aws
