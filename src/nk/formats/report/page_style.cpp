#include "nk/formats/report/page.hpp"
#include "nk/formats/report/palette.hpp"

#include <array>

namespace nk::formats::report {
namespace {

constexpr std::array<char const*, 14> restyled_tokens{"ink", "muted", "grid", "axis", "paper", "panel", "c0",
                                                      "c1",  "c2",    "c3",   "c4",   "c5",    "c6",    "c7"};

std::string variables(std::string (*colour)(std::string_view)) {
    std::string out;
    for (auto const* token : restyled_tokens)
        out += std::string("--") + token + ":" + colour(token) + ";";
    return out;
}

/// Pictures carry plain colours; these rules replace them by the page's own.
std::string picture_rules() {
    std::string out;
    for (auto const* token : restyled_tokens) {
        auto const name = std::string(token);
        out += ".f-" + name + "{fill:var(--" + name + ")}.s-" + name + "{stroke:var(--" + name + ")}";
        if (name[0] == 'c')
            out += ".badge." + name + "{--tint:var(--" + name + ")}";
    }
    return out + "\n";
}

constexpr char const* layout_rules = R"css(
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--back);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,"DejaVu Sans",sans-serif}
main{max-width:860px;margin:0 auto;padding:40px 20px 24px}
h1{font-size:clamp(1.55rem,4.6vw,2.2rem);line-height:1.2;margin:0 0 18px;letter-spacing:-.015em;text-wrap:balance}
h2{font-size:1.35rem;line-height:1.3;margin:52px 0 14px;letter-spacing:-.01em}
h3{font-size:1.08rem;line-height:1.35;margin:0}
.kicker{margin:0 0 8px;color:var(--muted);font-size:.9rem;font-weight:600}
.kicker::before{content:"";display:inline-block;width:.62em;height:.62em;border-radius:50%;margin-right:.55em;background:var(--c0);box-shadow:.32em .1em 0 -.08em var(--c1)}
.answer{font-size:1.16rem;line-height:1.5;margin:0;padding:18px 22px;background:var(--paper);border:1px solid var(--grid);border-left:5px solid var(--c0);border-radius:10px}
.weakest{margin:8px 0 0;color:var(--muted);font-size:.9rem}
.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(165px,1fr));gap:12px;margin:14px 0 0}
.facts div{background:var(--paper);border:1px solid var(--grid);border-radius:10px;padding:12px 16px}
.facts dt{color:var(--muted);font-size:.86rem}
.facts dd{margin:2px 0 0}
.facts b{display:block;font-size:1.5rem;line-height:1.25;font-weight:650;letter-spacing:-.01em}
.facts small{color:var(--muted);font-size:.83rem}
figure,section.table{margin:26px 0;padding:20px 22px 16px;background:var(--paper);border:1px solid var(--grid);border-radius:12px}
figure>header{display:flex;flex-direction:column;align-items:flex-start;gap:8px;margin-bottom:10px}
figure svg{display:block;width:100%;height:auto}
figcaption,.note{color:var(--muted);font-size:.92rem;line-height:1.5;margin:10px 0 0}
figcaption b{color:var(--ink);font-weight:600}
a{color:var(--c0)}
.badge{display:inline-block;padding:1px 10px;border-radius:99px;font-size:.8rem;line-height:1.6;font-weight:600;white-space:nowrap;color:var(--ink);background:color-mix(in srgb,var(--tint) 16%,var(--paper));border:1px solid color-mix(in srgb,var(--tint) 55%,var(--paper))}
.badge i{font-style:normal;color:var(--tint);margin-right:.4em}
.narrow{display:none}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.92rem;margin-top:10px}
th{text-align:left;font-weight:600;color:var(--muted);border-bottom:2px solid var(--grid);padding:7px 10px;vertical-align:bottom}
th small{font-weight:400;white-space:nowrap}
td{border-bottom:1px solid var(--grid);padding:7px 10px;vertical-align:top}
tbody tr:last-child td{border-bottom:0}
.number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
code,pre{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.87rem}
td code{overflow-wrap:anywhere}
#parameters table{background:var(--paper);border:1px solid var(--grid);border-radius:10px;border-collapse:separate;border-spacing:0;overflow:hidden}
.limits{margin:0;padding:16px 22px 16px 40px;background:var(--paper);border:1px solid var(--grid);border-left:5px solid var(--c4);border-radius:10px}
.limits li{margin:5px 0}
pre{margin:0 0 14px;padding:14px 18px;background:var(--paper);border:1px solid var(--grid);border-radius:10px;white-space:pre-wrap;overflow-wrap:anywhere}
pre span{display:block}
pre span::before{content:"$ ";color:var(--muted);user-select:none}
.pairs{margin:0;display:grid;gap:6px}
.pairs div{display:grid;grid-template-columns:9.5em 1fr;gap:10px}
.pairs dt{color:var(--muted)}
.pairs dd{margin:0;overflow-wrap:anywhere;font-variant-numeric:tabular-nums}
footer{max-width:860px;margin:30px auto 0;padding:18px 20px 36px;color:var(--muted);font-size:.88rem;border-top:1px solid var(--grid);display:flex;flex-wrap:wrap;gap:4px 24px;justify-content:space-between}
footer p{margin:0}
footer b{color:var(--ink)}
.scene.live .still{display:none}
.film canvas{max-width:100%}
.film>canvas{display:block;margin:0 auto;border-radius:6px}
.film-controls{display:flex;align-items:center;gap:12px;margin:12px 0 8px}
.film-controls input{flex:1;min-width:0;accent-color:var(--c0)}
.film-controls output{min-width:6.2em;text-align:right;font-weight:600;font-variant-numeric:tabular-nums}
.play{width:42px;height:42px;flex:none;border-radius:50%;border:0;background:var(--c0);color:var(--paper);font-size:15px;cursor:pointer}
.play:focus-visible,.film-legend button:focus-visible{outline:3px solid var(--c5);outline-offset:2px}
.film-legend{display:flex;flex-wrap:wrap;gap:4px 18px;font-size:.9rem}
.film-legend>*{display:inline-flex;align-items:center;gap:7px;background:none;border:0;padding:3px 0;color:inherit;font:inherit}
.film-legend button{cursor:pointer}
.film-legend button[aria-pressed=false]{opacity:.4;text-decoration:line-through}
.film-legend b{font-weight:600;min-width:1.6em;font-variant-numeric:tabular-nums;color:var(--muted)}
@media (max-width:600px){
main{padding:24px 14px 12px}
figure,section.table{padding:14px 5px 12px;margin:18px -6px}
figure>header,figcaption,section.table h3,section.table .note,.film-controls,.film-legend{padding-left:8px;padding-right:8px}
.wide{display:none}.narrow{display:block}
.answer{padding:14px 16px;font-size:1.08rem}
.facts{grid-template-columns:1fr 1fr;gap:8px}
.facts div{padding:10px 12px}
.stacked thead{display:none}
.stacked tr{display:block;padding:10px 12px;border-bottom:1px solid var(--grid)}
.stacked tr:last-child{border-bottom:0}
.stacked td{display:grid;grid-template-columns:6.2em 1fr;gap:8px;justify-items:start;border:0;padding:2px 0;text-align:left;white-space:normal}
.stacked td:empty{display:none}
.stacked td::before{content:attr(data-name);color:var(--muted)}
.pairs div{grid-template-columns:6.8em 1fr}
}
@media print{
body{background:#fff;font-size:11pt}
main{max-width:none;padding:0}
figure,section.table,.answer,.facts div,#limits,pre{break-inside:avoid}
.wide{display:block!important}.narrow{display:none!important}
.scene .still{display:block!important}.scene .film{display:none!important}
}
)css";

} // namespace

std::string page_style() {
    return ":root{color-scheme:light dark;--back:#f5f7f9;" + variables(light_colour) +
           "}\n@media screen and (prefers-color-scheme:dark){:root{--back:#0f1216;" + variables(dark_colour) + "}}\n" + picture_rules() +
           layout_rules;
}

} // namespace nk::formats::report
