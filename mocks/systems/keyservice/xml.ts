import { joinParts, type Part } from './parts.js';
import type { Unsealed } from './unsealed.js';

/** A text, one that is not sealed yet, or an element with attributes and children. */
export type XmlNode =
  | string
  | Unsealed
  | {
      readonly name: string;
      readonly attributes: Readonly<Record<string, string>>;
      readonly children: readonly XmlNode[];
    };

const schemaInstance = 'http://www.w3.org/2001/XMLSchema-instance';

export function element(
  name: string,
  children: readonly XmlNode[],
  attributes: Readonly<Record<string, string>> = {},
): XmlNode {
  return { name, attributes, children };
}

/**
 * Writes a document on one line, so that no white space comes between its elements; as bytes where
 * it holds what is not sealed yet.
 * @param escape writes text content; ciphertext needs no escape
 */
export function xmlDocument(
  root: string,
  children: readonly XmlNode[],
  escape: (text: string) => string,
): string | Uint8Array {
  const needsInstance = children.some((child) => isElement(child) && 'xsi:nil' in child.attributes);
  const top = element(root, children, needsInstance ? { 'xmlns:xsi': schemaInstance } : {});
  const parts = ['<?xml version="1.0" encoding="utf-8"?>', ...partsOf(top, escape)];
  return parts.every((part) => typeof part === 'string') ? parts.join('') : joinParts(() => parts);
}

function partsOf(node: XmlNode, escape: (text: string) => string): readonly Part[] {
  if (typeof node === 'string') return [escape(node)];
  if (!isElement(node)) return [node];
  const attributes = Object.entries(node.attributes)
    .map(([name, value]) => ` ${name}="${value}"`)
    .join('');
  const inside = node.children.flatMap((child) => partsOf(child, escape));
  return inside.every((part) => part === '')
    ? [`<${node.name}${attributes} />`]
    : [`<${node.name}${attributes}>`, ...inside, `</${node.name}>`];
}

function isElement(node: XmlNode): node is Exclude<XmlNode, string | Unsealed> {
  return typeof node !== 'string' && 'children' in node;
}

/** What XML 1.0 cannot hold: most controls, halves of surrogate pairs, and two noncharacters. */
const forbidden =
  // eslint-disable-next-line no-control-regex -- the controls are what is looked for
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/**
 * Text content: markup as references, carriage returns as references so that a reader keeps them,
 * and U+FFFD for what XML 1.0 forbids.
 */
export function escapeXml(text: string): string {
  return text
    .replaceAll(forbidden, '\uFFFD')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('\r', '&#xD;');
}
