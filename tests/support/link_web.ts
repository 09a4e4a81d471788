/** The web page with share links for tests: accounts `alice` and `bob`, and some files in the home of both. */

import assert from "node:assert/strict";
import type { LinkDeskFactory } from "../../src/front_office/link_desk.ts";
import { LinkOffice } from "../../src/front_office/link_office.ts";
import { LinkBook } from "../../src/links/link_book.ts";
import type { ServerEvent } from "../../src/telemetry/events.ts";
import type { User } from "../../src/users/user.ts";
import { MemoryUserStore } from "../../src/users/user_store.ts";
import type { WebPage } from "../../src/web/web_page.ts";
import type { FtpServerOptions } from "../../src/server.ts";
import { ALL_LETTERS, permissionsOf } from "./server.ts";
import { startWebServer, type TestWeb } from "./web_server.ts";

/** A web page with links, whose file lies in a folder of its own. */
export class LinkWeb implements AsyncDisposable {
  web!: TestWeb;
  readonly events: ServerEvent[] = [];
  /** The file of links. */
  #book!: LinkBook;
  #folder!: string;
  path!: string;

  /** @param options `path`: a file of links to go on with; `user`: what of `alice` is another; `options`: more of the
   * server. */
  static async start(
    { path, user = {}, page, options }: {
      readonly path?: string;
      readonly user?: Partial<User>;
      readonly page?: WebPage;
      readonly options?: Partial<FtpServerOptions>;
    } = {},
  ): Promise<LinkWeb> {
    const own = new LinkWeb();
    own.#folder = await Deno.makeTempDir({ prefix: "baseftp-links-" });
    own.path = path ?? `${own.#folder}/links`;
    own.#book = await LinkBook.open({ path: own.path, onProblem: assert.fail });
    let store!: MemoryUserStore;
    own.web = await startWebServer({
      page,
      users: (home) =>
        store = new MemoryUserStore([
          { name: "alice", password: "secret", home, permissions: permissionsOf(ALL_LETTERS), ...user },
          { name: "bob", password: "secret", home, permissions: permissionsOf("elr") },
          { name: "anonymous", password: undefined, home, permissions: permissionsOf("elr") },
        ]),
      options: {
        ...options,
        links: (parts: Parameters<LinkDeskFactory>[0]) =>
          new LinkOffice({
            ...{ book: own.#book, users: store, isOn: () => true, record: (event) => own.events.push(event) },
            ...parts,
          }),
      },
    });
    await Deno.mkdir(own.web.path("pub/sub"), { recursive: true });
    await Deno.writeTextFile(own.web.path("pub/file"), "hello");
    await Deno.writeTextFile(own.web.path("pub/sub/deep"), "deep down");
    await Deno.writeTextFile(own.web.path("private"), "private");
    return own;
  }

  /** Makes a link as its account does; gives the id and the address without its origin. */
  async make(wish: Record<string, unknown> = {}): Promise<{ id: string; place: string }> {
    const body = JSON.stringify({ path: "/pub", kind: "download", ...wish });
    const headers = { "Content-Type": "application/json" };
    const response = await this.web.ask("/~/api/links", { method: "POST", body, headers });
    assert.equal(response.status, 201, await response.clone().text());
    const { id, url } = await response.json();
    return { id, place: url.slice(this.web.origin.length) };
  }

  /** Asks as a visitor. */
  visit(target: string, init: RequestInit = {}): Promise<Response> {
    return this.web.ask(target, { as: null, ...init });
  }

  /** The status alone. */
  async status(target: string, init: RequestInit = {}): Promise<number> {
    const response = await this.visit(target, init);
    await response.body?.cancel();
    return response.status;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.web[Symbol.asyncDispose]();
    await this.#book[Symbol.asyncDispose]();
    await Deno.remove(this.#folder, { recursive: true });
  }
}
