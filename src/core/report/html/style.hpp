// How the HTML report looks: one style sheet, for screens light and dark, phones and desks, and paper.
#pragma once

#include <string_view>

namespace upkeep::report {

inline constexpr std::string_view report_style = R"css(
:root{color-scheme:light dark;--page:#f5f4f0;--card:#fff;--ink:#1a1c21;--muted:#59606c;--line:#e2dfd7;--accent:#2257b5;
--soft:#e4ecf9;--good:#0e7247;--good-soft:#dcf1e5;--bad:#b0261e;--bad-soft:#fae3e0;--warn:#835400;--warn-soft:#faecc8}
@media screen and (prefers-color-scheme:dark){:root{--page:#101216;--card:#191c22;--ink:#e8eaee;--muted:#a3abb8;
--line:#2d323b;--accent:#8ab4f8;--soft:#202d44;--good:#5fd09a;--good-soft:#14342a;--bad:#ff9389;--bad-soft:#45211f;
--warn:#f0c254;--warn-soft:#3a2e12}}
*{box-sizing:border-box;margin:0}
body{background:var(--page);color:var(--ink);font:400 1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",
"DejaVu Sans",sans-serif;overflow-wrap:anywhere;-webkit-text-size-adjust:100%}
main{max-width:68rem;margin:0 auto;padding:clamp(1.25rem,4vw,3rem) clamp(1rem,4vw,2.5rem)}
h1{font-size:clamp(1.7rem,1.3rem + 2vw,2.5rem);line-height:1.15;font-weight:700;letter-spacing:-.02em;
text-wrap:balance}
h2{font-size:1.25rem;line-height:1.3;font-weight:650;letter-spacing:-.01em;margin-bottom:1rem}
h3{font-size:1.0625rem;line-height:1.35;font-weight:650}
h4{font-size:.8125rem;font-weight:500;color:var(--muted);margin-bottom:.375rem}
h2 small{display:block;font-size:.875rem;font-weight:400;letter-spacing:0;color:var(--muted)}
.note{font-size:.875rem;color:var(--muted);margin-top:.75rem}
section{margin-top:2.75rem}
ul,ol,dl,dd{padding:0;margin:0;list-style:none}
.number{font-variant-numeric:tabular-nums;white-space:nowrap}
.long{white-space:normal}
.muted{color:var(--muted)}
.small{font-size:.875rem}
.card{background:var(--card);border:1px solid var(--line);border-radius:.875rem;padding:1.125rem 1.25rem;min-width:0}
a{color:var(--accent);text-underline-offset:.15em}
a:focus-visible,summary:focus-visible{outline:2px solid var(--accent);outline-offset:2px;border-radius:.25rem}
:target{scroll-margin-top:1rem}
.shop{font-size:1.0625rem;font-weight:650;line-height:1.35}
.eyebrow{font-size:.875rem;font-weight:500;color:var(--muted);margin-bottom:.75rem}
h1 b{font-weight:750}
h1 small{display:block;font-size:1.0625rem;line-height:1.4;font-weight:500;letter-spacing:0;color:var(--muted);
margin-top:.625rem}
.positive{color:var(--good)}
.facts{display:flex;flex-wrap:wrap;gap:.5rem;align-items:center;margin-top:.75rem;color:var(--muted)}
.chip{display:inline-block;border-radius:1rem;padding:.0625rem .625rem;font-size:.8125rem;font-weight:600;
background:var(--soft);color:var(--accent)}
.chip.warn{background:var(--warn-soft);color:var(--warn)}
.chip.bad{background:var(--bad-soft);color:var(--bad)}
.chip.plain{background:none;padding:0;color:var(--muted);font-weight:500}
.verdict{display:flex;gap:1rem;align-items:center;margin-top:1.5rem;border-radius:.875rem;padding:1.125rem 1.25rem;
background:var(--soft)}
.verdict>*{min-width:0}
.verdict svg{flex:none;width:2.5rem;height:2.5rem}
.verdict circle{fill:currentColor}
.verdict path{fill:none;stroke:var(--card);stroke-width:3;stroke-linecap:round;stroke-linejoin:round}
.verdict.good{background:var(--good-soft)}.verdict.good svg{color:var(--good)}
.verdict.warn{background:var(--warn-soft)}.verdict.warn svg{color:var(--warn)}
.verdict.bad{background:var(--bad-soft)}.verdict.bad svg{color:var(--bad)}
.verdict.none svg{color:var(--accent)}
.verdict .judged{font-size:1.125rem;font-weight:650;line-height:1.35}
.found{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;margin-top:.375rem}
.found a{color:inherit;display:inline-block;padding:.125rem 0}
.found li{display:flex;gap:.5rem;align-items:center}
.found .bad::before,.found .warn::before{content:"";flex:none;width:.5rem;height:.5rem;border-radius:50%;
background:var(--bad)}
.found .warn::before{background:none;border:2px solid var(--warn)}
nav{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;margin-top:1rem;font-size:.875rem}
nav a{padding:.25rem 0}
.strip{display:grid;grid-template-columns:repeat(6,minmax(0,1fr));gap:.375rem}
.strip li>*{display:block;border-radius:.5rem;padding:.375rem .125rem;text-align:center;background:var(--soft);
color:var(--accent);text-decoration:none;border:1px solid transparent}
.strip b{display:block;font-size:1.0625rem;line-height:1.3}
.strip li span span,.strip a span{display:block;font-size:.75rem;line-height:1.3;color:var(--ink);
overflow-wrap:normal}
.strip a span{text-decoration:underline;text-underline-offset:.15em}
.strip a:hover{border-color:currentColor}
.strip .good>*{background:var(--good-soft);color:var(--good)}
.strip .warn>*{background:var(--warn-soft);color:var(--warn)}
.strip .bad>*{background:var(--bad-soft);color:var(--bad)}
.strip [aria-current]>*{border:2px solid currentColor}
.legend{display:flex;flex-wrap:wrap;gap:.125rem 1.25rem;margin-top:.625rem;font-size:.8125rem;color:var(--muted)}
details{margin-top:.75rem}
summary{cursor:pointer;padding:.625rem 1rem;border:1px solid var(--line);border-radius:.625rem;background:var(--card);
font-weight:600}
details[open]>summary{margin-bottom:.75rem}
.figures{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:.75rem}
.figures dt{font-size:.875rem;color:var(--muted);line-height:1.35}
.figures .card{padding:.875rem 1rem}
.figures .value{font-size:1.25rem;font-weight:650;line-height:1.35;letter-spacing:-.015em;margin:.125rem 0 .375rem}
.figures .card:not(.lead) .value.wide{font-size:1.0625rem}
.figures .card:not(.lead) .value.long{font-size:.9375rem}
.figures .lead{grid-column:span 2}
.figures .lead .value{font-size:2.25rem;letter-spacing:-.025em;line-height:1.2}
.figures .lead .value.long{font-size:1.375rem}
.figures .chart{margin-top:.25rem}
.before{font-size:.8125rem;color:var(--muted);display:flex;flex-wrap:wrap;gap:.125rem .5rem;line-height:1.4}
.change{font-weight:650}
.change.good{color:var(--good)}.change.bad{color:var(--bad)}.change.neither{color:var(--ink)}
.negative{color:var(--bad)}
.span{display:flex;justify-content:space-between;font-size:.75rem;color:var(--muted);margin-bottom:.875rem}
.month .target{stroke:var(--good);stroke-width:1.5}
.month .to-come{stroke:var(--accent);stroke-width:2;stroke-dasharray:6 4;stroke-linecap:butt}
.goal dl{display:flex;flex-wrap:wrap;gap:.25rem 2rem}
.goal dt{font-size:.8125rem;color:var(--muted)}
.goal dt::before{content:"";display:inline-block;width:1.25rem;margin-right:.375rem;vertical-align:middle;
border-top:2px solid var(--accent)}
.goal .projected::before{border-top-style:dashed}
.goal .target::before{border-color:var(--good)}
.goal dd{font-weight:650}
.ads{display:grid;gap:.75rem}
.ads h3{display:flex;gap:.5rem;align-items:baseline}
.ads h4{font-size:1rem;font-weight:600;color:inherit;margin-bottom:.125rem}
.ads li{margin-top:.75rem}
.ads li+li{border-top:1px solid var(--line);padding-top:.75rem}
.ads li p{font-size:.875rem;color:var(--muted)}
.ads dl{display:flex;flex-wrap:wrap;gap:0 1.25rem;font-size:.875rem;margin-top:.125rem}
.ads dl div{display:flex;flex-wrap:wrap;gap:0 .375rem}
.ads dt{color:var(--muted)}
.ads .scale h3{color:var(--good)}.ads .kill h3{color:var(--bad)}
.issues>li+li{margin-top:.75rem}
.issue{display:grid;gap:1rem}
.issue>*{display:grid;gap:.75rem;align-content:start;min-width:0}
.issue header{display:flex;flex-wrap:wrap;gap:.375rem .625rem;align-items:center}
.issue h3{flex-basis:100%}
.cost{font-size:1.375rem;font-weight:650;letter-spacing:-.01em;line-height:1.3}
.cost span{display:block;font-size:.8125rem;font-weight:500;letter-spacing:0;color:var(--muted)}
.drivers{display:flex;flex-wrap:wrap;gap:.125rem 1.25rem;font-size:.875rem}
.drivers dt,.drivers dd{display:inline}
.drivers dt{color:var(--muted)}
.drivers dt::after{content:" "}
.todo li{position:relative;padding-left:1.75rem}
.todo li+li{margin-top:.375rem}
.todo span{position:absolute;left:0;top:0;font-size:1.125rem;line-height:1.3;color:var(--muted)}
.todo .done{color:var(--muted)}
.todo .done span{color:var(--good)}
.answer{background:var(--soft);border-radius:.625rem;padding:.5rem .875rem;font-size:.9375rem}
.gone{margin-top:1.25rem}
.bridge>li{display:grid;grid-template-columns:minmax(6.5rem,1fr) minmax(0,auto);gap:0 1rem;align-items:baseline}
.bridge svg{grid-column:span 2;margin:-.375rem 0 .25rem}
.axis svg{overflow:visible}
.bridge .end{font-weight:650}
.bar{display:block;overflow:visible}
.bar .total{fill:var(--accent)}.bar .up{fill:var(--good)}.bar .down{fill:var(--bad)}
.bar .zero{stroke:var(--line);stroke-width:1}
.bar .link{display:none}
.trends{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:.75rem}
.trends .card{padding:.875rem 1rem;display:flex;flex-direction:column}
.trends .card:nth-child(odd):last-child{grid-column:span 2}
.trends h3{font-size:.875rem;font-weight:500;color:var(--muted);line-height:1.35}
.trends .value{font-size:1.0625rem;font-weight:650}
.trends .value.long{font-size:.9375rem}
.trends p:last-child{font-size:.75rem;color:var(--muted);line-height:1.4}
.trends .line{margin:auto 0 .25rem}
.line{display:block;overflow:visible}
.line svg{overflow:visible}
.line text,.axis text{font-size:11px;fill:var(--muted);font-variant-numeric:tabular-nums}
.line .grid{stroke:var(--line);stroke-width:1;stroke-dasharray:1 3}
.line path{fill:none;vector-effect:non-scaling-stroke;stroke-linecap:round;stroke-linejoin:round}
.line .area{fill:var(--accent);opacity:.12}
.line .zero{stroke:var(--line);stroke-width:1}
.line .usual{stroke:var(--muted);stroke-width:1;stroke-dasharray:3 4;stroke-linecap:butt}
.line .run{stroke:var(--accent);stroke-width:2}
.line .now{stroke:var(--accent);stroke-width:8}
.line .band{fill:transparent}
.line .band:hover{fill:var(--accent);fill-opacity:.08}
.data dl{display:grid;gap:.75rem 2rem;grid-template-columns:repeat(auto-fit,minmax(min(100%,11rem),1fr))}
.data dt{font-size:.8125rem;color:var(--muted)}
.data .wide{grid-column:1/-1}
footer{margin-top:2.5rem;font-size:.8125rem;color:var(--muted)}
@media (min-width:42rem){
.ads{grid-template-columns:repeat(auto-fit,minmax(17rem,1fr));align-items:start}
h2 small{display:inline;margin-left:.5rem}
.figures{grid-template-columns:repeat(4,minmax(0,1fr))}
.trends{grid-template-columns:repeat(3,minmax(0,1fr))}
.trends .card:nth-child(odd):last-child{grid-column:auto}
.figures .card{padding:1.125rem 1.25rem}
.figures .card:not(.lead) .value{font-size:1.5rem}
.figures .card:not(.lead) .value.wide{font-size:1.25rem}
.figures .card:not(.lead) .value.long{font-size:1.0625rem}
.strip{grid-template-columns:repeat(12,minmax(0,1fr))}
.issue{grid-template-columns:minmax(0,3fr) minmax(0,2fr);grid-template-rows:auto 1fr;gap:0 2.5rem;
padding:1.375rem 1.5rem}
.issue>.side{grid-column:2;grid-row:1/span 2}
.issue>.more{margin-top:1rem}
.bridge>li{grid-template-columns:11rem minmax(0,1fr) 9.5rem;align-items:center;
grid-template-areas:"name bar amount"}
.bridge>li>span:first-child{grid-area:name}
.bridge>li>svg{grid-area:bar;margin:0}
.bridge .amount{grid-area:amount;text-align:right}
.bar .link{display:inline;stroke:var(--muted);stroke-width:1;stroke-dasharray:2 3}}
@media (min-width:60rem){
.figures .lead{display:grid;grid-template-columns:minmax(0,auto) minmax(8rem,1fr);
grid-template-rows:auto auto 1fr;column-gap:2rem}
.figures .chart{grid-area:1/2/span 3;margin:0}}
@media print{
:root{--page:#fff}
@page{margin:14mm}
html{font-size:10pt}
body{-webkit-print-color-adjust:exact;print-color-adjust:exact}
main{padding:0;max-width:none}
section{margin-top:1.5rem}
details::details-content{content-visibility:visible;display:block;block-size:auto}
summary{break-after:avoid;list-style:none;padding:0;border:0;margin:1rem 0 .5rem;background:none}
nav{display:none}
.card,.verdict,.bridge,.ads li{break-inside:avoid}
.ads .card{break-inside:auto}
h2{break-after:avoid}}
)css";

} // namespace upkeep::report
