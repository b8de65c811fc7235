/** @jsxImportSource preact */
import { createHash } from 'node:crypto';
import type { JSX } from 'preact';
import { renderToString } from 'preact-render-to-string';
import type { Results } from '../specs/results.js';
import { causesOf } from './causes.js';
import type { RunComparison } from './compare.js';
import { dialectSentence } from './dialect.js';
import { Catalogue } from './html/catalogue.js';
import { client } from './html/client.js';
import { Header } from './html/header.js';
import { Causes, Compared, Notes, Systems } from './html/overview.js';
import { styles } from './html/styles.js';
import { visibleLine } from './untrusted.js';
import type { ReplayEvents } from './replay.js';
import { runVerdictWords, verdictMeaning, verdicts } from './wording.js';

/**
 * index.html: one file that asks for nothing else. Text from the target is text only; a content
 * security policy that knows the hashes of the page's own script and style holds even if it were not.
 */
export function html(
  results: Results,
  comparison: RunComparison | null = null,
  events?: ReplayEvents,
): string {
  const page = <Page results={results} comparison={comparison} events={events} />;
  return `<!doctype html>\n${renderToString(page)}\n`;
}

const policy = [
  "default-src 'none'",
  `script-src 'sha256-${hash(client)}'`,
  `style-src 'sha256-${hash(styles)}'`,
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

const icon =
  'data:image/svg+xml,' +
  encodeURIComponent(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="#2c9a4b" ' +
      'stroke-width="3" stroke-linecap="round"><path d="M4 12.5 9.5 18 20 6"/></svg>',
  );

function hash(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('base64');
}

function Page({
  results,
  comparison,
  events,
}: {
  readonly results: Results;
  readonly comparison: RunComparison | null;
  readonly events: ReplayEvents;
}): JSX.Element {
  return (
    <html lang="en">
      <head>
        <meta charSet="utf-8" />
        <meta httpEquiv="Content-Security-Policy" content={policy} />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="referrer" content="no-referrer" />
        <title>{`${runVerdictWords[results.verdict]}: ${visibleLine(results.target)}`}</title>
        <link rel="icon" href={icon} />
        <style dangerouslySetInnerHTML={{ __html: styles }} />
      </head>
      <body>
        <a class="skip" href="#requirements">
          Skip to the requirements
        </a>
        <Header results={results} />
        <main class="wrap">
          <Notes
            dialect={dialectSentence(results.requirements)}
            staleWaivers={results.staleWaivers}
          />
          {comparison === null ? null : <Compared comparison={comparison} />}
          <Causes
            causes={causesOf(results.requirements)}
            undecided={causesOf(results.requirements, 'inconclusive')}
          />
          <Systems results={results} />
          <Catalogue results={results} events={events} />
        </main>
        <footer class="wrap">
          <p>What the verdicts mean</p>
          <dl>
            {verdicts.map((verdict) => (
              <>
                <dt>{verdict}</dt>
                <dd>{verdictMeaning[verdict]}</dd>
              </>
            ))}
          </dl>
        </footer>
        <script dangerouslySetInnerHTML={{ __html: client }} />
      </body>
    </html>
  );
}
