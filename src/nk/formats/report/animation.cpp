#include "nk/formats/report/animation.hpp"

#include "nk/base/error.hpp"
#include "nk/formats/report/palette.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>

namespace nk::formats::report {
namespace {

constexpr std::size_t bytes_per_cell = 6; ///< x and y of 16 bits, radius and look of 8
constexpr unsigned char absent = 255;

/// Every cell keeps one slot in all frames. Without ids the slot is the place in the frame's list.
struct Slots {
    std::map<std::int64_t, std::size_t> of_id;
    std::size_t count = 0;
    bool known = true;
};

Slots slots_of(Scene const& scene) {
    Slots slots;
    for (auto const& frame : scene.frames)
        for (auto const& cell : frame.cells)
            slots.known = slots.known && cell.id >= 0;
    for (auto const& frame : scene.frames) {
        if (!slots.known)
            slots.count = std::max(slots.count, frame.cells.size());
        else
            for (auto const& cell : frame.cells)
                slots.count += slots.of_id.emplace(cell.id, slots.count).second ? 1 : 0;
    }
    return slots;
}

/// Leaves out frames evenly, keeping the first and the last.
std::vector<std::size_t> chosen_frames(std::size_t all, std::size_t most) {
    std::vector<std::size_t> chosen;
    most = std::max<std::size_t>(most, 1);
    if (all <= most) {
        for (std::size_t i = 0; i < all; ++i)
            chosen.push_back(i);
    } else if (most == 1) {
        chosen.push_back(all - 1);
    } else {
        for (std::size_t i = 0; i < most; ++i)
            chosen.push_back((i * (all - 1) + (most - 1) / 2) / (most - 1));
    }
    return chosen;
}

unsigned quantised(double value, double low, double span, unsigned steps) {
    return static_cast<unsigned>(std::lround(std::clamp((value - low) / span, 0.0, 1.0) * steps));
}

void put16(std::string& bytes, std::size_t at, unsigned value) {
    bytes[at] = static_cast<char>(value & 0xff); // little-endian, read so by the script on any machine
    bytes[at + 1] = static_cast<char>(value >> 8);
}

/// One frame as columns: x, y (16 bits each), radius, look; a slot that has no cell has look 255.
std::string packed(Scene const& scene, Scene::Frame const& frame, Slots const& slots, double largest_radius) {
    auto const n = slots.count;
    std::string bytes(n * bytes_per_cell, '\0');
    std::fill(bytes.begin() + static_cast<std::ptrdiff_t>(5 * n), bytes.end(), static_cast<char>(absent));
    for (std::size_t i = 0; i < frame.cells.size(); ++i) {
        auto const& cell = frame.cells[i];
        auto const slot = slots.known ? slots.of_id.at(cell.id) : i;
        put16(bytes, 2 * slot, quantised(cell.x, scene.x0, scene.width, 65535));
        put16(bytes, 2 * n + 2 * slot, quantised(cell.y, scene.y0, scene.height, 65535));
        bytes[4 * n + slot] = static_cast<char>(quantised(cell.radius, 0.0, largest_radius, 255));
        bytes[5 * n + slot] = static_cast<char>(cell.kind * 16 + cell.state);
    }
    return bytes;
}

nlohmann::json description_of(Scene const& scene, Slots const& slots, double largest_radius) {
    nlohmann::json out = {{"x0", scene.x0},
                          {"width", scene.width},
                          {"height", scene.height},
                          {"round", scene.outline == Scene::Outline::circle},
                          {"slots", slots.count},
                          {"tracked", slots.known},
                          {"radius", largest_radius},
                          {"bar", scale_bar_length(scene.width)},
                          {"barText", length_text(scale_bar_length(scene.width))},
                          {"kinds", nlohmann::json::array()},
                          {"states", nlohmann::json::array()}};
    for (auto const& kind : scene.kinds)
        out["kinds"].push_back(
            {{"name", kind.name}, {"light", light_colour(series_colour(kind.colour))}, {"dark", dark_colour(series_colour(kind.colour))}});
    for (auto const& state : scene.states)
        out["states"].push_back({{"name", state.name}, {"look", static_cast<int>(state.look)}});
    return out;
}

/// JSON that cannot end the script element it stands in.
std::string safe_json(nlohmann::json const& data) {
    auto text = data.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
    for (auto at = text.find('<'); at != std::string::npos; at = text.find('<', at))
        text.replace(at, 1, "\\u003c");
    return text;
}

} // namespace

std::string base64(std::string_view bytes) {
    constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    out.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        auto const count = std::min<std::size_t>(3, bytes.size() - i);
        std::uint32_t group = 0;
        for (std::size_t k = 0; k < 3; ++k)
            group = (group << 8) | (k < count ? static_cast<unsigned char>(bytes[i + k]) : 0u);
        for (std::size_t k = 0; k < 4; ++k)
            out += k <= count ? letters[(group >> (18 - 6 * k)) & 63] : '=';
    }
    return out;
}

std::string animation_html(Scene const& whole, AnimationLimits const& limits) {
    NK_EXPECT(!whole.frames.empty() && whole.width > 0.0 && whole.height > 0.0);
    NK_EXPECT(whole.kinds.size() <= 15 && whole.states.size() <= 16);
    auto scene = reduced(whole, limits.cells);
    auto const picture = "<div class=\"wide\">" + render_svg(scene, {780.0, Titles::outside}) + "</div><div class=\"narrow\">" +
                         render_svg(scene, {350.0, Titles::outside}) + "</div>";
    auto const slots = slots_of(scene);
    constexpr std::size_t fixed_part = 6000; // markup and names
    auto const used = picture.size() + fixed_part;
    auto const budget = limits.bytes > used ? (limits.bytes - used) / 4 * 3 : 0;
    std::vector<Scene::Frame> kept;
    for (auto const i : chosen_frames(scene.frames.size(), budget / std::max<std::size_t>(1, slots.count * bytes_per_cell)))
        kept.push_back(std::move(scene.frames[i]));
    scene.frames = std::move(kept);

    auto largest_radius = 1e-9;
    for (auto const& frame : scene.frames)
        for (auto const& cell : frame.cells)
            largest_radius = std::max(largest_radius, cell.radius);
    auto data = description_of(scene, slots, largest_radius);
    std::string bytes;
    for (auto const& frame : scene.frames) {
        data["times"].push_back(frame.time);
        bytes += packed(scene, frame, slots, largest_radius);
    }
    data["cells"] = base64(bytes);
    return "<div class=\"scene\"><div class=\"still\">" + picture +
           "</div>\n<div class=\"film\" hidden><canvas></canvas><div class=\"film-controls\"><button type=\"button\" class=\"play\" "
           "aria-label=\"Play\"></button>"
           "<input type=\"range\" min=\"0\" step=\"any\" aria-label=\"Time\"><output></output></div><div "
           "class=\"film-legend\"></div></div>\n"
           "<script type=\"application/json\">" +
           safe_json(data) + "</script></div>\n";
}

} // namespace nk::formats::report
