/** Hooks for tests: read from the text of an accounts file, with a folder and a receiver of their own. */

import assert from "node:assert/strict";
import { join } from "node:path";
import type { Happening } from "../../src/hooks/happening.ts";
import type { Hook } from "../../src/hooks/hook.ts";
import { type HooksOptions, readHooks } from "../../src/hooks/hooks.ts";
import { parseIniDocument } from "../../src/ini/ini_document.ts";
import type { Problem } from "../../src/ini/problem.ts";
import type { ServerEvent, TransferRecord } from "../../src/telemetry/events.ts";
import { EventRecord } from "../support/event_record.ts";
import { within } from "../support/raw_socket.ts";

/** A folder that vanishes, with a home in it. */
export class HookFolder implements AsyncDisposable {
  readonly path: string;
  readonly home: string;
  /** What the operator was told. */
  readonly told = new EventRecord();

  private constructor(path: string) {
    this.path = path;
    this.home = join(path, "home");
  }

  static async make(): Promise<HookFolder> {
    const folder = new HookFolder(await Deno.realPath(await Deno.makeTempDir({ prefix: "baseftp-hooks-" })));
    await Deno.mkdir(folder.home);
    return folder;
  }

  /** The path of something in it. */
  file(name: string): string {
    return join(this.path, name);
  }

  /** Writes an executable script for `sh`; gives its path. */
  async script(name: string, ...lines: string[]): Promise<string> {
    const path = this.file(name);
    await Deno.writeTextFile(path, ["#!/bin/sh", ...lines, ""].join("\n"), { mode: 0o755 });
    return path;
  }

  /** Reads sections. */
  async read(...lines: string[]): Promise<{ hooks: readonly Hook[]; problems: readonly Problem[] }> {
    const { hooks, problems } = parseIniDocument(lines.join("\n"), { file: "baseftp.ini" });
    assert.deepEqual(problems, []);
    return await readHooks(hooks, { file: "baseftp.ini", folder: this.path });
  }

  /** The one hook of a section that has no problems. */
  async hook(...lines: string[]): Promise<Hook> {
    const { hooks: [hook], problems } = await this.read(...lines);
    assert.deepEqual(problems, []);
    return hook!;
  }

  /** Options of {@linkcode Hooks} for this folder; tries again soon. */
  options(more: Partial<HooksOptions> = {}): HooksOptions {
    return {
      folder: this.file("queue"),
      homesOf: (account) => account === "alice" ? [this.home] : undefined,
      record: this.told.record,
      times: { firstMs: 5, mostMs: 20, mostOutageMs: 10, giveUpMs: 3_600_000 },
      ...more,
    };
  }

  /** A complete upload of `alice`. */
  upload(name: string, more: Partial<TransferRecord> = {}): ServerEvent {
    return {
      kind: "transfer",
      session: { id: 7, peer: "192.0.2.1", user: "alice" },
      verb: "STOR",
      direction: "upload",
      path: join(this.home, name),
      clientPath: `/${name}`,
      bytes: 5,
      seconds: 0.25,
      complete: true,
      type: "image",
      ...more,
    };
  }

  /** The lines of a file as soon as there are so many. */
  async lines(name: string, count: number): Promise<string[]> {
    const look = async (): Promise<string[]> => {
      for (;;) {
        const text = await Deno.readTextFile(this.file(name)).catch(() => "");
        const lines = text.split("\n").slice(0, -1);
        if (lines.length >= count) return lines;
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    };
    return await within(look(), `${count} lines in ${name}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.path, { recursive: true });
  }
}

/** What a receiver was sent. */
export interface Call {
  readonly headers: Headers;
  readonly body: string;
  /** The body, read. */
  readonly said: {
    readonly type: string;
    readonly timestamp: string;
    readonly data: Record<string, unknown>;
  };
}

/** How a receiver answers a call; the signal fires when the receiver ends. */
export type Answer = (call: Call, signal: AbortSignal) => Response | Promise<Response>;

/** An answer that does not come. */
export const SILENCE: Answer = (_, signal) =>
  new Promise((resolve) => signal.addEventListener("abort", () => resolve(new Response())));

/** A web server that takes webhooks. */
export class Receiver implements AsyncDisposable {
  /** What came, in order. */
  readonly calls: Call[] = [];
  /** How it answers from now on. */
  answer: Answer;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #ending = new AbortController();
  #stirred = Promise.withResolvers<void>();

  constructor(answer: Answer = () => new Response(null, { status: 204 }), port = 0) {
    this.answer = answer;
    const options = { hostname: "127.0.0.1", port, onListen: () => {} };
    this.#server = Deno.serve(options, async (request) => {
      const body = await request.text();
      const call = { headers: request.headers, body, said: JSON.parse(body) };
      this.calls.push(call);
      this.#stirred.resolve();
      this.#stirred = Promise.withResolvers();
      return await this.answer(call, this.#ending.signal);
    });
  }

  get port(): number {
    return this.#server.addr.port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/hook`;
  }

  /** All calls, as soon as there are so many. */
  async came(count: number): Promise<readonly Call[]> {
    while (this.calls.length < count) await within(this.#stirred.promise, `${count} calls`);
    return this.calls;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort();
    await this.#server.shutdown();
  }
}

/** A happening to send. */
export function happening(more: Partial<Happening> = {}): Happening {
  return { id: "msg_1", event: "upload", atMs: 1_700_000_000_000, facts: {}, ...more };
}

/** A signal that never fires. */
export const NEVER: AbortSignal = new AbortController().signal;
