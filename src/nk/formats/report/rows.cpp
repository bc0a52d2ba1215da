#include "nk/formats/report/rows.hpp"

#include "nk/formats/report/text.hpp"

#include <algorithm>

namespace nk::formats::report {
namespace {
constexpr double name_line_height = 17.0;
} // namespace

RowLayout lay_out_rows(std::vector<std::string> const& names, double y, double drawn_height, double right_room, Canvas const& canvas) {
    RowLayout layout;
    layout.names_above = canvas.narrow();
    auto const most = layout.names_above ? canvas.width - 16.0 : canvas.width * 0.34;
    auto widest = 0.0;
    for (auto const& name : names) {
        layout.names.push_back(wrapped(name, letter_size, most));
        for (auto const& line : layout.names.back())
            widest = std::max(widest, text_width(line, letter_size));
    }
    layout.area = {layout.names_above ? 14.0 : widest + 22.0, y, canvas.width - right_room - 16.0, y};
    auto const gap = 12.0;
    y += 6.0;
    for (auto const& lines : layout.names) {
        auto const text = static_cast<double>(lines.size()) * name_line_height;
        auto const height = layout.names_above ? drawn_height : std::max(drawn_height, text);
        layout.top.push_back(layout.names_above ? y + text + 2.0 : y + (height - drawn_height) / 2.0);
        layout.height.push_back(drawn_height);
        y += height + (layout.names_above ? text + 2.0 : 0.0) + gap;
    }
    layout.area.bottom = y - gap + 8.0;
    return layout;
}

void draw_row_names(SvgWriter& svg, RowLayout const& layout) {
    for (std::size_t i = 0; i < layout.names.size(); ++i) {
        auto const& lines = layout.names[i];
        auto const count = static_cast<double>(lines.size());
        auto const first = layout.names_above ? layout.top[i] - (count - 1.0) * name_line_height - 6.0
                                              : layout.centre(i) + 4.5 - (count - 1.0) * name_line_height / 2.0;
        for (std::size_t k = 0; k < lines.size(); ++k)
            svg.text(
                {layout.names_above ? layout.area.left + 4.0 : layout.area.left - 12.0, first + static_cast<double>(k) * name_line_height},
                lines[k], {letter_size, layout.names_above ? Anchor::start : Anchor::end, "ink", false, 0.0, layout.names_above});
    }
}

} // namespace nk::formats::report
