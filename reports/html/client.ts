/**
 * The script of index.html: filters, deep links, copying, theme, printing. The page can be read without
 * it. It is text, since it runs in the reader's browser and takes part in no build; it reads attributes
 * only and never writes markup.
 */
export const client = `
(() => {
  'use strict';
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const root = document.documentElement;

  const theme = document.getElementById('theme');
  const remember = (value) => { try { localStorage.setItem('countersign-theme', value); } catch {} };
  const remembered = () => { try { return localStorage.getItem('countersign-theme'); } catch { return null; } };
  const systemDark = matchMedia('(prefers-color-scheme: dark)');
  const isDark = () => root.dataset.theme ? root.dataset.theme === 'dark' : systemDark.matches;
  const showTheme = () => { theme.textContent = isDark() ? 'Light theme' : 'Dark theme'; };
  const saved = remembered();
  if (saved === 'dark' || saved === 'light') root.dataset.theme = saved;
  theme.hidden = false;
  theme.addEventListener('click', () => {
    root.dataset.theme = isDark() ? 'light' : 'dark';
    remember(root.dataset.theme);
    showTheme();
  });
  systemDark.addEventListener('change', showTheme);
  showTheme();

  const filters = document.getElementById('filters');
  if (filters === null) return;
  const rows = all('.req');
  const search = filters.querySelector('[name=text]');
  const system = filters.querySelector('[name=system]');
  const area = filters.querySelector('[name=area]');
  const level = filters.querySelector('[name=level]');
  const chips = all('[data-chip]', filters);
  const shown = document.getElementById('shown');
  const empty = document.getElementById('empty');
  const texts = new Map();
  const textOf = (row) => {
    let text = texts.get(row);
    if (text === undefined) {
      text = all(':scope > summary, :scope > .body > .why, .check-head, .violations', row)
        .map((part) => part.textContent).join(' ').toLowerCase();
      texts.set(row, text);
    }
    return text;
  };

  const apply = () => {
    const verdicts = new Set(chips.filter((chip) => chip.getAttribute('aria-pressed') === 'true')
      .map((chip) => chip.dataset.chip));
    const words = search.value.toLowerCase().split(/\\s+/).filter(Boolean);
    let count = 0;
    for (const row of rows) {
      const { system: ownSystem, area: ownArea, level: ownLevel, verdict } = row.dataset;
      const fits = (system.value === '' || system.value === ownSystem)
        && (area.value === '' || area.value === ownSystem + '.' + ownArea)
        && (level.value === '' || level.value === ownLevel)
        && (verdicts.size === 0 || verdicts.has(verdict))
        && (words.length === 0 || words.every((word) => textOf(row).includes(word)));
      row.hidden = !fits;
      if (fits) count += 1;
    }
    for (const group of [...all('.area'), ...all('.system')]) {
      group.hidden = group.querySelector('.req:not([hidden])') === null;
    }
    const text = count === rows.length ? rows.length + ' requirements'
      : count + ' of ' + rows.length + ' requirements';
    if (shown.textContent !== text) shown.textContent = text;
    empty.hidden = count > 0;
  };
  const fitAreas = () => {
    for (const group of all('optgroup', area)) {
      const fits = system.value === '' || group.dataset.system === system.value;
      group.hidden = !fits;
      group.disabled = !fits;
    }
    const chosen = area.selectedOptions[0];
    if (chosen && chosen.parentElement.disabled) area.value = '';
  };
  const press = (chip, on) => chip.setAttribute('aria-pressed', String(on));
  const clear = () => {
    search.value = ''; system.value = ''; area.value = ''; level.value = '';
    for (const chip of chips) press(chip, false);
    fitAreas();
    apply();
  };

  let pending = 0;
  search.addEventListener('input', () => {
    cancelAnimationFrame(pending);
    pending = requestAnimationFrame(apply);
  });
  search.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && search.value !== '') { search.value = ''; apply(); event.preventDefault(); }
  });
  filters.addEventListener('submit', (event) => event.preventDefault());
  system.addEventListener('change', () => { fitAreas(); apply(); });
  area.addEventListener('change', apply);
  level.addEventListener('change', apply);
  for (const chip of chips) {
    chip.addEventListener('click', () => {
      press(chip, chip.getAttribute('aria-pressed') !== 'true');
      apply();
    });
  }
  document.getElementById('clear').addEventListener('click', () => { clear(); search.focus(); });
  document.getElementById('open').addEventListener('click', () => {
    const visible = rows.filter((row) => !row.hidden);
    const open = !visible.some((row) => row.open);
    for (const row of visible) row.open = open;
  });

  const reveal = () => {
    let id = location.hash.slice(1);
    try { id = decodeURIComponent(id); } catch {}
    const target = id === '' ? null : document.getElementById(id);
    if (target === null) return;
    if (target.closest('[hidden]') !== null) clear();
    for (let part = target; part !== null; part = part.parentElement) {
      if (part.tagName === 'DETAILS') part.open = true;
    }
    if (target.tagName !== 'DETAILS') return;
    const go = () => target.scrollIntoView({ block: 'start', behavior: 'instant' });
    go();
    // Parts above that were never laid out get their real height by the first scroll.
    requestAnimationFrame(() => { go(); target.querySelector('summary').focus({ preventScroll: true }); });
  };

  document.addEventListener('click', (event) => {
    const link = event.target.closest('a[data-filter]');
    if (link !== null) {
      clear();
      if (link.dataset.system) system.value = link.dataset.system;
      for (const chip of chips) press(chip, chip.dataset.chip === link.dataset.filter);
      fitAreas();
      apply();
      return;
    }
    const same = event.target.closest('a[href^="#"]');
    if (same !== null && same.getAttribute('href') === location.hash) reveal();
    const copy = event.target.closest('button[data-copy]');
    if (copy !== null) void copyText(copy);
  });

  const copyText = async (button) => {
    const block = button.closest('.curl').querySelector('pre');
    let done = false;
    try { await navigator.clipboard.writeText(block.textContent); done = true; } catch {
      const range = document.createRange();
      range.selectNodeContents(block);
      getSelection().removeAllRanges();
      getSelection().addRange(range);
    }
    button.textContent = done ? 'Copied' : 'Selected: press Ctrl+C';
    setTimeout(() => { button.textContent = 'Copy'; }, 2000);
  };

  let openedToPrint = [];
  addEventListener('beforeprint', () => {
    openedToPrint = rows.filter((row) => !row.open && !row.hidden
      && ['fail', 'inconclusive', 'deviation'].includes(row.dataset.verdict));
    for (const row of openedToPrint) row.open = true;
  });
  addEventListener('afterprint', () => { for (const row of openedToPrint) row.open = false; });

  addEventListener('hashchange', reveal);
  filters.hidden = false;
  clear();
  reveal();
})();
`;
