/** The style sheet of index.html; colours reach a contrast of 4.5 on their grounds in both themes. */

const light = `
  --page: #f6f7f8; --surface: #fff; --sunken: #f3f5f7; --ink: #1c2128; --muted: #56606c;
  --line: #d8dde3; --link: #0a58ad; --focus: #0a58ad;
  --pass: #116329; --pass-soft: #dcf5e3; --pass-solid: #2c9a4b;
  --deviation: #754900; --deviation-soft: #fdf0cd; --deviation-solid: #d9a521;
  --fail: #a40e26; --fail-soft: #ffe6e4; --fail-solid: #d0303b;
  --inconclusive: #5f35ae; --inconclusive-soft: #efe7fd; --inconclusive-solid: #8b5fd6;
  --skip: #4c5663; --skip-soft: #e9edf1; --skip-solid: #a4adb8;
  --untested: #4c5663; --untested-soft: #fff; --untested-solid: #d5dae0;
  color-scheme: light;`;

const dark = `
  --page: #0e1115; --surface: #161a20; --sunken: #10141a; --ink: #e6e9ee; --muted: #9ea8b5;
  --line: #2b323c; --link: #7db8ff; --focus: #7db8ff;
  --pass: #7fe0a1; --pass-soft: #12301f; --pass-solid: #37a85b;
  --deviation: #f1ca6e; --deviation-soft: #33280b; --deviation-solid: #d9a521;
  --fail: #ffa198; --fail-soft: #431a18; --fail-solid: #e5534b;
  --inconclusive: #d3b5ff; --inconclusive-soft: #2c2147; --inconclusive-solid: #986ee2;
  --skip: #aab5c2; --skip-soft: #252c35; --skip-solid: #5d6875;
  --untested: #aab5c2; --untested-soft: #161a20; --untested-solid: #39424d;
  color-scheme: dark;`;

const verdictRules = ['pass', 'deviation', 'fail', 'inconclusive', 'skip', 'untested']
  .map(
    (name) => `
.v-${name} { --tone: var(--${name}); --soft: var(--${name}-soft); --solid: var(--${name}-solid); }`,
  )
  .join('');

