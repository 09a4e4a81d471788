/** What administrators ask from the page: loaded when the first of them does. */

import type { AdminOffice, AdminOfficeOptions } from "../control/admin_office.ts";
import type { ControlledServer } from "../control/action.ts";
import type { Administration } from "../front_office/administration.ts";

/** Hands it over once a server runs; nobody is signed in before. */
export class PageControl {
  readonly #options: AdminOfficeOptions;
  readonly #running = Promise.withResolvers<ControlledServer>();
  #loading: Promise<AdminOffice> | undefined;

  constructor(options: AdminOfficeOptions) {
    this.#options = options;
  }

  /** The server that runs from now on. */
  serve(running: ControlledServer): void {
    this.#running.resolve(running);
  }

  /** See {@linkcode Administration}. */
  readonly act: Administration = (question, signal) => this.#act(question, signal);

  async *#act(...asked: Parameters<Administration>): AsyncGenerator<string> {
    yield* (await (this.#loading ??= this.#load())).act(...asked);
  }

  async #load(): Promise<AdminOffice> {
    // Not a plain import: `deno run` would load it at each start.
    const { href } = new URL("../control/admin_office.ts", import.meta.url);
    const { AdminOffice } = await import(href) as typeof import("../control/admin_office.ts");
    return new AdminOffice({ ...this.#options, running: await this.#running.promise });
  }
}
