/** What a worker was asked about its sessions and has not told yet. */

import type { Look, LookWish } from "../telemetry/session_view.ts";

/** A worker that takes longer than this to tell is busy beyond all measure, milliseconds. */
const PATIENCE_MS = 1000;

interface Pending {
  readonly wish: LookWish;
  readonly resolve: (look: Look | undefined) => void;
}

/** Numbers the questions. Disposing answers all of them with nothing. */
export class PendingLooks implements Disposable {
  readonly #pending = new Map<number, Pending>();
  #lastLook = 0;
  /** Questions that nobody waits for any more: their answers may still come. */
  readonly #late = new Set<number>();

  /** Asks; gives undefined when no answer comes in time. */
  async ask(wish: LookWish, send: (look: number) => void): Promise<Look | undefined> {
    // One that is silent is asked once; it would find all questions together.
    if (this.#late.size > 0) return undefined;
    const look = ++this.#lastLook;
    const { promise, resolve } = Promise.withResolvers<Look | undefined>();
    this.#pending.set(look, { wish, resolve });
    const timer = setTimeout(() => this.#giveUp(look), PATIENCE_MS);
    send(look);
    return await promise.finally(() => clearTimeout(timer));
  }

  /** Whether this can be the answer to a question: sessions in order, behind those that are known. */
  isAnswer(look: number, { views, more }: Look): boolean {
    if (this.#late.has(look)) return true;
    const wish = this.#pending.get(look)?.wish;
    if (!wish || views.length > wish.most || (more > 0 && views.length < wish.most)) return false;
    return views.every(({ session }, at) => session.id > (at === 0 ? wish.after : views[at - 1]!.session.id));
  }

  /** Takes an answer. */
  take(look: number, { views, more }: Look): void {
    this.#late.delete(look);
    this.#pending.get(look)?.resolve({ views, more });
    this.#pending.delete(look);
  }

  [Symbol.dispose](): void {
    for (const { resolve } of this.#pending.values()) resolve(undefined);
    this.#pending.clear();
  }

  #giveUp(look: number): void {
    this.#late.add(look);
    this.#pending.get(look)?.resolve(undefined);
    this.#pending.delete(look);
  }
}
