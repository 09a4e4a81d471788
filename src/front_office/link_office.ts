/** Share links where the accounts are: made, listed and revoked for them, and opened for visitors. */

import type { Counter } from "../limits/counter.ts";
import { Turns } from "../limits/turns.ts";
import { isToken, type Link, LinkError, LONGEST_PATH } from "../links/link.ts";
import type { LinkBook } from "../links/link_book.ts";
import { linkUser, mayHaveLinks, reasonAgainstLink } from "../links/link_rights.ts";
import type { EventSink, SessionLabel } from "../telemetry/events.ts";
import { hashPassword, isRemembered, verifyPassword } from "../users/password.ts";
import type { User } from "../users/user.ts";
import type { UserStore } from "../users/user_store.ts";
import type { Attempts } from "./attempts.ts";
import type {
  LinkCredentials,
  LinkDenial,
  LinkRefusal,
  LinkVisit,
  LinkWish,
  MainLinkDesk,
  OwnLink,
  ShownLink,
} from "./link_desk.ts";
import { LoginRefusal } from "./login_refusal.ts";
import { isExpired, mayComeFrom } from "./login_rules.ts";

/** What {@linkcode LinkOffice} needs. */
export interface LinkOfficeOptions {
  readonly book: LinkBook;
  readonly users: UserStore;
  /** What wrong passwords cost, those of logins among them. */
  readonly attempts: Attempts;
  readonly record: EventSink;
  /** Counts up whenever an account may have changed. */
  readonly generation: Counter;
  /** Whether there may be links at all, at this moment. */
  readonly isOn: () => boolean;
}

/** A wrong token was for no account, and this is what it counts for. */
const NO_ACCOUNT = "a share link";
/** A hundred years. */
const MOST_SECONDS = 100 * 366 * 86_400;
const NO_LINK: LinkRefusal = { reason: "no-link", delayMs: 0 };

/** Knows the links and the accounts. */
export class LinkOffice implements MainLinkDesk {
  readonly #options: LinkOfficeOptions;
  /** One link of an account is made at a time: a password for it costs a hash. */
  readonly #making = new Turns();
  readonly #unsubscribe: () => void;

  constructor(options: LinkOfficeOptions) {
    this.#options = options;
    this.#unsubscribe = options.book.subscribe(() => options.generation.add(1));
  }

  get generation(): number {
    return this.#options.generation.value;
  }

  async visit(credentials: LinkCredentials, signal: AbortSignal): Promise<LinkVisit | LinkRefusal> {
    const { book, attempts } = this.#options;
    const { token, password, peer } = credentials;
    attempts.admit(peer);
    await book.refresh();
    const link = isToken(token) ? book.find(token) : undefined;
    const user = link && await this.#userOf(link, peer);
    if (!link || !user || link.usesLeft === 0) {
      const attempt = { name: NO_ACCOUNT, password: token, peer };
      return { reason: "no-link", delayMs: await attempts.failed(attempt, undefined) };
    }
    if (link.password === undefined) return visitOf(link, user);
    if (password === undefined) return { reason: "password-wanted", delayMs: 0 };
    const name = nameOf(link);
    await attempts.hesitate({ name, peer }, signal);
    if (!await isRemembered(link.password, password)) {
      using _turn = await attempts.take(peer, signal);
      if (!await verifyPassword(link.password, password, { signal })) {
        return { reason: "wrong-password", delayMs: await attempts.failed({ name, password, peer }, name) };
      }
    }
    attempts.succeeded(peer, name);
    // While that took its time, it may have ended.
    return await this.revisit({ id: link.id, peer });
  }

  async revisit(
    { id, peer }: { readonly id: string; readonly peer: string },
  ): Promise<LinkVisit | LinkRefusal> {
    const { book } = this.#options;
    await book.refresh();
    const link = book.get(id);
    const user = link && await this.#userOf(link, peer);
    return user ? visitOf(link, user) : NO_LINK;
  }

  async use(id: string, session: SessionLabel): Promise<boolean> {
    const { book } = this.#options;
    const link = book.get(id);
    if (!link || !await book.use(id)) return false;
    this.#record("used", link, session);
    return true;
  }

