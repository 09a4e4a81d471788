/** Share links as seen from the web worker: one message to the main thread and one back. */

import type {
  LinkCredentials,
  LinkDenial,
  LinkDesk,
  LinkRefusal,
  LinkVisit,
  LinkWish,
  OwnLink,
} from "../front_office/link_desk.ts";
import type { SessionLabel } from "../telemetry/events.ts";
import type { Question } from "./messages.ts";
import type { RemoteFrontOffice } from "./remote_front_office.ts";

/** Asks the main thread. */
export class RemoteLinks implements LinkDesk {
  readonly #office: RemoteFrontOffice;

  constructor(office: RemoteFrontOffice) {
    this.#office = office;
  }

  get generation(): number {
    return this.#office.generation;
  }

  async visit(credentials: LinkCredentials, signal: AbortSignal): Promise<LinkVisit | LinkRefusal> {
    const { token, password, peer, session } = credentials;
    return await this.#visited({ ask: "link-visit", token, password, peer, session }, signal);
  }

  async revisit(
    { id, peer }: { readonly id: string; readonly peer: string },
  ): Promise<LinkVisit | LinkRefusal> {
    return await this.#visited({ ask: "link-revisit", link: id, peer });
  }

  async use(link: string, session: SessionLabel): Promise<boolean> {
    return (await this.#office.ask<"link-done">({ ask: "link-use", link, session })).isDone;
  }

  async make(wish: LinkWish): Promise<OwnLink | LinkDenial> {
    const answer = await this.#office.ask<"link-made" | "link-denied">({ ask: "link-make", wish });
    return answer.result === "link-made" ? answer.link : answer.denial;
  }

  async list(session: SessionLabel): Promise<readonly OwnLink[]> {
    return (await this.#office.ask<"links">({ ask: "links", session })).links;
  }

  async revoke(link: string, session: SessionLabel): Promise<boolean> {
    return (await this.#office.ask<"link-done">({ ask: "link-revoke", link, session })).isDone;
  }

  async #visited(question: Question, signal?: AbortSignal): Promise<LinkVisit | LinkRefusal> {
    const answer = await this.#office.ask<"link-visit" | "link-refused">(question, signal);
    if (answer.result === "link-refused") return answer.refusal;
    return { link: answer.link, user: this.#office.admitted(answer) };
  }
}
