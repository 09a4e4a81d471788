/** Tests of another file once more, under other circumstances. */

/**
 * From now on tests are registered with this behind their names, and with these of their settings changed.
 */
export function again(circumstances: string, changed: Partial<Deno.TestDefinition> = {}): void {
  const register = Deno.test;
  const registerAgain = (...[first, second, third]: unknown[]): void => {
    const definition =
      (typeof first === "string"
        ? { name: first, fn: third ?? second, ...third ? second as object : {} }
        : first) as Deno.TestDefinition;
    register({ ...definition, ...changed, name: `${definition.name}, ${circumstances}` });
  };
  Object.defineProperty(Deno, "test", { value: Object.assign(registerAgain, register) });
}
