/** The share links that a server with a web page starts with. Loaded where there is one. */

import type { ControlledLinks } from "../control/action.ts";
import { ControlError } from "../control/protocol.ts";
import type { LinkDeskFactory } from "../front_office/link_desk.ts";
import { LinkOffice } from "../front_office/link_office.ts";
import { namedAccounts } from "../ini/ini_edit.ts";
import { LinkBook } from "../links/link_book.ts";
import { LinkFileError } from "../links/link_file.ts";
import type { EventSink } from "../telemetry/events.ts";
import type { IniUserStore } from "../users/ini_user_store.ts";
import { linkFileOf } from "./protected_files.ts";
import { type LinkPlaces, linkUrls } from "./link_urls.ts";

/** What {@linkcode openLinks} needs. */
export interface OpenLinksOptions {
  readonly configFile: string;
  readonly users: IniUserStore;
  readonly record: EventSink;
  /** What is in force at this moment; of links, whether there may be any. */
  readonly places: () => LinkPlaces;
}

/** The links of a server. Disposing waits for what is being written. */
export interface OpenLinks extends AsyncDisposable {
  /** For the server. */
  readonly desk: LinkDeskFactory;
  /** For its owner, once the server has made its desk. */
  readonly control: ControlledLinks;
}

/** Reads the links beside the accounts file. @throws {LinkFileError} when they cannot be read. */
export async function openLinks({ configFile, users, record, places }: OpenLinksOptions): Promise<OpenLinks> {
  const book = await LinkBook.open({
    path: linkFileOf(configFile),
    onProblem: (message) => record({ kind: "warning", message }),
  });
  const forget = (): Promise<void> => book.forgetAccounts((name) => isWritten(name, users));
  await forget();
  // Those that are named have ended for sure: an editor that saves leaves a file half written for a moment.
  const unsubscribe = users.subscribe((ended) => {
    if (ended.size > 0) void forget();
  });
  let office: LinkOffice | undefined;
  return {
    desk: (parts) =>
      office = new LinkOffice({ ...parts, book, users, record, isOn: () => places().settings.shareLinks }),
    control: {
      make: (account, wish) => explained(office!.makeFor(account, wish)),
      list: async (account) => await office!.listOf(account),
      revoke: (id) => explained(office!.revokeAny(id)),
      urlsOf: ({ token }) => linkUrls(token, places()),
    },
    async [Symbol.asyncDispose](): Promise<void> {
      unsubscribe();
      await book[Symbol.asyncDispose]();
    },
  };
}

/** Whether the file has the account, be it switched off. */
function isWritten(name: string, { document, everyone }: IniUserStore): boolean {
  return namedAccounts(document).some((account) => account.name === name) ||
    everyone.some((user) => user.name === name);
}

async function explained<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof LinkFileError)) throw error;
    throw new ControlError("failed", error.message);
  }
}
