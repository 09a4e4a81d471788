/** Tests of src/guard/ban_file.ts: bans survive a restart, a crash, each other and what people write. */

import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { formatBan, parseBan } from "../../src/guard/ban.ts";
import { BanFile, banFileOf, readBanFile, updateBanFile } from "../../src/guard/ban_file.ts";
import { formatBanLines, parseBanLines } from "../../src/guard/ban_lines.ts";
import { BanList } from "../../src/guard/ban_list.ts";
import { MOST_BANS } from "../../src/guard/ban_table.ts";
import { PassingTime } from "../support/passing_time.ts";
import { until } from "../support/raw_socket.ts";

const FOR_GOOD = { untilMs: undefined, reason: "test", by: "operator" } as const;
const LINE = formatBan({ network: "192.0.2.1", sinceMs: 0, ...FOR_GOOD });

/** A folder that vanishes, and a file of bans in it. */
class Folder implements AsyncDisposable {
  readonly folder = Deno.makeTempDirSync({ prefix: "baseftp-bans-" });
  readonly path = `${this.folder}/baseftp.bans`;

  async names(): Promise<string[]> {
    return (await Array.fromAsync(Deno.readDir(this.folder), ({ name }) => name)).toSorted();
  }

  async networks(): Promise<string[]> {
    return (await readBanFile(this.path)).bans.map(({ network }) => network);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.chmod(this.folder, 0o700);
    await Deno.remove(this.folder, { recursive: true });
  }
}

Deno.test("The file of bans lies beside the accounts file and has its name", () => {
  assert.equal(banFileOf("/etc/baseftp.ini"), "/etc/baseftp.bans");
  assert.equal(banFileOf("other.conf"), "other.bans");
});

Deno.test("Z1: bans survive a restart, for the owner's eyes alone, and go from the file with their end", async () => {
  await using folder = new Folder();
  {
    using list = new BanList();
    await using file = new BanFile({ path: folder.path, list, onProblem: assert.fail });
    list.ban("192.0.2.0/24", { ...FOR_GOOD, reason: 'a "reason"\nof two lines' });
    list.ban("2001:db8::1", { untilMs: Date.now() + 3_600_000, reason: "", by: "guard" });
    list.ban("192.0.2.9", { untilMs: Date.now() - 1, reason: "over", by: "guard" });
    list.ban("192.0.2.10", FOR_GOOD);
    list.unban("192.0.2.10");
    await file.written();
    if (Deno.build.os !== "windows") assert.equal((await Deno.stat(folder.path)).mode! & 0o777, 0o600);
  }
  const { bans, problems } = await readBanFile(folder.path);
  assert.deepEqual(problems, []);
  using list = new BanList({ bans });
  assert.deepEqual(list.list().map(({ network, reason }) => [network, reason]), [
    ["192.0.2.0/24", 'a "reason"\nof two lines'],
    ["2001:db8::/64", ""],
  ]);
  assert.ok(list.holds("192.0.2.77") && list.holds("2001:db8::2"));
});

Deno.test("A line is JSON that people can read, and gives the same ban back", () => {
  assert.equal(
    LINE,
    '{"network":"192.0.2.1","since":"1970-01-01T00:00:00.000Z","by":"operator","reason":"test"}',
  );
  assert.deepEqual(parseBan(LINE), { network: "192.0.2.1", sinceMs: 0, ...FOR_GOOD });
});

Deno.test("Each thing that is wrong in a line is named with it, and the other lines hold", () => {
  const since = '"since":"1970-01-01T00:00:00.000Z"';
  const table: [line: string, problem: RegExp][] = [
    ["nonsense", /it is no JSON object$/],
    ["[]", /it is no JSON object$/],
    ["null", /it is no JSON object$/],
    ["{}", /"network" is no address and no network$/],
    ['{"network":"everybody"}', /"network" is no address/],
    ['{"network":"::1","since":1}', /"since" is no time$/],
    [`{"network":"::1",${since},"until":"tomorrow"}`, /"until" is no time$/],
    [`{"network":"::1",${since},"by":"me"}`, /"by" is neither guard nor operator$/],
    [`{"network":"::1",${since},"by":"guard"}`, /"reason" is no text$/],
  ];
  for (const [line, problem] of table) {
    const { bans, problems } = parseBanLines(`${LINE}\n\n${line}\r\n`, { file: "a.bans" });
    assert.equal(bans.length, 1, line);
    assert.match(problems[0]!, /^a\.bans, line 3: Cannot read a ban: /);
    assert.match(problems[0]!, problem, line);
  }
  const { problems } = parseBanLines("x\n".repeat(1000), { file: "a.bans" });
  assert.deepEqual([problems.length, problems.at(-1)], [6, "a.bans: Cannot read 995 more lines"]);
});

