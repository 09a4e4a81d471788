/** Questions on a terminal: each has a flag that answers it beforehand. */

import { nearestName } from "../../ini/nearest_name.ts";
import { UsageError } from "../command.ts";
import { printError, readLine, writeError } from "../terminal.ts";

/** The answer will not do; the message says why. */
export class BadAnswer extends Error {}

/** A question whose answer is a text. */
export interface Question<Answer> {
  /** The name of its flag. */
  readonly flag: string;
  readonly text: string;
  /** What an empty line means, as one would write it. */
  readonly standard: string;
  /** The words to choose from, each with what it means; undefined for any text. */
  readonly choices?: Readonly<Record<string, string>>;
  /**
   * The answer that the text means.
   *
   * @throws {BadAnswer} when it means none.
   */
  read(text: string): Answer | Promise<Answer>;
}

/** Asks what no flag has answered; without a terminal that is an error. */
export class Interview {
  readonly #answers: ReadonlyMap<string, string | true>;
  readonly #isTerminal: boolean;
  readonly #count: number;
  #asked = 0;

  /** `count`: how many questions there are. */
  constructor(
    { answers, isTerminal, count }: {
      answers: ReadonlyMap<string, string | true>;
      isTerminal: boolean;
      count: number;
    },
  ) {
    this.#answers = answers;
    this.#isTerminal = isTerminal;
    this.#count = count;
  }

  /**
   * The answer: that of the flag, or the first on the terminal that will do.
   *
   * @throws {BadAnswer} when the flag's will not.
   * @throws {UsageError} when there is neither flag nor terminal.
   * @throws {NoAnswer} when the person gives up.
   */
  async answerTo<Answer>(question: Question<Answer>): Promise<Answer> {
    const number = `${++this.#asked}/${this.#count}`;
    const given = this.#answers.get(question.flag);
    if (typeof given === "string") return await readAnswer(question, given);
    if (!this.#isTerminal) throw new UsageError(`Missing --${question.flag}: there is no terminal to ask at`);
    for (;;) {
      writeError(promptOf(number, question));
      const line = (await readLine()).trim();
      try {
        return await readAnswer(question, line === "" ? question.standard : line);
      } catch (error) {
        if (!(error instanceof BadAnswer)) throw error;
        printError(error.message);
      }
    }
  }
}

function promptOf(number: string, { text, choices, standard }: Question<unknown>): string {
  const words = Object.entries(choices ?? {});
  const width = Math.max(...words.map(([word]) => word.length));
  const list = words.map(([word, meaning]) => `     ${word.padEnd(width)}  ${meaning}\n`);
  return `${number}  ${text}\n${list.join("")}     [${standard}] `;
}

/** A word may be shortened as long as it is told from the others. */
async function readAnswer<Answer>({ choices, read }: Question<Answer>, text: string): Promise<Answer> {
  if (!choices) return await read(text);
  const words = Object.keys(choices);
  const begun = words.filter((word) => text !== "" && word.startsWith(text.toLowerCase()));
  const word = words.find((word) => word === text.toLowerCase()) ??
    (begun.length === 1 ? begun[0] : undefined);
  if (word !== undefined) return await read(word);
  const near = nearestName(text, words);
  const right = near ? `did you mean "${near}"?` : `expected one of ${words.join(", ")}`;
  throw new BadAnswer(`Cannot use "${text}": ${right}`);
}
