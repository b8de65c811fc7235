/** A request that must succeed; its answer is read as JSON where it has any. */
export async function call<Answer>(method: string, path: string, init: Init = {}): Promise<Answer> {
  const { headers, body } = init;
  const answer = await fetch(path, {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${String(answer.status)} ${text}`);
  return (text === '' ? undefined : JSON.parse(text)) as Answer;
}

interface Init {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}
