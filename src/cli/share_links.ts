/** Share links as commands reach them: at the running server, or in their file when none runs. */

import { type LinkFacts, linkFacts } from "../control/actions/link.ts";
import type { ControlClient } from "../control/control_client.ts";
import { ControlError } from "../control/protocol.ts";
import type { LinkWish, OwnLink } from "../front_office/link_desk.ts";
import { ownLink } from "../front_office/link_office.ts";
import { LinkError } from "../links/link.ts";
import { LinkBook } from "../links/link_book.ts";
import { LinkFileError } from "../links/link_file.ts";
import { reasonAgainstLink } from "../links/link_rights.ts";
import { readMounts } from "../storage/mounts.ts";
import { everyone } from "../users/accounts.ts";
import { HomeLooks } from "../users/home_looks.ts";
import { hashPassword } from "../users/password.ts";
import { ownAddresses } from "./announcement.ts";
import { readConfiguration } from "./configuration.ts";
import { linkUrls } from "./link_urls.ts";
import { linkFileOf } from "./protected_files.ts";
import { connectIfRunning, type ServerOf } from "./running.ts";
import { printError } from "./terminal.ts";

/** What a person asks for. */
export interface LinkRequest extends Pick<LinkWish, "path" | "kind" | "seconds" | "uses" | "password"> {
  /** Whose link; undefined where there is but one account. */
  readonly account: string | undefined;
}

/** The links of one server. */
export interface ShareLinks {
  /** Whether a server runs. */
  readonly isServed: boolean;
  make(request: LinkRequest): Promise<LinkFacts>;
  list(account: string | undefined): Promise<LinkFacts[]>;
  revoke(id: string): Promise<LinkFacts>;
}

/** A link cannot be made or found; the message says why. */
class NoLinkError extends Error {}

/**
 * Does something with the links.
 *
 * @returns What `use` gives; 1 when it cannot, with the reason on standard error.
 */
export async function withShareLinks(
  server: ServerOf,
  use: (links: ShareLinks) => Promise<number>,
): Promise<number> {
  try {
    using client = await connectIfRunning(server);
    if (client) return await use(linksAt(client, server));
    await using book = await LinkBook.open({ path: linkFileOf(server.configFile), onProblem: printError });
    return await use(new StoredLinks(book, server));
  } catch (error) {
    const isExpected = [ControlError, LinkError, LinkFileError, NoLinkError].some((known) =>
      error instanceof known
    );
    if (!isExpected) throw error;
    printError((error as Error).message);
    return 1;
  }
}

function linksAt(client: ControlClient, server: ServerOf): ShareLinks {
  return {
    isServed: true,
    async make({ account, ...wish }) {
      const params = { account: account ?? await onlyAccount(server), ...wish };
      return await client.call("link", params) as LinkFacts;
    },
    async list(account) {
      const told: LinkFacts[] = [];
      await client.call(
        "links",
        account === undefined ? {} : { account },
        (item) => told.push(item as LinkFacts),
      );
      return told;
    },
    revoke: async (id) => await client.call("link-revoke", { id }) as LinkFacts,
  };
}

/** The account that is meant where none was named. */
async function onlyAccount(server: ServerOf): Promise<string> {
  const { accounts: { users } } = await read(server);
  const [user, ...more] = users;
  if (user && more.length === 0) return user.name;
  throw new NoLinkError("Cannot tell whose link it is to be: name the account with --account NAME");
}

async function read({ configFile, config }: ServerOf): ReturnType<typeof readConfiguration> {
  return await readConfiguration({ config, configFile, flags: new Map() }, new HomeLooks({ readMounts }));
}

/** The links of a server that does not run. */
class StoredLinks implements ShareLinks {
  readonly isServed = false;
  readonly #book: LinkBook;
  readonly #server: ServerOf;

  constructor(book: LinkBook, server: ServerOf) {
    this.#book = book;
    this.#server = server;
  }

  async make({ account, path, kind, seconds, uses, password }: LinkRequest): Promise<LinkFacts> {
    const { accounts } = await read(this.#server);
    const name = account ?? await onlyAccount(this.#server);
    const user = everyone(accounts).find((user) => user.name === name);
    if (!user) {
      throw new NoLinkError(`Cannot make the link: ${this.#server.configFile} has no account ${name}`);
    }
    const reason = reasonAgainstLink(user, { path, kind });
    if (reason !== undefined) throw new NoLinkError(`Cannot make the link: ${reason}`);
    const stored = password === undefined ? undefined : await hashPassword(password);
    const link = await this.#book.make({
      ...{ account: name, path, kind },
      ...seconds !== undefined && { expiresAtMs: Date.now() + seconds * 1000 },
      ...uses !== undefined && { usesLeft: uses },
      ...stored !== undefined && { password: stored },
    });
    return linkFacts(ownLink(link), (await this.#urls())(link));
  }

  async list(account: string | undefined): Promise<LinkFacts[]> {
    const urlsOf = await this.#urls();
    return this.#book.list(account).map((link) => linkFacts(ownLink(link), urlsOf(link)));
  }

  async revoke(id: string): Promise<LinkFacts> {
    const link = await this.#book.revoke(id);
    if (link) return linkFacts(ownLink(link), (await this.#urls())(link));
    throw new NoLinkError(`Cannot revoke ${JSON.stringify(id)}: there is no such link`);
  }

  /** As the settings have it: a port that the system chooses is not known before the start. */
  async #urls(): Promise<(link: Pick<OwnLink, "token">) => readonly string[]> {
    const { settings } = await read(this.#server);
    const { webPort: port, tlsPolicy } = settings;
    if (port === "none" || port === 0) return () => [];
    const places = { settings, port, isSecure: tlsPolicy !== "off", addresses: ownAddresses() };
    return ({ token }) => linkUrls(token, places);
  }
}
