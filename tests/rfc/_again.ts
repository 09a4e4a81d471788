/** The dialogues of this folder once more, under other circumstances. */

/** What is different this time. */
export interface Circumstances {
  /** Stands behind the name of each test: `over TLS`. */
  readonly name: string;
  /** Whether a file's tests are run again. */
  takes(file: string): boolean;
  /** Tests that do not hold then, and why. */
  readonly leftOut: ReadonlyMap<string, string>;
  /** Whether something goes on from test to test, so that they cannot be watched for what they leave. */
  readonly goesOn?: boolean;
  /** Called before each test, with its file. */
  enter?(file: string): void;
}

/** Files that run the others again. */
const AGAIN: ReadonlySet<string> = new Set(["over_tls_test.ts", "in_workers_test.ts", "native_test.ts"]);

/**
 * Registers tests of this folder once more.
 *
 * @throws {Error} when a test that is left out is not there at all.
 */
export async function again({ name, takes, leftOut, goesOn, enter }: Circumstances): Promise<void> {
  const register = Deno.test;
  const unknown = new Set(leftOut.keys());
  let file = "";
  const registerAgain = (...[first, second, third]: unknown[]): void => {
    const definition =
      (typeof first === "string"
        ? { name: first, ...third ? second as object : {}, fn: third ?? second }
        : first) as Deno.TestDefinition;
    const reason = leftOut.get(definition.name);
    const from = file;
    unknown.delete(definition.name);
    register({
      ...definition,
      name: `${definition.name}, ${name}${reason ? ` (left out: ${reason})` : ""}`,
      ...goesOn && { sanitizeOps: false, sanitizeResources: false },
      ignore: definition.ignore || reason !== undefined,
      fn(step) {
        enter?.(from);
        return definition.fn(step);
      },
    });
  };
  Object.defineProperty(Deno, "test", { value: Object.assign(registerAgain, register) });
  const files = (await Array.fromAsync(Deno.readDir(import.meta.dirname!), ({ name }) => name))
    .filter((one) => one.endsWith("_test.ts") && !AGAIN.has(one) && takes(one));
  for (file of files.sort()) await import(`./${file}`);
  if (unknown.size > 0) throw new Error(`Left out and not there: ${[...unknown].join("; ")}`);
}
