/**
 * What counts as a use of a share link: a visit that fetches or leaves something. Who keeps the cookie of its
 * visit may fetch more with the same use; for programs without cookies each download is a visit, and one that
 * was cut off may be gone on with from the same address.
 */

import { childOf, ROOT, type VirtualPath } from "../protocol/pathname.ts";
import { StorageError } from "../storage/storage.ts";
import { watchBody } from "./link_body.ts";
import { noLink } from "./link_session.ts";
import type { Guest } from "./link_visits.ts";
import type { WebCall } from "./web_call.ts";

/** A download without cookies that was cut off. */
interface CutOff {
  /** Where it had got to, bytes. */
  readonly sentTo: number;
  readonly atMs: number;
  /** How often it was gone on with. */
  readonly times: number;
}

/** For so long it may be gone on with, and so often. */
const RESUME_MS = 3_600_000, MOST_RESUMES = 100;
/** What the system and others on the way had taken when the line was cut, bytes. */
const MOST_ON_THE_WAY = 16 * 1024 * 1024;
const MOST_CUT_OFF = 1000;

/** Takes uses, each before anything is answered. */
export class LinkUses {
  readonly #cutOff = new Map<string, CutOff>();

  /**
   * Answers a call of a guest, with a use taken where it takes something.
   *
   * @throws {HttpError} 404 where no use is left.
   */
  async answer(
    call: WebCall,
    guest: Guest,
    handler: (call: WebCall) => Promise<Response>,
  ): Promise<Response> {
    if (!await takesSomething(call)) return await handler(call);
    const { visit } = guest;
    if (visit) {
      await takeOnce(call, guest);
      return await handler(call);
    }
    if (guest.link.usesLeft === undefined || !isDownload(call)) {
      await take(call, guest);
      return await handler(call);
    }
    return await this.#answerWithoutCookie(call, guest, handler);
  }

  /** The same for an upload in pieces. Who keeps no cookie takes a use for each of them. */
  async answerTus(
    call: WebCall,
    guest: Guest,
    handler: (call: WebCall) => Promise<Response>,
  ): Promise<Response> {
    const { request: { method }, session: { files } } = call;
    const bringsSomething = method === "POST" || method === "PATCH";
    if (bringsSomething && await files.allows("w", childOf(ROOT, "-"))) {
      await (guest.visit ? takeOnce(call, guest) : take(call, guest));
    }
    return await handler(call);
  }

  async #answerWithoutCookie(
    call: WebCall,
    guest: Guest,
    handler: (call: WebCall) => Promise<Response>,
  ): Promise<Response> {
    const key = keyOf(call, guest);
    const from = startOf(call.request);
    const before = this.#taken(key, from);
    if (!before) await take(call, guest);
    const times = before ? before.times + 1 : 0;
    // Kept behind the answer alone: while it runs, nobody else goes on with it.
    const nothingSent = (): void => this.#keep(key, { sentTo: before?.sentTo ?? 0, times });
    const response = await handler(call).catch((error) => {
      nothingSent();
      throw error;
    });
    if (!response.ok || !response.body) nothingSent();
    if (!response.ok) return response;
    // The file has changed, or another part was asked for: all of it goes out, which is not to go on.
    const isPart = response.status === 206;
    if (before && from > 0 && !isPart) await take(call, guest);
    const first = isPart ? from : 0;
    return watchBody(response, ({ bytes, isWhole }) => {
      if (!isWhole) this.#keep(key, { sentTo: first + bytes, times });
    });
  }

  /** The download that this goes on with; nobody else can until it is cut off again. */
  #taken(key: string, from: number): CutOff | undefined {
    const found = this.#cutOff.get(key);
    if (!found || performance.now() - found.atMs > RESUME_MS || found.times >= MOST_RESUMES) return undefined;
    const isBehind = from <= found.sentTo && from >= found.sentTo - MOST_ON_THE_WAY;
    if (!isBehind) return undefined;
    this.#cutOff.delete(key);
    return found;
  }

  #keep(key: string, { sentTo, times }: Omit<CutOff, "atMs">): void {
    this.#cutOff.delete(key);
    const [oldest] = this.#cutOff.keys();
    if (this.#cutOff.size >= MOST_CUT_OFF) this.#cutOff.delete(oldest!);
    this.#cutOff.set(key, { sentTo, times, atMs: performance.now() });
  }
}

/** A visit takes one use, however many of its requests come at once. */
async function takeOnce(call: WebCall, { visit, link }: Guest): Promise<void> {
  const { session, services: { office } } = call;
  const use = visit!.use ??= office.links!.use(link.id, session.label);
  const forget = (): void => {
    if (visit!.use === use) visit!.use = undefined;
  };
  const isTaken = await use.catch((error) => {
    forget();
    throw error;
  });
  if (isTaken) return;
  forget();
  throw noLink();
}

async function take({ session, services: { office } }: WebCall, { link }: Guest): Promise<void> {
  if (!await office.links!.use(link.id, session.label)) throw noLink();
}

/** Whether a call is to fetch or to leave something, and may: what is refused in any case takes no use. */
async function takesSomething(call: WebCall): Promise<boolean> {
  const { request: { method, headers }, session: { files }, path } = call;
  // Who asks how much is held sends nothing.
  if (method === "PUT") return !/^bytes \*\//.test(headers.get("content-range") ?? "") && await allows("w");
  if (!isDownload(call)) return false;
  if (call.url.searchParams.has("zip")) return await allows("r");
  return await allows("r") && await isFile(call);

  async function allows(letter: "r" | "w"): Promise<boolean> {
    return await files.allows(letter, path);
  }
}

/** Whether a call is for bytes of files. */
function isDownload({ request: { method }, url, isDirectoryForm }: WebCall): boolean {
  if (url.searchParams.has("zip")) return (method === "GET" || method === "POST") && isDirectoryForm;
  return method === "GET" && !isDirectoryForm;
}

async function isFile({ session: { files }, path }: WebCall): Promise<boolean> {
  try {
    return (await files.stat(path)).type === "file";
  } catch (error) {
    if (error instanceof StorageError) return false;
    throw error;
  }
}

/** The first byte that is asked for. */
function startOf({ headers }: Request): number {
  const [, first] = /^bytes=(\d{1,15})-\d*$/.exec(headers.get("range") ?? "") ?? [];
  return Number(first ?? 0);
}

function keyOf({ peer, path }: WebCall & { readonly path: VirtualPath }, { link }: Guest): string {
  return JSON.stringify([peer, link.id, path]);
}
