import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

/** A person at a terminal. */
export interface Terminal {
  readonly input: Readable;
  readonly output: Writable;
}

/** Asks a person, one question at a time. */
export interface Prompter {
  /**
   * The answer to a question, without white space at its ends; an empty one says that nothing came.
   * Questions wait for their turn. A question of the same key that is open already is joined.
   * @param waitMs so long the caller waits; when nobody waits any more, the question is withdrawn
   * @returns null when the time is over
   */
  ask(key: string, question: string, waitMs: number): Promise<string | null>;
  close(): void;
}

/** Milliseconds between two waits of one caller, who has to ask again over HTTP. */
const graceMs = 2_000;

interface Question {
  readonly key: string;
  readonly text: string;
  waiting: number;
  withdrawal: ReturnType<typeof setTimeout> | undefined;
  readonly answered: Promise<string | null>;
  answer(line: string | null): void;
}

/**
 * The terminal stays in its own line mode, so that Ctrl-C reaches every process of the run. An
 * input that ends answers every question with nothing.
 */
export function createPrompter({ input, output }: Terminal): Prompter {
  const questions: Question[] = [];
  const lines = createInterface({ input, terminal: false });
  let shown: Question | null = null;
  let over = false;

  const show = (): void => {
    const next = questions[0] ?? null;
    // What is still open when the input ends is answered, not asked.
    if (over || next === shown) return;
    shown = next;
    // A line of progress may stand there.
    if (next !== null) output.write(`\r\x1b[2K${next.text}: `);
  };
  const end = (question: Question, line: string | null): void => {
    clearTimeout(question.withdrawal);
    questions.splice(questions.indexOf(question), 1);
    question.answer(line);
    show();
  };
  const withdraw = (question: Question): void => {
    if (question === shown) output.write('(no longer needed)\n');
    end(question, null);
  };
  lines.on('line', (line) => {
    if (shown !== null) end(shown, line.trim());
  });
  lines.on('close', () => {
    over = true;
    for (const question of [...questions]) end(question, '');
  });

  const open = (key: string, text: string): Question => {
    let answer: (line: string | null) => void = () => undefined;
    const answered = new Promise<string | null>((resolve) => {
      answer = resolve;
    });
    const question: Question = {
      key,
      text,
      waiting: 0,
      withdrawal: undefined,
      answered,
      answer,
    };
    questions.push(question);
    show();
    return question;
  };

  return {
    async ask(key, text, waitMs) {
      if (over) return '';
      const question = questions.find((entry) => entry.key === key) ?? open(key, text);
      clearTimeout(question.withdrawal);
      question.waiting += 1;
      let timer: ReturnType<typeof setTimeout> | undefined;
      const overtime = new Promise<null>((resolve) => {
        timer = setTimeout(() => {
          resolve(null);
        }, waitMs);
      });
      const line = await Promise.race([question.answered, overtime]);
      clearTimeout(timer);
      question.waiting -= 1;
      if (question.waiting === 0 && questions.includes(question)) {
        question.withdrawal = setTimeout(() => {
          withdraw(question);
        }, graceMs);
      }
      return line;
    },
    close() {
      lines.close();
      for (const question of [...questions]) end(question, '');
    },
  };
}
