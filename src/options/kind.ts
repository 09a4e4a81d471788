/** What a kind of settings is, and how texts, numbers and words are made into one. */

/** How the values of a setting are read. `Typed` is what config.ts may say, `Value` what the program gets. */
export interface Kind<Value, Typed = Value> {
  /** Stands for the value in the help, such as `SECONDS`. Empty for a flag that needs none. */
  readonly placeholder: string;
  /** What a number counts, such as `seconds`; empty where it counts nothing or plain things. */
  readonly unit: string;
  /** What is right, to follow "expected" in messages. */
  readonly expected: string;
  /** The value that the text means, undefined when it means none. */
  fromText(text: string): Value | undefined;
  /**
   * The value that a typed one means, undefined when it is not sound. Takes whatever comes: types are gone at
   * run time.
   */
  fromTyped(typed: Typed): Value | undefined;
  /** The value as one would write it. */
  format(value: Value): string;
}

/** One of some words. */
export function oneOf<const Word extends string>(words: readonly Word[]): Kind<Word> {
  const find = (typed: unknown): Word | undefined => words.find((word) => word === typed);
  return {
    placeholder: words.join("|"),
    unit: "",
    expected: `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`,
    fromText: find,
    fromTyped: find,
    format: (word) => word,
  };
}

/** One of some words, each of which stands for a word of the program's. */
export function wordsFor<Word extends string, Value extends string>(
  meanings: Readonly<Record<Word, Value>>,
): Kind<Value, Word> {
  const words = Object.keys(meanings) as Word[];
  const kind = oneOf(words);
  const meaning = (word: Word | undefined): Value | undefined => word && meanings[word];
  return {
    ...kind,
    fromText: (text) => meaning(kind.fromText(text)),
    fromTyped: (typed) => meaning(kind.fromTyped(typed)),
    format: (value) => words.find((word) => meanings[word] === value)!,
  };
}

/** What a kind of texts or numbers needs to say about itself. */
export interface KindOptions<Value> {
  /** Stands for the value in the help. */
  readonly placeholder: string;
  /** What a number counts. */
  readonly unit?: string;
  /** What is right. */
  readonly expected: string;
  /** Whether a value is right. */
  isSound(value: Value): boolean;
}

/** A kind of texts. */
export function textKind({ placeholder, unit = "", expected, isSound }: KindOptions<string>): Kind<string> {
  const fromText = (text: string): string | undefined => isSound(text) ? text : undefined;
  return {
    placeholder,
    unit,
    expected,
    fromText,
    fromTyped: (typed) => typeof typed === "string" ? fromText(typed) : undefined,
    format: (text) => text,
  };
}

/** A kind of numbers, none of them below zero. */
export function numberKind({ placeholder, unit = "", expected, isSound }: KindOptions<number>): Kind<number> {
  const check = (number: number): number | undefined => number >= 0 && isSound(number) ? number : undefined;
  return {
    placeholder,
    unit,
    expected,
    // Number() alone would take "", "0x10" and "1e3".
    fromText: (text) => /^\d+(?:\.\d+)?$/.test(text) ? check(Number(text)) : undefined,
    fromTyped: (typed) => typeof typed === "number" ? check(typed) : undefined,
    format: String,
  };
}
