/** What lies in the home of every server that is compared, and who may log in. */

import { join } from "node:path";

/**
 * The account: one server has the anonymous one alone, to which this name belongs, and asks for the password
 * all the same.
 */
export const ACCOUNT = { name: "ftp", password: "secret" } as const;

/** The folder where everybody may write; in the root of the home only its owner may. */
export const FOLDER = "/w";

const FILES: Readonly<Record<string, string>> = {
  "hello.txt": "hello\nworld\n",
  "two words.txt": "blank",
  "folder/inside.txt": "inside",
};

/** Makes the home as it is at the start of every dialogue. */
export async function resetTree(home: string): Promise<void> {
  const folder = join(home, FOLDER);
  await Deno.remove(folder, { recursive: true }).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
  for (const path of [folder, join(folder, "folder"), join(folder, "empty")]) await makeFolder(path);
  for (const [name, content] of Object.entries(FILES)) {
    await Deno.writeTextFile(join(folder, name), content);
    await Deno.chmod(join(folder, name), 0o666);
  }
}

/** The umask would take away what the other servers' accounts need. */
async function makeFolder(path: string): Promise<void> {
  await Deno.mkdir(path);
  await Deno.chmod(path, 0o777);
}
