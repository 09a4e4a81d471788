/**
 * A walk over every call to the disk that the verbs that write make, each of which hangs once: the session
 * ends in words or with its client, and when the disk answers at last, nothing is half there and nothing
 * stays locked or open. Checklist rows A4, A7, D19.
 */

import assert from "node:assert/strict";
import type { ByteSink } from "../../src/bytes/ends.ts";
import { LocalStorage } from "../../src/storage/local_storage.ts";
import type { Storage } from "../../src/storage/storage.ts";
import { FaultPlan, FaultyDisks } from "../support/faulty_disk.ts";
import type { RawClient } from "../support/raw_client.ts";
import { within } from "../support/raw_socket.ts";
import { TestServer } from "../support/server.ts";

const OLD = "old content", NEW = "new content, and longer than the old";
const PART = ".x.baseftp-part";

/** A command that writes. */
interface Act {
  readonly name: string;
  /** Contents of files in the home before; a folder `far` is there, on another device. */
  readonly before: Readonly<Record<string, string>>;
  /** What comes before the command, and is no part of the walk. */
  readonly first?: string;
  readonly command: string;
  /** What is sent where the command is an upload. */
  readonly data?: string;
  /** What `x` may hold at the end. */
  readonly results: readonly (string | undefined)[];
  /** Files that stay as long as `x` is not the last of the results. */
  readonly sources?: readonly string[];
}

const ACTS: readonly Act[] = [
  { name: "STOR of a new file", before: {}, command: "STOR x", data: NEW, results: [undefined, NEW] },
  { name: "STOR over a file", before: { x: OLD }, command: "STOR x", data: NEW, results: [OLD, NEW] },
  { name: "STOU", before: {}, command: "STOU x", data: NEW, results: [undefined, NEW] },
  {
    name: "REST and STOR on a part",
    before: { [PART]: NEW.slice(0, 9) },
    first: "REST 9",
    command: "STOR x",
    data: NEW.slice(9),
    results: [undefined, NEW],
  },
  {
    name: "APPE to a file",
    before: { x: OLD },
    command: "APPE x",
    data: NEW,
    results: [OLD, OLD + NEW],
  },
  {
    name: "COMB into a file",
    before: { x: OLD, a: "one " },
    command: 'COMB "x" "a"',
    results: [OLD, `${OLD}one `],
    sources: ["a"],
  },
  {
    name: "RNTO across devices",
    before: { "far/a": NEW, x: OLD },
    first: "RNFR far/a",
    command: "RNTO x",
    results: [OLD, NEW],
    sources: ["far/a"],
  },
];

/** Work that a storage has begun and not ended. */
class Tally {
  /** Calls that wait, and uploads that are open. */
  open = 0;
  /** Calls to the disk before an upload was opened, and when it was. */
  callsBeforeWrite = 0;
  callsBehindWrite = 0;

  /** Resolves when nothing is under way any more. */
  async settled(): Promise<void> {
    // Between two calls of one command nothing is either, for no longer than a turn.
    for (let quiet = 0; quiet < 3; quiet = this.open === 0 ? quiet + 1 : 0) await turn();
  }
}

/** The same storage, with a tally kept of it. */
function tallied(storage: Storage, tally: Tally, plan: FaultPlan): Storage {
  const during = async <T>(work: Promise<T>): Promise<T> => {
    tally.open++;
    return await work.finally(() => tally.open--);
  };
  return new Proxy(storage, {
    get(storage, name: keyof Storage): unknown {
      const member = storage[name];
      if (typeof member !== "function") return member;
      return (...given: never[]): unknown => {
        if (name === "write") tally.callsBeforeWrite = plan.calls.length;
        const result = Reflect.apply(member, storage, given) as unknown;
        if (!(result instanceof Promise)) return result;
        if (name !== "write") return during(result);
        return during(result).then((sink: ByteSink): ByteSink => {
          tally.callsBehindWrite = plan.calls.length;
          tally.open++;
          const over = Promise.withResolvers<void>();
          void over.promise.then(() => tally.open--);
          return {
            write: (bytes) => sink.write(bytes),
            close: async () => await Promise.resolve(sink.close()).finally(over.resolve),
            abort: async () => await Promise.resolve(sink.abort()).finally(over.resolve),
          };
        });
      };
    },
  });
}

function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

/** The server of a walk: the disk of alice hangs, that of bob does not. */
interface Walked {
  readonly server: TestServer;
  readonly plan: FaultPlan;
  readonly tally: Tally;
}