export const styles = `
:root {${light}
  --mono: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
  --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "DejaVu Sans", sans-serif;
}
@media (prefers-color-scheme: dark) { :root:not([data-theme="light"]) {${dark} } }
:root[data-theme="dark"] {${dark} }
${verdictRules}
* { box-sizing: border-box; }
[hidden] { display: none !important; }
html { scroll-padding-top: 7.5rem; -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--page); color: var(--ink); font: 1rem/1.55 var(--sans); }
.wrap { max-width: 74rem; margin: 0 auto; padding: 0 1.25rem; }
a { color: var(--link); text-underline-offset: .15em; }
:focus-visible { outline: 2px solid var(--focus); outline-offset: 2px; border-radius: 4px; }
code, pre, .mono { font-family: var(--mono); font-size: .875em; }
h1, h2, h3, h4 { line-height: 1.25; margin: 0; text-wrap: balance; }
h2 { font-size: 1.35rem; letter-spacing: -.01em; }
p { margin: 0; }
.muted { color: var(--muted); }
.skip { position: absolute; left: -999rem; top: .5rem; z-index: 9; padding: .5rem 1rem;
  background: var(--surface); border-radius: 6px; }
.skip:focus { left: .5rem; }
button, select, input { font: inherit; color: inherit; }
.button { background: var(--surface); border: 1px solid var(--line); border-radius: 6px;
  padding: .25rem .7rem; font-size: .875rem; cursor: pointer; white-space: nowrap; }
.button:hover { border-color: var(--muted); }

.top { background: var(--surface); border-bottom: 1px solid var(--line); padding: 1rem 0 2rem;
  border-top: 5px solid var(--solid); }
.brand { display: flex; justify-content: space-between; align-items: center; gap: 1rem;
  font-size: .875rem; color: var(--muted); margin-bottom: 1.75rem; }
.brand b { color: var(--ink); letter-spacing: .01em; }
.verdict { display: grid; grid-template-columns: auto 1fr; gap: .25rem 1.1rem; align-items: center; }
.seal { width: 3.5rem; height: 3.5rem; border-radius: 50%; display: grid; place-items: center;
  background: var(--soft); color: var(--tone); }
.seal svg { width: 1.75rem; height: 1.75rem; fill: none; stroke: currentColor; stroke-width: 2.6;
  stroke-linecap: round; stroke-linejoin: round; }
h1 { font-size: clamp(1.8rem, 5vw, 2.6rem); letter-spacing: -.025em; color: var(--tone); }
.lead { font-size: 1.15rem; max-width: 52rem; margin-top: .9rem; overflow-wrap: anywhere; }
.bar { display: block; width: 100%; height: .75rem; border-radius: 99px; margin-top: 1.5rem;
  overflow: hidden; background: var(--sunken); }
.bar rect { fill: var(--solid); }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: .4rem 1.4rem; padding: 0;
  margin: .8rem 0 0; font-size: .95rem; }
.legend a { color: var(--ink); text-decoration: none; }
.legend a:hover { text-decoration: underline; }
.legend b { font-variant-numeric: tabular-nums; }
.dot { display: inline-block; width: .7em; height: .7em; border-radius: 3px; margin-right: .45em;
  background: var(--solid); }
.v-untested .dot { border: 1px solid var(--muted); }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(15rem, 40%), 1fr));
  gap: .75rem 2rem; margin: 1.6rem 0 0; font-size: .9rem; }
.facts dt { color: var(--muted); }
.facts dd { margin: 0; overflow-wrap: anywhere; }

main > section { margin-top: 2.5rem; }
.note { background: var(--surface); border: 1px solid var(--line); border-left: 4px solid var(--solid);
  border-radius: 8px; padding: .8rem 1.1rem; margin-top: 1rem; overflow-wrap: anywhere; }
.card { background: var(--surface); border: 1px solid var(--line); border-radius: 10px; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .95rem; }
th, td { padding: .6rem .9rem; text-align: left; border-top: 1px solid var(--line); }
thead th { border-top: 0; color: var(--muted); font-weight: 500; font-size: .85rem; }
tbody th { font-weight: 600; }
.num { text-align: right; font-variant-numeric: tabular-nums; }
td.num a { color: var(--tone); font-weight: 600; }
td .bar { margin: 0; min-width: 7rem; height: .5rem; }
.system-table { margin-top: .9rem; }
.lede { color: var(--muted); margin: .3rem 0 1rem; max-width: 52rem; }

.causes { list-style: none; margin: 1rem 0 0; padding: 0; display: grid; gap: .75rem; }
.cause { padding: 1rem 1.2rem; border-left: 4px solid var(--fail-solid); }
.cause.set-up { border-left-color: var(--skip-solid); }
.cause.undecided { border-left-color: var(--inconclusive-solid); }
.cause h3 { font-size: 1rem; font-weight: 600; overflow-wrap: anywhere; }
.cause .count { color: var(--muted); font-size: .875rem; margin: .15rem 0 .4rem; }
.ids { list-style: none; display: flex; flex-wrap: wrap; gap: .2rem 1rem; margin: 0; padding: 0; }
.ids a { overflow-wrap: anywhere; }
.between { margin-top: 1.5rem; font-size: 1rem; font-weight: 600; }

.filters { position: sticky; top: 0; z-index: 5; background: var(--page); padding: .8rem 0;
  border-bottom: 1px solid var(--line); margin-top: .75rem; }
.filters .line { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; }
.filters .line + .line { margin-top: .55rem; }
.filters input, .filters select { background: var(--surface); border: 1px solid var(--line);
  border-radius: 6px; padding: .35rem .6rem; font-size: .9rem; max-width: 100%; }
.filters input { flex: 1 1 14rem; min-width: 0; }
.chips { display: flex; flex-wrap: wrap; gap: .35rem; border: 0; padding: 0; margin: 0; min-width: 0; }
.chip { border: 1px solid var(--line); background: var(--surface); border-radius: 99px;
  padding: .15rem .7rem; font-size: .85rem; cursor: pointer; }
.chip:hover { border-color: var(--muted); }
.chip[aria-pressed="true"] { background: var(--soft); color: var(--tone); border-color: var(--tone); }
.shown { font-size: .875rem; color: var(--muted); margin-left: auto; font-variant-numeric: tabular-nums; }
.off-screen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);
  white-space: nowrap; }

.system { margin-top: 2rem; }
.system-head { display: flex; flex-wrap: wrap; align-items: baseline; gap: .2rem .9rem; }
.area { margin-top: 1.1rem; content-visibility: auto; contain-intrinsic-size: auto 30rem; }
.area-head { display: flex; align-items: baseline; gap: .75rem; margin-bottom: .4rem; }
.area-head h4 { font-size: 1rem; }
.area-head span { font-size: .85rem; color: var(--muted); }
.req { border-top: 1px solid var(--line); }
.req:first-of-type { border-top: 0; }
.req > summary { display: grid; grid-template-columns: .8rem 7.1rem 3.6rem minmax(0, 1fr);
  gap: .1rem .55rem; padding: .5rem 1rem; cursor: pointer; align-items: start; }
summary { list-style: none; }
summary::-webkit-details-marker { display: none; }
.req > summary:hover { background: var(--sunken); }
.req[open] > summary { background: var(--sunken); }
.req > summary:focus-visible, .exchange > summary:focus-visible { outline-offset: -2px; }
.req .id { font-family: var(--mono); font-size: .82rem; color: var(--muted); overflow-wrap: anywhere; }
.req .statement { overflow-wrap: anywhere; line-height: 1.45; }
.badge { display: inline-block; border-radius: 99px; padding: .05rem .6rem; font-size: .8rem;
  font-weight: 600; background: var(--soft); color: var(--tone); white-space: nowrap;
  justify-self: start; }
.badge.v-untested { box-shadow: inset 0 0 0 1px var(--line); }
.level { font-size: .8rem; color: var(--muted); padding-top: .1rem; }
.level.must { color: var(--ink); font-weight: 600; }
.req:target { box-shadow: inset 4px 0 0 var(--focus); }
.body { padding: .5rem 1rem 1.4rem; border-top: 1px dashed var(--line); }
.why { font-size: 1.02rem; margin: .5rem 0 .8rem; overflow-wrap: anywhere;
  border-left: 3px solid var(--solid); padding-left: .8rem; }
.about { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .25rem 1.2rem;
  margin: .6rem 0; font-size: .92rem; }
.about dt { color: var(--muted); }
.about dd { margin: 0; overflow-wrap: anywhere; }
.check { margin-top: 1.1rem; }
.check-head { display: flex; flex-wrap: wrap; gap: .2rem .7rem; align-items: baseline; }
.check-head b { overflow-wrap: anywhere; }
.check-head .muted { font-size: .85rem; overflow-wrap: anywhere; }
.pair { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: .75rem; margin-top: .6rem; }
.pane { min-width: 0; }
.pane > span { display: block; font-size: .8rem; color: var(--muted); margin-bottom: .2rem; }
pre { margin: 0; padding: .65rem .8rem; background: var(--sunken); border: 1px solid var(--line);
  border-radius: 6px; white-space: pre-wrap; overflow-wrap: anywhere; font-size: .8rem;
  line-height: 1.5; max-height: 26rem; overflow: auto; tab-size: 2; }
.body pre { background: var(--page); }
.pane.expected pre { border-left: 3px solid var(--pass-solid); }
.pane.actual pre { border-left: 3px solid var(--fail-solid); }
.violations { margin: .2rem 0 .6rem; padding-left: 1.2rem; font-size: .92rem; overflow-wrap: anywhere; }
.label { font-size: .8rem; color: var(--muted); margin-top: .6rem; }
.violations li::marker { color: var(--fail-solid); }
.exchange { border: 1px solid var(--line); border-radius: 6px; margin-top: .4rem; }
.exchange > summary { display: flex; flex-wrap: wrap; gap: .1rem .7rem; padding: .35rem .75rem;
  cursor: pointer; font-family: var(--mono); font-size: .8rem; align-items: baseline; }
.exchange > summary:hover { background: var(--sunken); }
.exchange > summary .line { overflow-wrap: anywhere; min-width: 0; }
.exchange > summary .muted { font-family: var(--sans); }
.earlier { margin-top: .6rem; }
.earlier > summary { cursor: pointer; font-size: .875rem; color: var(--muted); padding: .2rem .75rem; }
.exchange > summary::before, .req > summary::before, .earlier > summary::before { content: "▸"; color: var(--muted); }
.earlier > summary::before { margin-right: .5rem; }
.exchange[open] > summary::before, .req[open] > summary::before, .earlier[open] > summary::before { content: "▾"; }
.exchange-body { padding: 0 .75rem .75rem; }
.curl { position: relative; margin-top: .6rem; }
.curl > span { display: flex; justify-content: space-between; align-items: center; font-size: .8rem;
  color: var(--muted); margin-bottom: .25rem; }
.permalink { margin-top: 1rem; font-size: .85rem; }
.empty { padding: 2rem 0; color: var(--muted); }
footer { margin: 3rem 0 2rem; color: var(--muted); font-size: .85rem; }
footer dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: .5rem 0 0; }
footer dd { margin: 0; }

@media (max-width: 44rem) {
  .wrap { padding: 0 .9rem; }
  .pair { grid-template-columns: minmax(0, 1fr); }
  .req > summary { grid-template-columns: .8rem auto 1fr; padding: .65rem .8rem; }
  .req > summary .what { grid-column: 2 / -1; }
  .filters { position: static; }
  .filters select { flex: 1 1 40%; min-width: 0; }
  html { scroll-padding-top: 1rem; }
  .about { grid-template-columns: minmax(0, 1fr); }
  .about dd { margin-bottom: .4rem; }
  th, td { padding: .5rem .6rem; }
  td .bar { min-width: 4rem; }
  .shown { margin-left: 0; flex: 1 0 100%; }
}
@media print {
  :root, :root[data-theme="dark"], :root:not([data-theme="light"]) {${light} }
  body { font-size: 10pt; background: #fff; }
  .filters, .skip, .button, .permalink, #theme { display: none !important; }
  .area { content-visibility: visible; }
  pre { max-height: none; }
  .req, .cause, .exchange { break-inside: avoid-page; }
  .badge, .bar rect, .dot { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;
