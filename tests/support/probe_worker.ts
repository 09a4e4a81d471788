/** Tries what a session worker must not be able to do, and what it must, and tells how each went. */

/** What is tried: the files to read. */
export interface Probe {
  readonly home: string;
  readonly outside: readonly string[];
}

const scope = self as unknown as {
  postMessage(outcomes: Record<string, string>): void;
  onmessage: (message: { data: Probe }) => void;
};

scope.onmessage = async ({ data: { home, outside } }) => {
  const outcomes: Record<string, string> = {};
  const attempt = async (what: string, act: () => unknown): Promise<void> => {
    try {
      await act();
      outcomes[what] = "done";
    } catch (error) {
      outcomes[what] = error instanceof Error ? error.name : String(error);
    }
  };
  await attempt("read the home", () => Deno.readTextFile(`${home}/file`));
  await attempt("write the home", () => Deno.writeTextFile(`${home}/other`, "text"));
  await attempt("measure the home", async () => (await import("node:fs/promises")).statfs(home));
  await attempt("listen", () => Deno.listen({ port: 0 }).close());
  for (const path of outside) {
    await attempt(`read ${path}`, () => Deno.readTextFile(path));
    await attempt(`write ${path}`, () => Deno.writeTextFile(path, "", { append: true }));
  }
  await attempt("run a program", () => new Deno.Command("true").output());
  await attempt("load a library", () => Deno.dlopen("libc.so.6", {}));
  await attempt("read the environment", () => Deno.env.get("HOME"));
  await attempt("ask for more", async () => {
    const { state } = await Deno.permissions.request({ name: "read", path: "/etc" });
    if (state !== "granted") throw new Deno.errors.NotCapable(state);
  });
  scope.postMessage(outcomes);
};
