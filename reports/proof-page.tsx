import { render } from 'preact-render-to-string';
import type { MutantVerdict, Proof, VariantVerdict } from '../specs/proof.js';
import { proofStyles } from './proof-styles.js';

/** proof.html: requirements × mutants, and the variants, in one file that works offline. */
export function proofPage(proof: Proof): string {
  return `<!doctype html>\n${render(<Page proof={proof} />)}\n`;
}

function Page({ proof }: { proof: Proof }) {
  const systems = [...new Set(proof.requirements.map(({ system }) => system))];
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Countersign: the proof</title>
        <style dangerouslySetInnerHTML={{ __html: proofStyles }} />
      </head>
      <body>
        <header>
          <h1>{verdictOf(proof)}</h1>
          <p>
            {`countersign ${proof.tool.version}, ${proof.startedAt}, ${(proof.durationMs / 1000).toFixed(0)} s. `}
            A mutant is a mock with one bug; it is killed when the requirement that it breaks fails.
            A variant differs legally; nothing may fail on it.
          </p>
          <Figures proof={proof} />
          <nav aria-label="Systems">
            {systems.map((system) => (
              <a href={`#${system}`}>{system}</a>
            ))}
            <a href="#variants">variants</a>
          </nav>
        </header>
        <main>
          {proof.uncovered.length > 0 && (
            <section aria-labelledby="uncovered">
              <h2 id="uncovered">Not shown</h2>
              <ul>
                {proof.uncovered.map((line) => (
                  <li>{line}</li>
                ))}
              </ul>
            </section>
          )}
          {systems.map((system) => (
            <System proof={proof} system={system} />
          ))}
          <Variants variants={proof.variants} />
        </main>
      </body>
    </html>
  );
}

function isRight(mutant: MutantVerdict): boolean {
  return mutant.missed.length === 0 && mutant.unexpected.length === 0;
}

function verdictOf(proof: Proof): string {
  const wrong = proof.mutants.filter((mutant) => !isRight(mutant)).length;
  const broken = proof.variants.filter((variant) => !variant.passed).length;
  if (wrong === 0 && broken === 0 && proof.uncovered.length === 0) {
    return `All ${String(proof.mutants.length)} mutants die by name, all ${String(proof.variants.length)} variants hold`;
  }
  return `${String(wrong)} mutants, ${String(broken)} variants and ${String(proof.uncovered.length)} requirements need a look`;
}

function Figures({ proof }: { proof: Proof }) {
  const { coverage } = proof;
  const figures: readonly (readonly [string, string])[] = [
    [
      'requirements with a test',
      `${String(coverage.withTest)} of ${String(coverage.requirements)}`,
    ],
    [
      'must and should with a mutant',
      `${String(coverage.withMutant)} of ${String(coverage.needingMutant)}`,
    ],
    ['must and should killed', `${String(coverage.killed)} of ${String(coverage.needingMutant)}`],
    ['mutants', String(proof.mutants.length)],
    [
      'unexpected failures',
      String(proof.mutants.reduce((sum, { unexpected }) => sum + unexpected.length, 0)),
    ],
    [
      'variants that hold',
      `${String(proof.variants.filter(({ passed }) => passed).length)} of ${String(proof.variants.length)}`,
    ],
  ];
  return (
    <dl class="figures">
      {figures.map(([name, value]) => (
        <div>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function System({ proof, system }: { proof: Proof; system: string }) {
  const mutants = proof.mutants.filter((mutant) => mutant.system === system);
  const requirements = proof.requirements.filter((requirement) => requirement.system === system);
  return (
    <section aria-labelledby={system}>
      <h2 id={system}>{`${system}: ${String(mutants.length)} mutants`}</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">requirement</th>
            <th scope="col">tests</th>
            <th scope="col">mutants that break it</th>
          </tr>
        </thead>
        <tbody>
          {requirements.map((requirement) => (
            <tr id={requirement.id}>
              <th scope="row">
                <code>{requirement.id}</code> <span class="level">{requirement.level}</span>
                <p>{requirement.statement}</p>
              </th>
              <td>
                {requirement.tests.length === 0 && <strong class="bad">no test</strong>}
                {requirement.tests.map((test) => (
                  <p>
                    {test.title} <code>{test.file}</code>
                  </p>
                ))}
              </td>
              <td>
                <Killers mutants={mutants} requirement={requirement.id} level={requirement.level} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

interface KillersProps {
  readonly mutants: readonly MutantVerdict[];
  readonly requirement: string;
  readonly level: string;
}

function Killers({ mutants, requirement, level }: KillersProps) {
  const own = mutants.filter((mutant) => mutant.requirements.includes(requirement));
  if (own.length === 0)
    return level === 'may' ? <span>–</span> : <strong class="bad">no mutant</strong>;
  return (
    <ul>
      {own.map((mutant) => {
        const killed = mutant.killedBy.includes(requirement);
        return (
          <li>
            <details>
              <summary>
                <span class={killed ? 'good' : 'bad'}>{killed ? '✓ killed' : '✗ survives'}</span>{' '}
                {mutant.bug}
              </summary>
              <p>
                <code>{mutant.id}</code> in <code>{mutant.file}</code>
              </p>
              {mutant.message !== null && <p>{mutant.message}</p>}
              {mutant.unexpected.length > 0 && (
                <p class="bad">{`also fails, undeclared: ${mutant.unexpected.join(', ')}`}</p>
              )}
            </details>
          </li>
        );
      })}
    </ul>
  );
}

function Variants({ variants }: { variants: readonly VariantVerdict[] }) {
  const families = [...new Set(variants.map(({ family }) => family))];
  return (
    <section aria-labelledby="variants">
      <h2 id="variants">{`Variants: ${String(families.length)} families`}</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">family</th>
            <th scope="col">what differs</th>
            <th scope="col">systems</th>
          </tr>
        </thead>
        <tbody>
          {families.map((family) => {
            const own = variants.filter((variant) => variant.family === family);
            return (
              <tr>
                <th scope="row">{family}</th>
                <td>{[...new Set(own.map(({ difference }) => difference))].join(' ')}</td>
                <td>
                  {own.map((variant) => (
                    <p>
                      <span class={variant.passed ? 'good' : 'bad'}>
                        {variant.passed ? '✓ holds' : '✗ fails'}
                      </span>{' '}
                      {variant.system} {variant.failed.join(', ')}
                    </p>
                  ))}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}