async function serve(): Promise<Walked> {
  const plan = new FaultPlan(), tally = new Tally();
  const server = await TestServer.start({
    giveUpMs: 1,
    others: [{ name: "bob" }],
    openStorage({ name, home }) {
      const options = { home, atomicUploads: true, durable: true };
      if (name === "bob") return new LocalStorage(options);
      const deviceOf = (path: string): string => path.startsWith(`${home}/far/`) ? "far" : "near";
      const disks = new FaultyDisks({ plan, deviceOf });
      return tallied(new LocalStorage({ ...options, disks }), tally, plan);
    },
  });
  return { server, plan, tally };
}

async function plant(server: TestServer, { before }: Act): Promise<void> {
  for await (const { name } of Deno.readDir(server.home)) {
    await Deno.remove(server.path(name), { recursive: true });
  }
  await Deno.mkdir(server.path("far"));
  for (const [name, content] of Object.entries(before)) await server.put(name, content);
}

/** How a command that hangs is ended. */
type End = "abort" | "leave";

/** Does it, and lets a call hang; returns whether there is such a call. */
async function hangAt(
  call: number,
  act: Act,
  { server, plan, tally, end, isBeside }: Walked & { end: End; isBeside: boolean },
): Promise<boolean> {
  await plant(server, act);
  await using client = await server.login();
  const data = act.data === undefined ? undefined : await client.passive();
  if (act.first !== undefined) await client.expect(act.first, 350);
  plan.set({ call });
  await client.send(act.command);
  await data?.write(act.data!);
  await data?.finish();
  const last = lastReply(client);
  last.catch(() => {});
  await within(Promise.race([plan.reached, last]), "a call to hang, or a reply");
  const { isReached } = plan;
  if (!isReached) {
    await last;
    await client.control.close();
  } else if (end === "abort") {
    await client.send("ABOR");
    assert.equal(await last, "421 The storage does not answer, closing");
    await client.expectEnd();
  } else {
    await client.control.reset();
  }
  // Where the command itself waits, only the idle timeout sees that a client has left.
  if (isReached && !isBeside) plan.clear();
  await within(overFor(server), "the session to be over");
  plan.clear();
  await within(tally.settled(), "the storage to come to its end");
  await data?.close();
  return isReached;
}

async function lastReply(client: RawClient): Promise<string> {
  const reply = await client.reply();
  return reply.startsWith("1") ? await lastReply(client) : reply;
}

/** Bob stays. */
async function overFor(server: TestServer): Promise<void> {
  while (server.ftp.sessionCount > 1) await turn();
}

/** The first call that the command makes beside the session, where ABOR is heard. */
async function firstBeside(act: Act, walked: Walked): Promise<number> {
  await hangAt(Infinity, act, { ...walked, end: "leave", isBeside: false });
  const { callsBeforeWrite, callsBehindWrite } = walked.tally;
  if (act.data !== undefined) return callsBehindWrite + 1;
  return act.command.startsWith("COMB") ? callsBeforeWrite + 1 : 1;
}

for (const end of ["leave", "abort"] as const) {
  const how = end === "abort" ? "is aborted" : "is left by its client";

  Deno.test(`A4 A7 D19: whatever call to the disk hangs, a command that ${how} ends, and when the disk answers nothing is half there nor locked`, async (t) => {
    const walked = await serve();
    await using server = walked.server;
    await using bob = await server.login({ name: "bob" });
    for (const act of ACTS) {
      const beside = await firstBeside(act, walked);
      const first = end === "abort" ? beside : 1;
      let call = first;
      for (; await hangAt(call, act, { ...walked, end, isBeside: call >= beside }); call++) {
        const where = `${act.name} hangs at call ${call}, ${walked.plan.calls[call - 1]}`;
        const held = await Deno.readTextFile(server.path("x")).catch(() => undefined);
        assert.ok(act.results.includes(held), `${where}: x holds ${held}`);
        for (const source of act.sources ?? []) {
          if (!await server.has(source)) {
            assert.equal(held, act.results.at(-1), `${where}: ${source} is gone`);
          }
        }
        assert.equal(walked.plan.openFiles, 0, `${where}: open files`);
        // Nobody has the file any more.
        await bob.upload("STOR x", NEW);
        assert.equal(await server.content("x"), NEW, where);
      }
      await t.step(`${act.name}: ${call - first} positions`, () => {});
    }
  });
}
