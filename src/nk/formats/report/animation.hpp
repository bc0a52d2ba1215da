#pragma once
#include "nk/formats/report/scene.hpp"

#include <string>

namespace nk::formats::report {

/// How large an animation may become; frames are left out evenly, and cells by showing the centre, until it fits.
struct AnimationLimits {
    std::size_t bytes = 1'400'000; ///< of the text put into the page
    std::size_t cells = 3000;
};

/// An HTML block that plays the scene in a canvas: play and pause, time scrubber, legend with counts (a click hides a kind),
/// scale bar. Until its script runs, and in print, the static picture of the last frame stands in its place. A page needs
/// `animation_script` once. Title and note of the scene are the page's to set.
/// expects: at least one frame; at most 15 kinds and 16 states
std::string animation_html(Scene const& scene, AnimationLimits const& limits = {});

/// The script that brings all animation blocks of a page to life (plain JavaScript, no network).
std::string animation_script();

/// RFC 4648 base64.
std::string base64(std::string_view bytes);

} // namespace nk::formats::report
