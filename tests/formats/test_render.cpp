#include "formats/sample_page.hpp"
#include "nk/formats/file.hpp"
#include <gtest/gtest.h>
using namespace nk::formats;
TEST(Temp, write) {
    write_atomically("/tmp/nkr/page.html", report::sample_page().html());
    write_atomically("/tmp/nkr/chart.svg", report::render_svg(report::sample_chart()));
}
