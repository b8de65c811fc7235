/** How figures are printed: as tables in Markdown. */

export function row(cells: readonly string[]): void {
  console.log(`| ${cells.join(' | ')} |`);
}

/** The head of a table; the first column holds words, the others numbers. */
export function head(cells: readonly string[]): void {
  row(cells);
  row(cells.map((_, index) => (index === 0 ? '---' : '---:')));
}

export function whole(number: number): string {
  return Math.round(number).toLocaleString('en-US');
}

export function times(number: number): string {
  return `${number.toFixed(2)} ×`;
}

export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}
