import { SaxesParser } from 'saxes';

/** An element as a reader sees it: entities and CDATA resolved, comments gone. */
export interface XmlElement {
  /** Without a prefix. */
  readonly name: string;
  /** The text directly inside, pieces between children joined. */
  readonly text: string;
  readonly children: readonly XmlElement[];
}

interface Growing {
  name: string;
  text: string;
  children: Growing[];
}

/**
 * Reads a document strictly: what is not well-formed, or uses an undeclared prefix, is refused.
 * @returns the root, or a sentence that says what is wrong
 */
export function readXml(text: string): XmlElement | { readonly problem: string } {
  const parser = new SaxesParser({ xmlns: true });
  const open: Growing[] = [];
  let root: Growing | undefined;
  let problem: string | undefined;
  parser.on('error', (error) => {
    problem ??= error.message;
  });
  parser.on('opentag', (tag) => {
    const element: Growing = { name: tag.local, text: '', children: [] };
    const parent = open.at(-1);
    if (parent === undefined) root = element;
    else parent.children.push(element);
    open.push(element);
  });
  parser.on('closetag', () => {
    open.pop();
  });
  const append = (piece: string): void => {
    const current = open.at(-1);
    if (current !== undefined) current.text += piece;
  };
  parser.on('text', append);
  parser.on('cdata', append);
  parser.write(text).close();
  if (problem !== undefined) return { problem };
  return root ?? { problem: 'there is no root element' };
}

/** The first child of a name. */
export function childOf(element: XmlElement, name: string): XmlElement | undefined {
  return element.children.find((child) => child.name === name);
}
