#include "nk/formats/report/animation.hpp"

namespace nk::formats::report {

namespace {

constexpr char const* script = R"js(
(function () {
  "use strict";
  function decode(text, slots, count) {
    var raw = atob(text), bytes = new Uint8Array(raw.length);
    for (var i = 0; i < raw.length; i++) bytes[i] = raw.charCodeAt(i);
    var view = new DataView(bytes.buffer), frames = [], size = slots * 6;
    for (var f = 0; f < count; f++) {
      var at = f * size, x = new Float32Array(slots), y = new Float32Array(slots);
      for (var s = 0; s < slots; s++) {
        x[s] = view.getUint16(at + 2 * s, true) / 65535;
        y[s] = view.getUint16(at + 2 * slots + 2 * s, true) / 65535;
      }
      frames.push({x: x, y: y, r: bytes.subarray(at + 4 * slots, at + 5 * slots), look: bytes.subarray(at + 5 * slots, at + 6 * slots)});
    }
    return frames;
  }
  function duration(minutes) {
    var m = Math.round(minutes), d = Math.floor(m / 1440), h = Math.floor(m % 1440 / 60), r = m % 60;
    return d ? d + " d " + h + " h" : h ? h + " h " + (r < 10 ? "0" : "") + r + " min" : r + " min";
  }
  function start(block) {
    var data = JSON.parse(block.querySelector("script").textContent);
    var frames = decode(data.cells, data.slots, data.times.length), times = data.times;
    var film = block.querySelector(".film"), canvas = film.querySelector("canvas"), pen = canvas.getContext("2d");
    var button = film.querySelector(".play"), slider = film.querySelector("input"), clock = film.querySelector("output");
    var legend = film.querySelector(".film-legend"), hidden = {}, counters = [];
    var last = times.length - 1, position = 0, playing = false, before = 0, sprites = {}, width = 0, height = 0, ratio = 1;
    var dark = window.matchMedia("(prefers-color-scheme: dark)");
    var seconds = Math.max(6, Math.min(24, last * 0.4));
    slider.max = last;
    slider.value = 0;

    function colour(kind) { return dark.matches ? data.kinds[kind].dark : data.kinds[kind].light; }
    function token(name) { return getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim() || "#888"; }
    function paintCell(p, c, r, kind, look) {
      var tint = colour(kind), fade;
      p.lineWidth = Math.max(1, ratio * (look > 1 ? 1.4 : 0.8));
      p.strokeStyle = look === 0 ? token("panel") : tint;
      p.globalAlpha = look > 1 ? 0.6 : 1;
      p.beginPath();
      p.arc(c, c, r, 0, 2 * Math.PI);
      if (look < 2) {
        fade = p.createRadialGradient(c - r * 0.25, c - r * 0.3, 0, c, c, r * 1.2);
        fade.addColorStop(0, tint + "8c");
        fade.addColorStop(1, tint + "f2");
        p.fillStyle = fade;
        p.fill();
      }
      p.stroke();
      if (look === 1) { p.beginPath(); p.lineWidth = 1.6 * ratio; p.arc(c, c, r + 2.6 * ratio, 0, 2 * Math.PI); p.stroke(); }
      if (look === 3) { var d = r * 0.6; p.beginPath(); p.moveTo(c - d, c - d); p.lineTo(c + d, c + d); p.moveTo(c - d, c + d); p.lineTo(c + d, c - d); p.stroke(); }
    }
    function sprite(kind, state, r) {
      var look = data.states.length ? data.states[state].look : 0, size = Math.max(1.2 * ratio, Math.round(r * 4) / 4), key = kind + "," + look + "," + size;
      if (!sprites[key]) {
        var tile = document.createElement("canvas"), c = Math.ceil(size + 6 * ratio);
        tile.width = tile.height = 2 * c;
        paintCell(tile.getContext("2d"), c, size, kind, look);
        sprites[key] = tile;
      }
      return sprites[key];
    }
    function resize() {
      var room = film.clientWidth || 600, most = Math.min(560, window.innerHeight * 0.75);
      var scale = Math.min(room / data.width, most / data.height);
      ratio = window.devicePixelRatio || 1;
      width = data.width * scale;
      height = data.height * scale;
      canvas.style.width = width + "px";
      canvas.style.height = height + "px";
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
      sprites = {};
      draw();
    }
    function drawBar(scale) {
      var length = data.bar * scale, x = canvas.width - 14 * ratio, y = canvas.height - 14 * ratio;
      pen.font = 13 * ratio + "px system-ui, sans-serif";
      pen.textAlign = "right";
      pen.fillStyle = token("panel");
      pen.globalAlpha = data.round ? 0 : 0.85;
      pen.fillRect(x - Math.max(length, pen.measureText(data.barText).width) - 7 * ratio, y - 25 * ratio, Math.max(length, pen.measureText(data.barText).width) + 14 * ratio, 34 * ratio);
      pen.globalAlpha = 1;
      pen.fillStyle = token("ink");
      pen.fillRect(x - length, y, length, 4 * ratio);
      pen.fillText(data.barText, x, y - 7 * ratio);
    }
    function draw() {
      var f = Math.min(Math.floor(position), last), share = position - f, g = Math.min(f + 1, last);
      var a = frames[f], b = frames[g], scale = canvas.width / data.width, counts = data.kinds.map(function () { return 0; });
      var counted = {};
      pen.clearRect(0, 0, canvas.width, canvas.height);
      pen.fillStyle = token("panel");
      pen.strokeStyle = token("axis");
      pen.lineWidth = ratio;
      pen.beginPath();
      if (data.round) pen.arc(canvas.width / 2, canvas.height / 2, canvas.width / 2 - ratio, 0, 2 * Math.PI);
      else pen.rect(0, 0, canvas.width, canvas.height);
      pen.fill();
      if (data.round) pen.stroke();
      for (var kind = 0; kind < data.kinds.length; kind++) {
        for (var s = 0; s < data.slots; s++) {
          if (a.look[s] === 255 || a.look[s] >> 4 !== kind) continue;
          var state = a.look[s] & 15;
          counts[kind]++;
          counted[kind + "," + state] = (counted[kind + "," + state] || 0) + 1;
          if (hidden[kind]) continue;
          var x = a.x[s], y = a.y[s];
          if (data.tracked && b.look[s] !== 255) { x += (b.x[s] - x) * share; y += (b.y[s] - y) * share; }
          var tile = sprite(kind, state, a.r[s] / 255 * data.radius * scale);
          pen.drawImage(tile, x * canvas.width - tile.width / 2, y * canvas.height - tile.height / 2);
        }
      }
      drawBar(scale);
      var time = times[f] + (times[g] - times[f]) * share;
      clock.textContent = duration(time);
      slider.value = position;
      slider.setAttribute("aria-valuetext", duration(time));
      counters.forEach(function (show) { show(counts, counted); });
    }
    function tick(now) {
      if (!playing) return;
      var passed = before ? (now - before) / 1000 : 0;
      before = now;
      position = Math.min(last, position + passed * last / seconds);
      draw();
      if (position >= last) return play(false);
      requestAnimationFrame(tick);
    }
    function play(on) {
      playing = on && last > 0;
      if (playing && position >= last) position = 0;
      before = 0;
      button.textContent = playing ? "\u275A\u275A" : "\u25B6\uFE0E";
      button.setAttribute("aria-label", playing ? "Pause" : "Play");
      if (playing) requestAnimationFrame(tick);
    }
    function swatch(kind, look) {
      var tile = document.createElement("canvas");
      tile.width = tile.height = 22 * ratio;
      tile.style.width = tile.style.height = "22px";
      if (kind < 0) {
        var p = tile.getContext("2d"), c = 11 * ratio, r = (look === 1 ? 5 : 7) * ratio, ink = token("muted"), d = r * 0.6;
        p.strokeStyle = p.fillStyle = ink;
        p.lineWidth = 1.5 * ratio;
        p.beginPath(); p.arc(c, c, r, 0, 7);
        if (look < 2) p.fill(); else p.stroke();
        if (look === 1) { p.beginPath(); p.arc(c, c, r + 3 * ratio, 0, 7); p.stroke(); }
        if (look === 3) { p.beginPath(); p.moveTo(c - d, c - d); p.lineTo(c + d, c + d); p.moveTo(c - d, c + d); p.lineTo(c + d, c - d); p.stroke(); }
      } else paintCell(tile.getContext("2d"), 11 * ratio, 7 * ratio, kind, look);
      return tile;
    }
    function entry(tag, picture, name) {
      var item = document.createElement(tag), label = document.createElement("span"), count = document.createElement("b");
      label.textContent = name;
      item.append(picture, label, count);
      legend.append(item);
      return {item: item, count: count};
    }
    function buildLegend() {
      legend.textContent = "";
      counters = [];
      data.kinds.forEach(function (kind, k) {
        var made = entry("button", swatch(k, 0), kind.name);
        made.item.type = "button";
        made.item.title = "show or hide";
        made.item.setAttribute("aria-pressed", String(!hidden[k]));
        made.item.onclick = function () { hidden[k] = !hidden[k]; made.item.setAttribute("aria-pressed", String(!hidden[k])); draw(); };
        counters.push(function (counts) { made.count.textContent = counts[k]; });
      });
      if (data.states.length > 1) data.states.forEach(function (state, i) {
        if (!state.name) return;
        var made = entry("span", swatch(-1, state.look), state.name);
        counters.push(function (counts, counted) {
          made.count.textContent = data.kinds.reduce(function (sum, kind, k) { return sum + (counted[k + "," + i] || 0); }, 0);
        });
      });
    }
    function restyle() { ratio = window.devicePixelRatio || 1; buildLegend(); resize(); }

    block.classList.add("live");
    film.hidden = false;
    button.onclick = function () { play(!playing); };
    slider.oninput = function () { play(false); position = +slider.value; draw(); };
    window.addEventListener("resize", resize);
    if (dark.addEventListener) dark.addEventListener("change", restyle);
    restyle();
    play(false);
    if (!window.matchMedia("(prefers-reduced-motion: reduce)").matches && "IntersectionObserver" in window) {
      var watcher = new IntersectionObserver(function (seen) {
        if (seen[0].isIntersecting) { watcher.disconnect(); play(true); }
      }, {threshold: 0.4});
      watcher.observe(canvas);
    }
  }
  document.querySelectorAll(".scene").forEach(start);
})();
)js";

} // namespace

std::string animation_script() {
    return script;
}

} // namespace nk::formats::report
