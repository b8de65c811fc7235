/** Styles of proof.html: light and dark, readable on a phone and on paper. */
export const proofStyles = `
:root { color-scheme: light dark; --ink: #1b1f24; --paper: #fff; --line: #d5dae0; --soft: #5b6570; --good: #176639; --bad: #b3261e; --head: #f3f5f7; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ec; --paper: #14171a; --line: #343a41; --soft: #a3adb8; --good: #6fd39a; --bad: #ff9d94; --head: #1d2126; } }
body { margin: 0 auto; max-width: 80rem; padding: 1.5rem; font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); }
h1 { font-size: 1.6rem; margin: 0 0 .5rem; } h2 { font-size: 1.2rem; margin: 2rem 0 .5rem; }
p { margin: .25rem 0; color: var(--soft); } code { font-size: .85em; overflow-wrap: anywhere; }
nav a { margin-right: 1rem; color: inherit; }
.figures { display: flex; flex-wrap: wrap; gap: .75rem; margin: 1rem 0; }
.figures div { border: 1px solid var(--line); border-radius: .5rem; padding: .5rem .9rem; background: var(--head); }
.figures dt { color: var(--soft); font-size: .85rem; } .figures dd { margin: 0; font-size: 1.25rem; font-weight: 600; }
table { border-collapse: collapse; width: 100%; table-layout: fixed; }
th, td { border-top: 1px solid var(--line); padding: .5rem; text-align: left; vertical-align: top; font-weight: 400; overflow-wrap: anywhere; }
thead th { background: var(--head); font-weight: 600; position: sticky; top: 0; }
ul { margin: 0; padding-left: 1rem; } summary { cursor: pointer; }
.level { color: var(--soft); font-size: .8rem; border: 1px solid var(--line); border-radius: 1rem; padding: 0 .5rem; }
.good { color: var(--good); font-weight: 600; } .bad { color: var(--bad); font-weight: 600; }
@media (max-width: 48rem) { table, thead, tbody, tr, th, td { display: block; } thead { display: none; } tr { border-top: 2px solid var(--line); padding: .5rem 0; } th, td { border: 0; } }
@media print { details > * { display: block; } nav { display: none; } }
`;
