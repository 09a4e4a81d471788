/** Which rows of the checklist the names of tests begin with. */

const TESTS = new URL("../", import.meta.url);

/** A test's name as it stands behind `test(` or `name:`, when it begins with IDs: `C2 C15: …`. */
const NAME = /(?:\btest\(|\bname:)\s*["'`]((?:[A-Z]\d{1,2} )*[A-Z]\d{1,2}): /g;

/** The files of tests that name each ID, below `tests`. */
export async function testFilesById(): Promise<Map<string, Set<string>>> {
  const found = new Map<string, Set<string>>();
  for await (const path of testFiles("")) {
    const text = await Deno.readTextFile(new URL(path, TESTS));
    for (const [, ids] of text.matchAll(NAME)) {
      for (const id of ids!.split(" ")) found.set(id, (found.get(id) ?? new Set()).add(path));
    }
  }
  return found;
}

/** Every file of tests in a folder and below it. */
async function* testFiles(folder: string): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(new URL(folder, TESTS))) {
    if (isDirectory) yield* testFiles(`${folder}${name}/`);
    else if (name.endsWith("_test.ts")) yield `${folder}${name}`;
  }
}
