import { defineFreedoms } from '../../engine/freedoms.js';
import type { Behaviour } from './behaviour.js';
import type { State } from './state.js';

/** What the document leaves to a server; see `Freedom`. */
export const freedoms = defineFreedoms<State, Behaviour>([
  {
    name: 'xml-of-another-writer',
    difference: 'XML has no declaration, but prefixes, comments and white space between elements.',
    respond: (response) =>
      typeof response.body === 'string' && response.body.startsWith('<?xml')
        ? { ...response, body: written(response.body) }
        : response,
  },
  {
    name: 'xml-with-cdata',
    difference: 'Texts in XML are CDATA sections and numeric references.',
    behaviour: (base) => ({
      escapeXml: (text) =>
        text.includes(']]>') || text.includes('\r') || text === ''
          ? base.escapeXml(text).replaceAll('&lt;', '&#60;')
          : `<![CDATA[${text}]]>`,
    }),
  },
]);

function written(xml: string): string {
  return (
    '<!-- written elsewhere -->' +
    xml
      .replace(/^<\?xml[^>]*\?>/, '')
      .replace('<response', '<s:response xmlns:s="urn:service"')
      .replace('</response>', '\n</s:response>')
      .replaceAll('<Message>', '\n  <Message>\n    ')
  );
}
