/** A control door with a server behind it that only says what it was asked, and clients that say anything. */

import type { ControlledServer, ReloadReport } from "../../src/control/action.ts";
import { type ControlDoor, openControlDoor } from "../../src/control/control_door.ts";
import { LogTail } from "../../src/telemetry/log_tail.ts";
import { Throughput } from "../../src/control/throughput.ts";
import { BanList } from "../../src/guard/ban_list.ts";
import type { EndpointKind } from "../../src/control/endpoint.ts";
import type { SessionControl, SpeedLimit } from "../../src/session_control.ts";
import type { SessionView } from "../../src/telemetry/session_view.ts";
import { within } from "../support/raw_socket.ts";

const REPORT: ReloadReport = {
  isDone: true,
  problems: [],
  settings: [],
  needRestart: [],
  accounts: { added: [], changed: [], removed: [] },
};

/** A server that has these sessions and notes what it is told. */
export class NotingServer implements ControlledServer {
  views: readonly SessionView[] = [];
  silentWorkers = 0;
  readonly accounts = ["alice", "bob", "7"];
  readonly kicked: number[] = [];
  readonly stops: boolean[] = [];
  reloads = 0;
  readonly limited: SpeedLimit[] = [];
  readonly quotas = { usage: () => Promise.resolve([]), recount: () => Promise.resolve(undefined) };
  readonly sessions: SessionControl;
  readonly log = new LogTail();
  readonly edits = {
    configFile: "/baseftp.ini",
    callOf: (words: string) => `baseftp ${words}`,
    problemsOf: () => Promise.resolve([]),
  };
  readonly bans = { list: new BanList(), written: () => Promise.resolve() };

  constructor() {
    const silentWorkers = (): number => this.silentWorkers;
    const views = (): readonly SessionView[] => this.views;
    const { limited, kicked } = this;
    this.sessions = {
      sessionCount: 1,
      transferCount: 1,
      traffic: { uploadedBytes: 0, downloadedBytes: 0, logins: 0 },
      limits: [],
      async *sessions() {
        for (const view of views()) yield await Promise.resolve({ views: [view], isSilent: false });
        for (let left = silentWorkers(); left > 0; left--) yield { views: [], isSilent: true };
      },
      moving: () => Promise.resolve({ views: [], more: 0 }),
      kick: (ids) => void kicked.push(...ids),
      limit: ({ target, rates }) => void limited.push({ target, rates: rates ?? {} }),
    };
  }

  throughput() {
    return Promise.resolve(new Throughput(this.sessions));
  }

  disks() {
    return Promise.resolve([]);
  }

  certificate() {
    return undefined;
  }

  facts() {
    return {
      version: "0",
      pid: 1,
      started: "2026-01-01T00:00:00.000Z",
      configFile: "/baseftp.ini",
      address: "::",
      port: 2121,
      workers: 2,
      certificate: null,
      isStopping: false,
    };
  }

  reload(): Promise<ReloadReport> {
    if (this.reloads++ > 0) return Promise.reject(new Error("the disk is gone"));
    return Promise.resolve(REPORT);
  }

  stop({ isNow }: { isNow: boolean }): void {
    this.stops.push(isNow);
  }
}

/** A session that is idle. */
export function idle(id: number, user?: string, peer = "192.0.2.1"): SessionView {
  return {
    session: { id, peer, user },
    isSecure: false,
    openMs: 1000,
    activity: { kind: user === undefined ? "login" : "idle", forMs: 100 },
  };
}

/** A door in a folder of its own. */
export class Scene implements AsyncDisposable {
  readonly server = new NotingServer();
  readonly path: string;
  readonly #folder: string;
  readonly #door: ControlDoor;

  private constructor(folder: string, door: ControlDoor, server: NotingServer) {
    this.#folder = folder;
    this.#door = door;
    this.path = door.path;
    this.server = server;
  }

  static async open(kind: EndpointKind = "socket"): Promise<Scene> {
    const folder = await Deno.makeTempDir();
    const server = new NotingServer();
    const door = await openControlDoor({ places: [`${folder}/s`], running: server, kind });
    return new Scene(folder, door!, server);
  }

  /** A client that says what it likes. */
  async raw(): Promise<RawControlClient> {
    return new RawControlClient(await Deno.connect({ transport: "unix", path: this.path }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#door[Symbol.asyncDispose]();
    await Deno.remove(this.#folder, { recursive: true });
  }
}

/** Text in, text out. */
export class RawControlClient implements Disposable {
  readonly #conn: Deno.Conn;
  readonly #decoder = new TextDecoder();
  #text = "";

  constructor(conn: Deno.Conn) {
    this.#conn = conn;
  }

  async send(text: string): Promise<void> {
    const bytes = new TextEncoder().encode(text);
    for (let at = 0; at < bytes.length;) at += await this.#conn.write(bytes.subarray(at));
  }

  /** The next line as data; undefined at the end. */
  async line(): Promise<Record<string, unknown> | undefined> {
    const buffer = new Uint8Array(4096);
    while (!this.#text.includes("\n")) {
      const length = await within(this.#conn.read(buffer).catch(() => null), "a line");
      if (length === null) return undefined;
      this.#text += this.#decoder.decode(buffer.subarray(0, length), { stream: true });
    }
    const end = this.#text.indexOf("\n");
    const line = this.#text.slice(0, end);
    this.#text = this.#text.slice(end + 1);
    return JSON.parse(line);
  }

  [Symbol.dispose](): void {
    this.#conn.close();
  }
}
