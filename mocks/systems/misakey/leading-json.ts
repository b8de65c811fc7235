/**
 * The JSON value that a text holds. After an object further text is ignored, as the server of
 * March 2021 did, which decoded one value and stopped.
 * @returns undefined when there is no JSON value
 */
export function parseLeadingJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    const end = endOfObject(text);
    if (end === -1) return undefined;
    try {
      return JSON.parse(text.slice(0, end)) as unknown;
    } catch {
      return undefined;
    }
  }
}

/** Index just behind the brace that closes the object a text begins with; -1 without one. */
function endOfObject(text: string): number {
  let depth = 0;
  let quoted = false;
  let at = text.search(/[^ \t\r\n]/);
  if (at === -1 || text[at] !== '{') return -1;
  for (; at < text.length; at += 1) {
    const character = text[at];
    if (quoted) {
      if (character === '\\') at += 1;
      else if (character === '"') quoted = false;
    } else if (character === '"') quoted = true;
    else if (character === '{' || character === '[') depth += 1;
    else if (character === '}' || character === ']') {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return -1;
}
