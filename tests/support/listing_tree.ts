/** A directory with something of every kind, for tests of listings. */

import { run } from "./listing_bench.ts";

/** Names that need care, each of a file. */
const NAMES = [
  ...["file", "ä", "日本語", "🙂", " a ", "-l", "a -> b", "x;y=z", "\ufffd", "\ufeffx", "a\tb", "tail "],
  ...["a\rb", "a\nb", "a\r\nb", "\r", ".hidden", "...", "n".repeat(255), "é".repeat(127)],
  // Parts of uploads are out of sight, these alike are not.
  ...[".a.baseftp-part", ".日.baseftp-part", "..a.baseftp-part", ".\n.baseftp-part"],
  ...[".baseftp-part", "..baseftp-part", ".a.baseftp-part2", "a.baseftp-part", ".a.BASEFTP-PART"],
];

/** Names that are no UTF-8, as printf writes them. */
const UNDECODABLE = ["bad\\377", "\\303", "x\\355\\240\\200", ".\\200.baseftp-part", "\\377\\n"];

const LINKS = {
  "to file": "file",
  "to directory": "full",
  "to above": ".",
  "to outside": "/etc",
  "to outside file": "/etc/passwd",
  "to itself": "to itself",
  "to nothing": "nothing",
  "to a part": ".a.baseftp-part",
  "to a line end": "a\r\nb",
  "to a pipe": "fifo",
  "a\nlink": "file",
  "é link": "日本語",
};

const MODES = [0o4755, 0o4644, 0o2755, 0o2745, 0o1777, 0o1776, 0o7777, 0o7000, 0, 0o600];

const DATES = [
  ...["1901-12-14", "1969-12-31 23:59:59.75", "1970-01-01", "2026-01-01 00:00:00.999"],
  ...["2038-01-19 03:14:08", "2100-02-28 23:59:59"],
];

/** Fills a home with it, directories `empty`, `full` and `only part` among it. */
export async function fillWithEverything(home: string): Promise<void> {
  for (const name of NAMES) await Deno.writeTextFile(`${home}/${name}`, name);
  const touch = UNDECODABLE.map((name) => `touch "$(printf '${name}x')"`).join("; ");
  await run("sh", "-c", `cd "${home}" && ${touch}`);
  await Deno.mkdir(`${home}/empty`);
  await Deno.mkdir(`${home}/full/below`, { recursive: true });
  await Deno.symlink("..", `${home}/full/up`);
  await Deno.mkdir(`${home}/only part`);
  await Deno.writeTextFile(`${home}/only part/.x.baseftp-part`, "");
  for (const [name, target] of Object.entries(LINKS)) await Deno.symlink(target, `${home}/${name}`);
  await run("mkfifo", `${home}/fifo`);
  await Deno.link(`${home}/file`, `${home}/second name`);
  for (const mode of MODES) {
    const name = mode.toString(8);
    await Deno.writeTextFile(`${home}/mode ${name}`, "");
    await Deno.chmod(`${home}/mode ${name}`, mode);
    await Deno.mkdir(`${home}/directory ${name}`);
    await Deno.chmod(`${home}/directory ${name}`, mode);
  }
  for (const date of DATES) {
    await run("touch", "-d", `${date} UTC`, `${home}/of ${date.replaceAll(":", ".")}`);
  }
  const nowSeconds = Math.floor(Date.now() / 1000);
  for (const days of [1, 100, 179, 181, -2]) {
    await run("touch", "-d", `@${nowSeconds - days * 86_400}`, `${home}/days ${days}`);
  }
  for (const [name, bytes] of Object.entries({ large: 2 ** 32 + 7, larger: 2 ** 41 + 1 })) {
    await Deno.writeTextFile(`${home}/${name}`, "");
    await Deno.truncate(`${home}/${name}`, bytes);
  }
}

/**
 * Puts so many entries into a directory: of each four a file, a link, a directory and another file, so that
 * half of them need a closer look.
 */
export function fillWithMany(directory: string, count: number): string[] {
  const names = Array.from({ length: count }, (_, at) => `entry ${String(at).padStart(6, "0")}`);
  for (const [at, name] of names.entries()) {
    if (at % 4 === 1) Deno.symlinkSync(names[at - 1]!, `${directory}/${name}`);
    else if (at % 4 === 2) Deno.mkdirSync(`${directory}/${name}`);
    else Deno.writeFileSync(`${directory}/${name}`, new Uint8Array(at % 50));
  }
  return names;
}
