#include "sinks/report_style.h"

namespace inkling::sinks {
namespace {

// Colours of text meet 4.5:1 on their background in both schemes.
constexpr std::string_view kStyle = R"css(
:root{color-scheme:light dark;--bg:#f6f7f9;--card:#fff;--text:#1b2129;--soft:#5a6472;--rule:#dfe3e8;
--accent:#0b62c4;--band:#cfe0f5;--line:#1f5fae;--bad:#c22f2f;--good:#1d7a46;--warn:#96580a;
--chip:#eceff3;--p0:#a3122a;--p1:#b8400f;--p2:#8a6100;--p3:#4a5a6a;--cause:#fff8f1;--causeline:#e5a35c;
--next:#eff7f1;--nextline:#66b184;--mono:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
@media(prefers-color-scheme:dark){:root{--bg:#11151a;--card:#1a2027;--text:#e7ebf0;--soft:#9da9b7;
--rule:#2e3742;--accent:#7db5f5;--band:#243a55;--line:#7db5f5;--bad:#ff7b72;--good:#63c98c;--warn:#e3b04b;
--chip:#28313b;--p0:#d5344d;--p1:#c4521c;--p2:#8f6a10;--p3:#566879;--cause:#2a2218;--causeline:#a8702f;
--next:#16261c;--nextline:#3c7d56}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--text);font:15px/1.5 system-ui,-apple-system,"Segoe UI",
Roboto,"Helvetica Neue",Arial,"DejaVu Sans",sans-serif;overflow-wrap:anywhere}
main{max-width:1160px;margin:0 auto;padding:20px 20px 48px}
h1{font-size:25px;line-height:1.25;margin:8px 0 4px;letter-spacing:-.01em}
h2{font-size:18px;margin:34px 0 10px}
h3{font-size:12px;margin:0 0 6px;text-transform:uppercase;letter-spacing:.06em;color:var(--soft);font-weight:650}
p{margin:0 0 6px}ul,ol{margin:0;padding-left:1.25em}li{margin:3px 0}a{color:var(--accent)}
code,.mono{font-family:var(--mono);font-size:.9em}
.soft{color:var(--soft)}.chips{display:flex;flex-wrap:wrap;gap:8px;align-items:center;font-size:13px}
.chip{background:var(--chip);border-radius:999px;padding:2px 10px;font-weight:600}
.sev{color:#fff;border-radius:6px;padding:2px 9px;font-weight:750}
.sev.P0{background:var(--p0)}.sev.P1{background:var(--p1)}.sev.P2{background:var(--p2)}.sev.P3{background:var(--p3)}
.state-open{color:var(--bad)}.state-resolved{color:var(--good)}
.answers{display:grid;grid-template-columns:7fr 5fr;gap:14px;margin-top:16px}
.card{background:var(--card);border:1px solid var(--rule);border-radius:10px;padding:14px 16px;min-width:0}
.card+.card h3.second{margin-top:14px}.card h3.second{margin-top:14px}
.cause{background:var(--cause);border-color:var(--causeline)}.next{background:var(--next);border-color:var(--nextline)}
.lead{font-size:17px;font-weight:650;line-height:1.35}.wide{grid-column:1/-1}
.meter{height:8px;border-radius:4px;background:var(--rule);overflow:hidden;margin:8px 0 6px}
.meter i{display:block;height:100%;background:var(--causeline)}
.plots{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,430px),1fr));gap:14px}
figure{margin:0;max-width:760px}figcaption{font-size:13.5px;margin-bottom:2px}figcaption b{display:block;font-size:14.5px}
svg.plot{display:block;width:100%;height:auto;font:11px system-ui,"DejaVu Sans",sans-serif}
.plot .grid{stroke:var(--rule);stroke-width:1}.plot .axis{stroke:var(--soft);stroke-width:1}
.plot .tick{fill:var(--soft)}.plot .band{fill:var(--band)}
.plot .line{fill:none;stroke:var(--line);stroke-width:1.8;stroke-linejoin:round}
.plot .dot{fill:var(--line)}.plot .outside{fill:var(--bad)}
.plot .mark line{stroke-width:1.4}.plot .change line,.plot .culprit line{stroke-dasharray:4 3}
.plot .change line{stroke:var(--soft);stroke-width:1}.plot .culprit line{stroke:var(--warn)}.plot .onset line{stroke:var(--bad)}
.plot .mark text{paint-order:stroke;stroke:var(--card);stroke-width:4px;stroke-linejoin:round;font-weight:600}
.plot .change text{fill:var(--soft);font-weight:400}.plot .culprit text{fill:var(--warn)}.plot .onset text{fill:var(--bad)}
.legend{display:flex;flex-wrap:wrap;gap:4px 16px;font-size:13px;color:var(--soft);margin:0 0 10px}
.legend span::before{content:"";display:inline-block;width:16px;height:0;border-top:2px solid var(--line);
margin-right:6px;vertical-align:middle}
.legend .k-band::before{border:0;height:10px;background:var(--band)}
.legend .k-out::before{border:0;width:7px;height:7px;border-radius:50%;background:var(--bad)}
.legend .k-onset::before{width:0;height:12px;border:0;border-left:2px solid var(--bad)}
.legend .k-change::before{width:0;height:12px;border:0;border-left:2px dashed var(--soft)}
.legend .k-culprit::before{width:0;height:12px;border:0;border-left:2px dashed var(--warn)}
.timeline{list-style:none;padding:0;margin:0;border-left:2px solid var(--rule)}
.timeline li{position:relative;padding:3px 0 3px 16px;margin:0;display:grid;grid-template-columns:76px 1fr;gap:8px}
.timeline li::before{content:"";position:absolute;left:-5px;top:11px;width:8px;height:8px;border-radius:50%;background:var(--soft)}
.timeline time{font-family:var(--mono);font-size:13px;padding-top:1px;color:var(--soft)}
details{background:var(--card);border:1px solid var(--rule);border-radius:10px;margin:0 0 10px}
summary{padding:12px 16px;cursor:pointer}details>div{padding:0 16px 14px}
summary .row{display:inline-grid;grid-template-columns:1fr 108px 62px 110px;gap:12px;width:calc(100% - 22px);
vertical-align:middle;align-items:center}
summary .meter{margin:0}summary .p{text-align:right;font-variant-numeric:tabular-nums;font-weight:650}
.v-caused{color:var(--bad)}.v-likely{color:var(--warn)}.v-coincident{color:var(--soft)}.v-exonerated{color:var(--good)}
.verdict{font-weight:650;font-size:13.5px}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:13.5px}
th{text-align:left;white-space:nowrap;color:var(--soft);font-weight:600;border-bottom:1px solid var(--rule);padding:5px 10px 5px 0}
td{border-bottom:1px solid var(--rule);padding:6px 10px 6px 0;vertical-align:top}tr:last-child td{border-bottom:0}
th.num{text-align:right}td.num{white-space:nowrap;font-variant-numeric:tabular-nums;text-align:right}td.nowrap{white-space:nowrap}
.odds{display:block;width:130px;height:14px}.odds .zero{stroke:var(--soft)}.odds .pos{fill:var(--bad)}.odds .neg{fill:var(--good)}
.terms th:first-child{width:130px}.terms th:nth-child(2){width:215px}.terms th:last-child{width:110px}
td.oddscell{white-space:nowrap}td.oddscell svg{display:inline-block;vertical-align:middle;margin-right:8px}
.lines{list-style:none;padding:0}.lines li{margin:0 0 8px}.lines code{display:block;background:var(--card);
border:1px solid var(--rule);border-radius:8px;padding:8px 12px;white-space:pre-wrap;font-size:13px}
footer{margin-top:34px;padding-top:12px;border-top:1px solid var(--rule);font-size:13px;color:var(--soft)}
@media(max-width:720px){main{padding:14px 14px 40px}h1{font-size:21px}.answers{grid-template-columns:1fr}
.cause,.next{order:1}.since{order:2}.answers .wide{order:3}
svg.plot{font-size:14.5px}.plot .mark line,.plot .line{stroke-width:2.2}
summary .row{grid-template-columns:1fr auto auto;gap:4px 10px}summary .row .name{grid-column:1/-1}
.stack thead{display:none}.stack tr{display:grid;grid-template-columns:1fr auto;border-bottom:1px solid var(--rule);padding:6px 0}
.stack tr:last-child{border-bottom:0}.stack td{border:0;padding:1px 0;width:auto;text-align:left}
.stack td.full{grid-column:1/-1}.odds{width:90px}}
@media print{body{background:#fff}details{break-inside:avoid}figure{break-inside:avoid}}
)css";

}  // namespace

std::string_view report_style() { return kStyle; }

}  // namespace inkling::sinks