Deno.test("A broken file is put aside by name and does not keep the server from starting", async () => {
  await using folder = new Folder();
  await Deno.writeTextFile(folder.path, `${LINE}\n{"network`);
  const { bans, problems } = await readBanFile(folder.path);
  assert.deepEqual(bans.map(({ network }) => network), ["192.0.2.1"]);
  assert.deepEqual(problems, [
    `${folder.path}, line 2: Cannot read a ban: it is no JSON object`,
    `${folder.path} was put aside as ${folder.path}.broken: its 1 sound bans hold`,
  ]);
  assert.equal(await Deno.readTextFile(`${folder.path}.broken`), `${LINE}\n{"network`);
  // What was sound stands there again.
  assert.deepEqual(await readBanFile(folder.path), { bans, problems: [] });
});

Deno.test("Bytes that are no text, and a file of any length, are put aside too", async () => {
  await using folder = new Folder();
  await Deno.writeFile(folder.path, new Uint8Array(1000).fill(0xff));
  assert.match((await readBanFile(folder.path)).problems[0]!, /line 1: Cannot read a ban/);
  await Deno.writeTextFile(folder.path, "");
  await Deno.truncate(folder.path, 2 ** 40);
  assert.match((await readBanFile(folder.path)).problems[0]!, /it has more than 4194304 bytes$/);
  assert.deepEqual(await folder.networks(), []);
});

Deno.test("Z1: a file holds no more bans than the list, the operator's first", () => {
  const ban = (count: number, by: "guard" | "operator") =>
    formatBan({
      ...FOR_GOOD,
      network: `10.${count >> 16}.${count >> 8 & 255}.${count & 255}`,
      sinceMs: 0,
      by,
    });
  const lines = Array.from(
    { length: 10_000 },
    (_, count) => ban(count, count % 5 === 0 ? "operator" : "guard"),
  );
  const { bans, problems } = parseBanLines(lines.join("\n"), { file: "a.bans" });
  assert.deepEqual(problems, [
    "a.bans: Cannot keep 5904 bans: there are 4096 at most, ban wider networks instead",
  ]);
  assert.equal(bans.length, MOST_BANS);
  assert.equal(bans.filter(({ by }) => by === "operator").length, 2000);
  assert.equal(bans.at(-1)!.network, "10.0.39.15");
  assert.equal(formatBanLines(bans, 0).split("\n").length, MOST_BANS + 1);
});

Deno.test("Two servers and a command that change the file at once lose nothing of each other", async () => {
  await using folder = new Folder();
  using one = new BanList();
  using other = new BanList();
  await using first = new BanFile({ path: folder.path, list: one, onProblem: assert.fail });
  await using second = new BanFile({ path: folder.path, list: other, onProblem: assert.fail });
  const commands: Promise<unknown>[] = [];
  for (let count = 0; count < 20; count++) {
    one.ban(`192.0.2.${count}`, FOR_GOOD);
    other.ban(`198.51.100.${count}`, FOR_GOOD);
    const ban = { network: `203.0.113.${count}`, sinceMs: 0, ...FOR_GOOD };
    commands.push(updateBanFile(folder.path, (bans) => void bans.set(ban.network, ban)));
  }
  one.unban("192.0.2.7");
  await Promise.all([...commands, first.written(), second.written()]);
  const networks = await folder.networks();
  assert.equal(networks.length, 59);
  assert.ok(!networks.includes("192.0.2.7"));
});

Deno.test("Of a list that is too long as many hold as can, the whole of it is kept aside, and it is told", async () => {
  await using folder = new Folder();
  const lines = Array.from({ length: 100_000 }, (_, count) => {
    const network = `10.${count >> 16}.${count >> 8 & 255}.${count & 255}`;
    return formatBan({ ...FOR_GOOD, network, sinceMs: 0 });
  });
  await Deno.writeTextFile(folder.path, lines.join("\n"));
  const { bans, problems } = await readBanFile(folder.path);
  assert.equal(bans.length, MOST_BANS);
  assert.equal(bans[0]!.network, "10.0.0.0");
  assert.equal(problems[0], `${folder.path}: Cannot read all bans: it has more than 4194304 bytes`);
  assert.match(problems[1]!, /: Cannot keep \d+ bans: there are 4096 at most, ban wider networks instead$/);
  assert.match(problems[2]!, /was put aside as .*baseftp\.bans\.broken: its 4096 sound bans hold$/);
  assert.equal((await Deno.readTextFile(`${folder.path}.broken`)).length, lines.join("\n").length);
  assert.equal((await readBanFile(folder.path)).problems.length, 0);
});

