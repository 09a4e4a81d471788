/** A text of the page in all its languages, and how values get into it. */

/**
 * The same sentence in each language. `{name}` stands for a value; `one|many` is chosen by the value `count`.
 */
export interface Text {
  readonly en: string;
  readonly zh: string;
}

/** What `{name}` stands for. */
export type Values = Readonly<Record<string, string | number>>;

/** A table of texts; the keys stay typed. */
export function texts<Key extends string>(table: Record<Key, Text>): Readonly<Record<Key, Text>> {
  return table;
}

/** Puts values into a text of that language. Numbers are written as the language does. */
export function fill(text: string, values: Values, language: string): string {
  const forms = text.split("|");
  const form = (values.count === 1 ? forms[0] : forms.at(-1)) ?? text;
  return form.replace(/\{(\w+)\}/g, (place, name: string) => {
    const value = values[name];
    if (value === undefined) return place;
    return typeof value === "number" ? value.toLocaleString(language) : value;
  });
}
