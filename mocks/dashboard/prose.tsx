import type { JSX } from 'preact';

/** Prose of the documents: paragraphs, lists, `code` and **bold** of Markdown; all else is text. */
export function Prose({ text }: { readonly text: string }): JSX.Element | null {
  if (text === '') return null;
  const blocks = text.trim().split(/\n\s*\n/);
  return (
    <div class="prose">
      {blocks.map((block, index) =>
        /^\s*[-*] /.test(block) ? (
          <ul key={index}>
            {block.split(/\n(?=\s*[-*] )/).map((item, at) => (
              <li key={at}>
                <Spans text={item.replace(/^\s*[-*] /, '')} />
              </li>
            ))}
          </ul>
        ) : (
          <p key={index}>
            <Spans text={block} />
          </p>
        ),
      )}
    </div>
  );
}

/** One line of such prose. */
export function Spans({ text }: { readonly text: string }): JSX.Element {
  const parts = text.split(/(`[^`]+`|\*\*[^*]+\*\*)/);
  return (
    <>
      {parts.map((part, index) => {
        if (part.startsWith('`')) return <code key={index}>{part.slice(1, -1)}</code>;
        if (part.startsWith('**')) return <b key={index}>{part.slice(2, -2)}</b>;
        return part;
      })}
    </>
  );
}
