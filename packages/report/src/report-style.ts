/** The style sheet of report.html: light, two columns, prints on A4. */
export const REPORT_STYLE = `
:root { color-scheme: light; --line: #d5d9de; --soft: #5b6470; --bad: #b3261e; --good: #12714a; }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 0 24px 40px; max-width: 1240px; background: #fff; color: #16191d;
  font: 15px/1.45 system-ui, "Segoe UI", "DejaVu Sans", sans-serif; }
.notice { margin: 0 -24px; padding: 7px 24px; background: var(--bad); color: #fff; font-weight: 700; letter-spacing: .02em; }
.banner { margin: 14px 0 0; padding: 10px 14px; border: 2px solid var(--bad); background: #fdecea; color: #7d140e; font-weight: 600; border-radius: 6px; }
h1 { font-size: 26px; line-height: 1.2; margin: 18px 0 2px; }
h2 { font-size: 18px; margin: 26px 0 8px; }
p { margin: 4px 0; }
.soft { color: var(--soft); }
.cards { display: grid; grid-template-columns: repeat(4, 1fr); gap: 10px; margin: 14px 0 6px; }
.card { border: 1px solid var(--line); border-left: 5px solid #9aa4af; border-radius: 6px; padding: 8px 12px 9px; break-inside: avoid; }
.card.good { border-left-color: var(--good); } .card.bad { border-left-color: var(--bad); }
.card .name { font-size: 13px; color: var(--soft); }
.card .value { font-size: 23px; font-weight: 700; line-height: 1.25; font-variant-numeric: tabular-nums; white-space: nowrap; }
.card .value small { font-size: 14px; font-weight: 600; }
.card .more { font-size: 13px; }
.card.good .more b { color: var(--good); } .card.bad .more b { color: var(--bad); }
.slices { display: grid; gap: 8px; align-items: start; }
.slices figure { margin: 0; break-inside: avoid; } .slices svg { display: block; width: 100%; height: auto; background: #0c0c0c; border-radius: 4px; }
.slices .side { display: grid; gap: 8px; }
.legend { display: flex; flex-wrap: wrap; gap: 4px 18px; margin: 8px 0 0; padding: 7px 12px; background: #23272c; color: #fff; border-radius: 4px; font-size: 13px; }
.legend span { display: inline-flex; align-items: center; gap: 6px; white-space: nowrap; }
.legend i { display: inline-block; width: 22px; border-top: 3px solid; }
.legend .sep { width: 1px; background: #6b7480; }
.dvh svg { width: 100%; height: auto; max-width: 1000px; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: 4px 12px; border-bottom: 1px solid var(--line); text-align: right; white-space: nowrap; }
th:first-child, td:first-child { text-align: left; padding-left: 4px; }
thead th { border-bottom: 2px solid #8d97a2; font-weight: 600; }
tr.target td { font-weight: 700; background: #f4f1d6; }
td.exceeded { color: var(--bad); font-weight: 700; } td.met { color: var(--good); font-weight: 700; } td.near { font-weight: 700; }
.swatch { display: inline-block; width: 20px; height: 0; border-top: 3px solid; vertical-align: middle; margin-right: 8px; }
.facts { display: grid; grid-template-columns: repeat(2, 1fr); gap: 0 34px; align-items: start; }
.facts section { break-inside: avoid; }
.facts h3 { font-size: 15px; margin: 12px 0 4px; }
.facts table { width: 100%; } .facts td { white-space: normal; vertical-align: top; } .facts td:first-child { color: var(--soft); width: 42%; }
.facts td:last-child { text-align: left; overflow-wrap: anywhere; }
ul { margin: 6px 0; padding-left: 22px; }
.warnings li::marker { color: var(--bad); }
code { font: 13px ui-monospace, "DejaVu Sans Mono", monospace; background: #f0f2f4; padding: 0 4px; border-radius: 3px; }
.maps { display: grid; gap: 8px; align-items: start; margin: 4px 0 10px; }
.maps figure { margin: 0; break-inside: avoid; } .maps svg { display: block; width: 100%; height: auto; background: #0c0c0c; border-radius: 4px; }
.difference-scale { display: block; max-width: 100%; height: auto; margin: 6px auto 4px; }
h3 { font-size: 15px; margin: 14px 0 4px; }
table.plans td:first-child { color: var(--soft); } table.plans td { white-space: normal; vertical-align: top; }
table.plans.numbers td { white-space: nowrap; }
table.words th, table.words td { text-align: left; }
table.plans tr.differs td:not(:first-child) { font-weight: 600; }
.number { display: inline-block; width: 22px; }
th.group { text-align: center; border-left: 1px solid var(--line); } td.first, th.first { border-left: 1px solid var(--line); }
@media screen and (max-width: 820px) { .cards { grid-template-columns: repeat(2, 1fr); } .slices, .maps, .facts { grid-template-columns: 1fr !important; } }
@page { size: A4; margin: 10mm; }
@media print {
  body { padding: 0; font-size: 11px; max-width: none; } .notice { margin: 0; }
  .notice, .banner, .legend, tr.target td, .slices svg, .maps svg, .difference-scale { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  .cards { grid-template-columns: repeat(4, 1fr); } .card .value { font-size: 17px; } .card .name, .card .more { font-size: 10px; }
  h1 { font-size: 20px; } h2 { break-after: avoid; } .dvh { break-inside: avoid; } th, td { padding: 2px 6px; } table, .legend { font-size: 10px; }
  .scroll { overflow: visible; } .legend i { width: 14px; } .legend { gap: 2px 12px; padding: 4px 8px; }
}
`;