Deno.test("Bans hold in a folder that cannot be written to, what is wrong with them too", async () => {
  await using folder = new Folder();
  // A directory in the place of the lock keeps it from everybody, root too.
  await Deno.mkdir(`${folder.folder}/.baseftp.bans.lock`);
  await Deno.writeTextFile(folder.path, `${LINE}\n`);
  const { bans, problems } = await readBanFile(folder.path);
  assert.deepEqual(problems, []);
  await Deno.writeTextFile(folder.path, `${LINE}\nnonsense\n`);
  const broken = await readBanFile(folder.path);
  assert.deepEqual(broken.bans, bans);
  assert.match(broken.problems[0]!, /line 2: Cannot read a ban: it is no JSON object$/);
  assert.match(broken.problems[1]!, /^Cannot lock .*baseftp\.bans: /);
  await Deno.remove(`${folder.folder}/.baseftp.bans.lock`);
});

Deno.test("A folder that cannot be written to is told once, and what was to be written comes later", async () => {
  await using folder = new Folder();
  const problems: string[] = [];
  using list = new BanList();
  const path = `${folder.folder}/below/baseftp.bans`;
  await using file = new BanFile({ path, list, onProblem: (problem) => problems.push(problem) });
  for (const network of ["192.0.2.1", "192.0.2.2"]) {
    list.ban(network, FOR_GOOD);
    await file.written();
  }
  assert.deepEqual(problems, [
    `Cannot lock ${path}: no such file or directory; until it can, bans do not survive a restart`,
  ]);
  await Deno.mkdir(`${folder.folder}/below`);
  list.ban("192.0.2.3", FOR_GOOD);
  await file.written();
  assert.equal((await readBanFile(path)).bans.length, 3);
  assert.equal(problems.length, 1);
});

Deno.test("When the last ban is gone so is the file", async () => {
  await using folder = new Folder();
  using list = new BanList();
  await using file = new BanFile({ path: folder.path, list, onProblem: assert.fail });
  list.ban("192.0.2.1", FOR_GOOD);
  await file.written();
  list.clear();
  await file.written();
  assert.deepEqual(await folder.names(), [".baseftp.bans.lock"]);
});

Deno.test("A writer that is killed in the middle leaves the bans from before or after, and no lock", async () => {
  await using folder = new Folder();
  const writer = fileURLToPath(new URL("../support/ban_writer.ts", import.meta.url));
  for (let round = 0; round < 4; round++) {
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-check", "-A", writer, folder.path],
      stdout: "piped",
    }).spawn();
    const reader = child.stdout.getReader();
    // It is in the middle of the next one whenever it has told of one.
    for (let told = 0; told <= round * 3; told++) await reader.read();
    child.kill("SIGKILL");
    await child.status;
    await reader.cancel();
    const networks = await folder.networks();
    assert.equal(networks.length % 500, 0, String(networks.length));
    assert.ok((await folder.names()).every((name) => !name.endsWith(".broken")));
  }
  await updateBanFile(folder.path, (bans) => bans.clear());
  assert.deepEqual(await folder.names(), [".baseftp.bans.lock"]);
});

Deno.test("A file that another program keeps locked for seconds is an error that says so", async () => {
  await using folder = new Folder();
  using holder = await Deno.open(`${folder.folder}/.baseftp.bans.lock`, { write: true, create: true });
  await holder.lock(true);
  using time = new PassingTime();
  const failing = assert.rejects(
    updateBanFile(folder.path, () => {}),
    /^BanFileError: Cannot lock .*baseftp\.bans: another program holds it for seconds; look what hangs$/,
  );
  await time.passUntil(failing, 1000);
});

Deno.test("Z1: thousands of bans in a moment are written in a few steps", async () => {
  await using folder = new Folder();
  let writes = 0;
  using list = new BanList();
  const watcher = Deno.watchFs(folder.folder);
  await using file = new BanFile({ path: folder.path, list, onProblem: assert.fail });
  for (let count = 0; count < 3000; count++) list.ban(`10.1.${count >> 8}.${count & 255}`, FOR_GOOD);
  await file.written();
  await until(async () => (await folder.names()).includes("baseftp.bans"), "the file");
  assert.equal((await folder.networks()).length, 3000);
  setTimeout(() => watcher.close(), 0);
  for await (const { kind, paths } of watcher) {
    if (kind === "create" && paths.some((path) => path.endsWith(".tmp"))) writes++;
  }
  assert.ok(writes <= 3, `${writes} writes`);
});
