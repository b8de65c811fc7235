import type { JSX } from 'preact';
import {
  isObject,
  items,
  members,
  resolve,
  textOf,
  type Json,
  type OperationEntry,
  type RequirementText,
} from './document.js';
import { Prose, Spans } from './prose.js';
import { Schema } from './schema.js';

/** One operation of an OpenAPI document: what goes in, what comes out, what must hold. */
export function Operation({
  document,
  entry,
  requirements,
}: {
  readonly document: Json;
  readonly entry: OperationEntry;
  readonly requirements: readonly RequirementText[];
}): JSX.Element {
  const { object, parameters } = entry;
  const body = resolve(document, object.requestBody);
  const credentials = items(object.security ?? document.security).map((way) =>
    members(way)
      .map(([name]) => name)
      .join(' and '),
  );
  return (
    <>
      <Prose text={textOf(object.description)} />
      {credentials.length === 0 ? null : (
        <p>
          <span class="tag">credentials</span>{' '}
          {credentials.map((way) => way || 'none').join(', or ')}
        </p>
      )}
      {parameters.length === 0 ? null : (
        <>
          <h3>Parameters</h3>
          <ul class="schema">
            {parameters.map((parameter) => (
              <li key={`${textOf(parameter.in)} ${textOf(parameter.name)}`}>
                <code class="break">{textOf(parameter.name)}</code>
                <span class="tag">{textOf(parameter.in)}</span>
                {parameter.required === true ? <span class="tag">required</span> : null}{' '}
                <Schema document={document} schema={parameter.schema} />
                <Prose text={textOf(parameter.description)} />
              </li>
            ))}
          </ul>
        </>
      )}
      {members(body.content).length === 0 ? null : (
        <>
          <h3>Request body</h3>
          <Prose text={textOf(body.description)} />
          <Content document={document} content={body.content} />
        </>
      )}
      <h3>Answers</h3>
      <ul class="plain answers">
        {members(object.responses).map(([status, response]) => (
          <li key={status}>
            <Answer document={document} status={status} response={resolve(document, response)} />
          </li>
        ))}
      </ul>
      {requirements.length === 0 ? null : (
        <details>
          <summary>{requirements.length} requirements that the suite checks</summary>
          <ul class="plain">
            {requirements.map(({ id, level, statement }) => (
              <li key={id}>
                <span class="tag">{level}</span> {statement} <code class="break muted">{id}</code>
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

function Answer({
  document,
  status,
  response,
}: {
  readonly document: Json;
  readonly status: string;
  readonly response: Json;
}): JSX.Element {
  const headers = members(response.headers);
  return (
    <details>
      <summary>
        <b>{status}</b> <Spans text={firstSentence(textOf(response.description))} />
      </summary>
      <Prose text={textOf(response.description)} />
      {headers.length === 0 ? null : (
        <ul class="schema">
          {headers.map(([name, header]) => {
            const resolved = resolve(document, header);
            return (
              <li key={name}>
                <code class="break">{name}</code> <span class="tag">header</span>{' '}
                <Prose text={textOf(resolved.description)} />
              </li>
            );
          })}
        </ul>
      )}
      <Content document={document} content={response.content} />
    </details>
  );
}

function firstSentence(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ');
  return /^.*?[.;](?= |$)/.exec(line)?.[0] ?? line;
}

function Content({
  document,
  content,
}: {
  readonly document: Json;
  readonly content: unknown;
}): JSX.Element {
  return (
    <>
      {members(content).map(([type, media]) => (
        <div key={type}>
          <p>
            <code>{type}</code>
          </p>
          {isObject(media) ? (
            <>
              {media.schema === undefined ? null : (
                <Schema document={document} schema={media.schema} />
              )}
              <Examples media={media} document={document} />
            </>
          ) : null}
        </div>
      ))}
    </>
  );
}

function Examples({
  media,
  document,
}: {
  readonly media: Json;
  readonly document: Json;
}): JSX.Element {
  const named = members(media.examples).map(([name, example]): [string, unknown] => [
    name,
    resolve(document, example).value,
  ]);
  const all: readonly (readonly [string, unknown])[] =
    media.example === undefined ? named : [...named, ['example', media.example]];
  return (
    <>
      {all.map(([name, value]) => (
        <Example key={name} name={name} value={value} />
      ))}
    </>
  );
}

export function Example({
  name,
  value,
}: {
  readonly name: string;
  readonly value: unknown;
}): JSX.Element {
  return (
    <figure class="example">
      <figcaption class="muted">
        Example <code>{name}</code>
      </figcaption>
      <pre class="code" tabIndex={0} aria-label={`Example ${name}`}>
        {typeof value === 'string' ? value : JSON.stringify(value, null, 2)}
      </pre>
    </figure>
  );
}
