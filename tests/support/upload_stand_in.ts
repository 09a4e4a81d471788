/**
 * A server for the page's queue of uploads that can be told what goes wrong: PUT, MKCOL and tus in memory.
 */

import {
  type Exchange,
  type ExchangeAnswer,
  type ExchangeRequest,
  UploadFailure,
} from "../../src/web/page/uploads/exchange.ts";

/** What becomes of a request: it is served, cut before or after that, or answered by something else. */
export type Mishap =
  | "cut before"
  | "cut halfway"
  | "cut after"
  | { status: number; body?: string }
  | undefined;

export class UploadStandIn {
  readonly files = new Map<string, Uint8Array<ArrayBuffer>>();
  readonly folders = new Set<string>(["/"]);
  /** The requests in order, as `PUT /a.txt`. */
  readonly requests: string[] = [];
  /** Bodies that came, bytes. */
  receivedBytes = 0;
  /** Asked before each request, with its number from 0. */
  mishap: (request: ExchangeRequest, number: number) => Mishap | Promise<Mishap> = () => undefined;
  /** What is under way, by path. */
  readonly parts = new Map<string, Uint8Array<ArrayBuffer>>();

  readonly exchange: Exchange = async (request) => {
    const number = this.requests.length;
    this.requests.push(`${request.method} ${decodeURIComponent(request.address)}`);
    const mishap = await this.mishap(request, number);
    request.signal.throwIfAborted();
    if (mishap === "cut before") throw new UploadFailure("network", 0, "");
    if (typeof mishap === "object") return answer(mishap.status, {}, mishap.body);
    const body = new Uint8Array(await request.body?.arrayBuffer() ?? new ArrayBuffer(0));
    if (mishap === "cut halfway") {
      await this.#serve(request, body.subarray(0, body.length >> 1), { isWhole: false });
      throw new UploadFailure("network", 0, "");
    }
    request.onSentBytes?.(body.length);
    const served = await this.#serve(request, body, { isWhole: true });
    if (mishap === "cut after") throw new UploadFailure("network", 0, "");
    return served;
  };

  #serve(
    request: ExchangeRequest,
    body: Uint8Array<ArrayBuffer>,
    { isWhole }: { isWhole: boolean },
  ): ExchangeAnswer {
    this.receivedBytes += body.length;
    const path = decodeURIComponent(request.address);
    if (path.startsWith("/~/tus/")) return this.#tus(request, path, body);
    switch (request.method) {
      case "MKCOL": {
        if (this.folders.has(path)) return answer(405);
        const parent = path.slice(0, path.lastIndexOf("/", path.length - 2) + 1);
        if (!this.folders.has(parent)) return answer(409, {}, refusal("not-found"));
        this.folders.add(path);
        return answer(201);
      }
      case "PUT": {
        if (!isWhole) return answer(400);
        const isThere = this.files.has(path);
        if (isThere && request.headers["If-None-Match"] === "*") {
          return answer(412, {}, refusal("precondition"));
        }
        this.files.set(path, body);
        return answer(isThere ? 204 : 201);
      }
      case "HEAD": {
        const file = this.files.get(path);
        if (file === undefined) return answer(404);
        const now = new Date().toUTCString();
        return answer(200, { "Content-Length": String(file.length), "Last-Modified": now, "Date": now });
      }
    }
    return answer(405);
  }

  #tus(request: ExchangeRequest, path: string, body: Uint8Array<ArrayBuffer>): ExchangeAnswer {
    if (request.method === "POST") return this.#create(request);
    const [target = "", length, conflict] = JSON.parse(atob(path.slice("/~/tus/".length))) as string[];
    const part = this.parts.get(target);
    if (request.method === "DELETE") {
      this.parts.delete(target);
      return answer(204);
    }
    if (part === undefined) return answer(404, {}, refusal("not-found"));
    if (request.method === "HEAD") return answer(200, { "Upload-Offset": String(part.length) });
    if (Number(request.headers["Upload-Offset"]) !== part.length) return answer(409, {}, refusal("failed"));
    const whole = new Uint8Array(part.length + body.length);
    whole.set(part);
    whole.set(body, part.length);
    this.parts.set(target, whole);
    const headers: Record<string, string> = { "Upload-Offset": String(whole.length) };
    if (whole.length === Number(length)) {
      this.parts.delete(target);
      const name = conflict === "keep-both" && this.files.has(target) ? `${target} (2)` : target;
      this.files.set(name, whole);
      headers["Content-Location"] = encodeURI(name);
    }
    return answer(204, headers);
  }

  #create(request: ExchangeRequest): ExchangeAnswer {
    const metadata = new Map(
      (request.headers["Upload-Metadata"] ?? "").split(",").map((pair) =>
        pair.split(" ") as [string, string]
      ),
    );
    const text = (key: string): string =>
      new TextDecoder().decode(Uint8Array.from(atob(metadata.get(key) ?? ""), (byte) => byte.charCodeAt(0)));
    const target = text("path");
    if (this.files.has(target) && text("conflict") === "fail") return answer(412, {}, refusal("exists"));
    this.parts.set(target, new Uint8Array(0));
    const id = btoa(JSON.stringify([target, request.headers["Upload-Length"], text("conflict")]));
    return answer(201, { Location: `/~/tus/${encodeURIComponent(id)}` });
  }
}

function answer(status: number, headers: Record<string, string> = {}, text = ""): ExchangeAnswer {
  const all = new Headers(headers);
  return { status, header: (name) => all.get(name), text };
}

/** An error as the server writes it. */
export function refusal(code: string): string {
  return JSON.stringify({ error: { code, message: `It is ${code}` } });
}
