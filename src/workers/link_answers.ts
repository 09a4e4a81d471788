/** What one worker is told of share links: for its own sessions, and the links that were opened there. */

import type { LinkRefusal, LinkVisit } from "../front_office/link_desk.ts";
import type { User } from "../users/user.ts";
import type { Answer, LinkQuestion, PlainAccount } from "./messages.ts";
import type { MainOffice } from "./main_office.ts";
import { NonsenseError } from "./message_check.ts";
import type { WorkerClaims } from "./worker_claims.ts";

/** What {@linkcode LinkAnswers} needs. */
export interface LinkAnswersOptions {
  readonly office: Pick<MainOffice, "links">;
  readonly claims: WorkerClaims;
  /** Looks at an account that is to be let in, and gives what the worker gets of it. */
  readonly admit: (user: User) => Promise<PlainAccount>;
}

/** Answers one worker's questions about links. */
export class LinkAnswers {
  readonly #options: LinkAnswersOptions;

  constructor(options: LinkAnswersOptions) {
    this.#options = options;
  }

  /**
   * Lets a question pass.
   *
   * @throws {NonsenseError} when the worker cannot have it.
   */
  check(question: LinkQuestion): void {
    const { claims } = this.#options;
    switch (question.ask) {
      case "link-visit":
        return claims.checkSession({ id: question.session, peer: question.peer });
      case "link-revisit":
        return claims.checkLink(question.link);
      case "link-use":
        claims.checkSession(question.session);
        if (question.session.link === question.link) return;
        throw new NonsenseError("it uses a link for a session that did not come by it");
      case "link-make":
        return this.#checkOwner(question.wish.session);
      case "links":
      case "link-revoke":
        return this.#checkOwner(question.session);
    }
  }

  /** Answers; refusals are errors. */
  async answer(question: LinkQuestion, signal: AbortSignal): Promise<Answer> {
    const { office: { links } } = this.#options;
    if (!links) throw new Error("Cannot answer about share links: this server has none");
    switch (question.ask) {
      case "link-visit": {
        const { token, password, peer, session } = question;
        return await this.#visited(await links.visit({ token, password, peer, session }, signal));
      }
      case "link-revisit":
        return await this.#visited(await links.revisit({ id: question.link, peer: question.peer }));
      case "link-use":
        return { result: "link-done", isDone: await links.use(question.link, question.session) };
      case "link-make": {
        const made = await links.make(question.wish);
        return "denied" in made
          ? { result: "link-denied", denial: made }
          : { result: "link-made", link: made };
      }
      case "links":
        return { result: "links", links: await links.list(question.session) };
      case "link-revoke":
        return { result: "link-done", isDone: await links.revoke(question.link, question.session) };
    }
  }

  async #visited(visit: LinkVisit | LinkRefusal): Promise<Answer> {
    if (!("link" in visit)) return { result: "link-refused", refusal: visit };
    const { link, user } = visit;
    const account = await this.#options.admit(user);
    this.#options.claims.linkCame(link.id, user.name);
    return { result: "link-visit", link, ...account };
  }

  /** Links are for accounts that have logged in, not for who came by a link. */
  #checkOwner(session: Parameters<WorkerClaims["checkSession"]>[0]): void {
    this.#options.claims.checkSession(session);
    if (session.user !== undefined && session.link === undefined) return;
    throw new NonsenseError("it asks about links for a session without an account");
  }
}
