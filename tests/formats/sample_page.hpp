#pragma once
#include "nk/formats/report/page.hpp"

namespace nk::formats::report {

/// A page with every kind of figure, made of invented numbers: what the tests look at.
Page sample_page();
Chart sample_chart();
Scene sample_scene(std::size_t cells, std::size_t frames);
std::vector<Figure> sample_figures();

} // namespace nk::formats::report