  make({ session, ...wish }: LinkWish): Promise<OwnLink | LinkDenial> {
    return this.makeFor(session.user ?? "", wish, session);
  }

  /** The same for whoever may make links of all accounts. @param session Who does, where that is a client. */
  async makeFor(
    account: string,
    wish: Omit<LinkWish, "session">,
    session?: SessionLabel,
  ): Promise<OwnLink | LinkDenial> {
    try {
      const link = await this.#make(account, wish);
      this.#record("made", link, session);
      return ownLink(link);
    } catch (error) {
      if (!(error instanceof LinkError)) throw error;
      return { denied: error.kind, why: error.message };
    }
  }

  async #make(account: string, wish: Omit<LinkWish, "session">): Promise<Link> {
    const { path, kind, seconds, uses, password } = wish;
    const { book, isOn } = this.#options;
    if (!isOn()) throw new LinkError("denied", "share links are switched off");
    // Such a line could not be written, or not be read again.
    if (path.length > LONGEST_PATH || (seconds ?? 0) > MOST_SECONDS) {
      throw new LinkError("denied", "its path or its time is too long");
    }
    const user = await this.#options.users.find(account);
    if (!user || isExpired(user)) throw new LinkError("denied", "the account is gone");
    const reason = reasonAgainstLink(user, { path, kind });
    if (reason !== undefined) throw new LinkError("denied", reason);
    using _turn = await this.#making.take(account, new AbortController().signal);
    const stored = password === undefined ? undefined : await hashPassword(password);
    return await book.make({
      ...{ account: user.name, path, kind },
      ...seconds !== undefined && { expiresAtMs: Date.now() + seconds * 1000 },
      ...uses !== undefined && { usesLeft: uses },
      ...stored !== undefined && { password: stored },
    });
  }

  async list({ user }: SessionLabel): Promise<readonly OwnLink[]> {
    return user === undefined ? [] : await this.listOf(user);
  }

  /** The links of an account, or all. */
  async listOf(account: string | undefined): Promise<readonly OwnLink[]> {
    await this.#options.book.refresh();
    return this.#options.book.list(account).map(ownLink);
  }

  async revoke(id: string, session: SessionLabel): Promise<boolean> {
    if (this.#options.book.get(id)?.account !== session.user) return false;
    return await this.revokeAny(id, session) !== undefined;
  }

  /** The same for links of all accounts. @param session Who does, where that is a client. */
  async revokeAny(id: string, session?: SessionLabel): Promise<OwnLink | undefined> {
    const link = await this.#options.book.revoke(id);
    if (!link) return undefined;
    this.#record("revoked", link, session);
    return ownLink(link);
  }

  subscribe(listener: (ended: ReadonlySet<string>) => void): () => void {
    return this.#options.book.subscribe(listener);
  }

  [Symbol.dispose](): void {
    this.#unsubscribe();
  }

  /** The account of a link, where it may be used from there and at this moment; what it may do is its own. */
  async #userOf(link: Link, peer: string): Promise<User | undefined> {
    if (!this.#options.isOn()) return undefined;
    const user = await this.#options.users.find(link.account);
    if (!user || isExpired(user) || !mayComeFrom(user, peer) || !mayHaveLinks(user, link.kind)) {
      return undefined;
    }
    if (user.isHomeSilent) throw new LoginRefusal("home-unavailable");
    return user;
  }

  #record(action: "made" | "revoked" | "used", link: Link, session?: SessionLabel): void {
    const { id, account, path, kind: purpose } = link;
    this.#options.record({
      ...{ kind: "link", action, link: id, account, path, purpose },
      ...session && { session },
    });
  }
}

/** What an account is told of its link. */
export function ownLink({ password, ...link }: Link): OwnLink {
  return { ...link, hasPassword: password !== undefined };
}

/** What wrong passwords of a link are counted for. */
function nameOf({ id }: Link): string {
  return `${NO_ACCOUNT} ${id}`;
}

function visitOf(link: Link, user: User): LinkVisit {
  const { id, path, kind, expiresAtMs, usesLeft } = link;
  const shown: ShownLink = {
    ...{ id, path, kind },
    ...expiresAtMs !== undefined && { expiresAtMs },
    ...usesLeft !== undefined && { usesLeft },
  };
  return { link: shown, user: linkUser(user, link) };
}
