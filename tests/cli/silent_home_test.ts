/** Homes on a mount that hangs, for real: the program starts and serves everybody else. */

import { match } from "node:assert/strict";
import { clientTest } from "../support/client_program.ts";
import { FuseMount, missingFuse } from "../support/fuse_mount.ts";
import { dialogue, Folder, type RunningProgram } from "./_program.ts";

const MERGERFS = { name: "A hung home", program: "mergerfs", skip: missingFuse() };
/** More than the runtime has threads for blocking calls. */
const HUNG_HOMES = 40;
const FLAGS = "--host 127.0.0.1 --port 0 --passive-ports any --login-failure-delay 0".split(" ");

/** Homes on a mount, one of them behind a link, and a home on the local disk. */
class Scene implements AsyncDisposable {
  readonly folder: Folder;
  readonly mount: FuseMount;
  readonly #undo: AsyncDisposableStack;

  private constructor(folder: Folder, mount: FuseMount, undo: AsyncDisposableStack) {
    this.folder = folder;
    this.mount = mount;
    this.#undo = undo;
  }

  static async make(): Promise<Scene> {
    await using undo = new AsyncDisposableStack();
    const folder = undo.use(await Folder.make());
    for (const name of ["disk", "mnt"]) await Deno.mkdir(folder.file(name));
    const hung = Array.from({ length: HUNG_HOMES }, (_, index) => `hung${index}`);
    for (const name of hung) await Deno.mkdir(folder.file(`disk/${name}`));
    await Deno.symlink(folder.file("mnt/hung0"), folder.file("link"));
    await folder.write([
      "alice secret elr ../home",
      "linked secret elr link",
      ...hung.map((name) => `${name} secret elr mnt/${name}`),
      "",
    ].join("\n"));
    const mount = undo.use(await FuseMount.make(folder.file("disk"), folder.file("mnt")));
    return new Scene(folder, mount, undo.move());
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#undo.disposeAsync();
  }
}

const login = (port: number, name: string, password = "secret"): Promise<string> =>
  dialogue(port, `USER ${name}`, `PASS ${password}`, "SIZE file");

/** Logs in until the home is there: the answer comes some time after the mount goes on. */
async function loginWhenThere(port: number, name: string): Promise<void> {
  for (let replies = ""; !/^230 /m.test(replies);) {
    replies = await login(port, name).catch((error) => {
      if (error instanceof Deno.errors.ConnectionReset) return "";
      throw error;
    });
  }
}

async function refuses(program: RunningProgram, port: number): Promise<void> {
  for (const name of ["hung0", "hung39", "linked"]) {
    await program.until(new RegExp(`WARNING The home of ${name} does not answer: `));
    match(await login(port, name), /^530 Your home directory is not available/m);
  }
  match(await login(port, "hung0", "wrong"), /^530 Wrong name or password/m);
}

for (const workers of ["auto", "0"]) {
  clientTest({
    ...MERGERFS,
    test: `at the start is told, refused alone and served when it answers, with workers = ${workers}`,
    async fn() {
      await using scene = await Scene.make();
      scene.mount.stop();
      await using program = scene.folder.start([...FLAGS, "--workers", workers]);
      await program.until(/^Waiting for homes to answer: .*hung0/m);
      const port = await program.port();
      match(await login(port, "alice"), /^230 /m);
      await refuses(program, port);
      match(await login(port, "alice"), /^230 /m);
      scene.mount.goOn();
      await program.until(/INFO The home of hung0 answers again: /);
      for (const name of ["hung0", "hung39", "linked"]) await loginWhenThere(port, name);
    },
  });
}

clientTest({
  ...MERGERFS,
  test: "that hangs while the server runs holds up no login at a reload or an edit",
  async fn() {
    await using scene = await Scene.make();
    await using program = scene.folder.start(FLAGS);
    const port = await program.port();
    match(await login(port, "hung0"), /^230 /m);
    scene.mount.stop();
    program.signal("SIGHUP");
    match(await login(port, "alice"), /^230 /m);
    await program.until(/Settings and accounts read again/);
    await refuses(program, port);
    await scene.folder.write(`${await scene.folder.read()}bob secret elr ../home\n`);
    await loginWhenThere(port, "bob");
    match(await login(port, "alice"), /^230 /m);
    scene.mount.goOn();
    await program.until(/INFO The home of hung0 answers again: /);
    await loginWhenThere(port, "hung0");
  },
});

clientTest({
  ...MERGERFS,
  test: "is told by --check, which finds nothing wrong with the files",
  async fn() {
    await using scene = await Scene.make();
    scene.mount.stop();
    const { code, stdout, stderr } = await scene.folder.run(["--check"]);
    match(
      `${code} ${stdout}`,
      /^0 Waiting for homes to answer: .*\nNo problems: baseftp\.ini has 42 accounts\n$/,
    );
    match(stderr, /^The home of linked does not answer: .*; logins to linked are refused until it does$/m);
  },
});
