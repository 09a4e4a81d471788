/** The dialogues of this folder once more, under other circumstances. */

/** What is different this time. */
export interface Circumstances {
  /** Stands behind the name of each test: `over TLS`. */
  readonly name: string;
  /** Files whose tests are not run again. */
  readonly without: RegExp;
  /** Tests that do not hold then, and why. */
  readonly leftOut: ReadonlyMap<string, string>;
}

/** Files that run the others again. */
const AGAIN = /^(over_tls|in_workers)/;

/**
 * Registers every test of this folder once more.
 *
 * @throws {Error} when a test that is left out is not there at all.
 */
export async function again({ name, without, leftOut }: Circumstances): Promise<void> {
  const register = Deno.test;
  const unknown = new Set(leftOut.keys());
  const registerAgain = (...[first, second]: unknown[]): void => {
    const definition =
      (typeof first === "string" ? { name: first, fn: second } : first) as Deno.TestDefinition;
    const reason = leftOut.get(definition.name);
    unknown.delete(definition.name);
    register({
      ...definition,
      name: `${definition.name}, ${name}${reason ? ` (left out: ${reason})` : ""}`,
      ignore: definition.ignore || reason !== undefined,
    });
  };
  Object.defineProperty(Deno, "test", { value: Object.assign(registerAgain, register) });
  const files = (await Array.fromAsync(Deno.readDir(import.meta.dirname!), ({ name: file }) => file))
    .filter((file) => file.endsWith("_test.ts") && !AGAIN.test(file) && !without.test(file)).sort();
  for (const file of files) await import(`./${file}`);
  if (unknown.size > 0) throw new Error(`Left out and not there: ${[...unknown].join("; ")}`);
}
