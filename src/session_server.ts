/** The sessions of one thread: listens, runs a session for each connection, and ends in order. */

import type { EndedSessions } from "./guard/ban.ts";
import { giveWay } from "./limits/turn.ts";
import { MemoryReturn } from "./limits/memory_return.ts";
import { hasLeft } from "./net/acceptor.ts";
import type { SocketAddress } from "./net/address.ts";
import { addressOf, listenForControl } from "./net/control_listener.ts";
import { TcpConnection } from "./net/connection.ts";
import type { PlainOptions } from "./options/plain_options.ts";
import { isInNetworks, parseIpNetwork } from "./protocol/ip_network.ts";
import type { SessionParts } from "./server_options.ts";
import { secureControl } from "./session/commands/security.ts";
import { COMMANDS } from "./session/commands/table.ts";
import { ControlConnection } from "./session/control_connection.ts";
import { serve } from "./session/dispatch.ts";
import { ACCOUNT_CHANGED, BANNED, ENDED_BY_OPERATOR, refusalOf } from "./session/refusal.ts";
import { turnAway } from "./session/turned_away.ts";
import type { SessionSeat } from "./front_office/front_office.ts";
import { Session } from "./session/session.ts";
import type { SessionServices } from "./session/session_services.ts";
import { lookAt } from "./session/session_view.ts";
import { type SessionServerParts, SharedServices } from "./shared_services.ts";
import type { Look, LookWish } from "./telemetry/session_view.ts";

/** So many connections are accepted before the thread looks after its other sockets. */
const MOST_IN_A_ROW = 64;

/** Listens for control connections and serves them, in this thread. */
export class SessionServer {
  #options: PlainOptions;
  #services: SessionServices;
  readonly #parts: SessionServerParts;
  readonly #shared: SharedServices;
  readonly #listeners: Deno.TcpListener[] = [];
  readonly #accepting: Promise<void>[] = [];
  readonly #sessions = new Map<Session, Promise<void>>();
  readonly #memory = new MemoryReturn();

  /** Does not listen yet. */
  constructor(options: PlainOptions, parts: SessionServerParts) {
    this.#options = options;
    this.#parts = parts;
    this.#shared = new SharedServices(options, parts);
    this.#services = this.#shared.of(options, parts);
  }

  /** Where it listens: the usual port, then the one for clients that begin with TLS, where there is one. */
  get addresses(): SocketAddress[] {
    return this.#listeners.map(addressOf);
  }

  /** What the sessions of this thread have, for the options in force. */
  get services(): SessionServices {
    return this.#services;
  }

  /** Sessions at this moment. */
  get sessionCount(): number {
    return this.#sessions.size;
  }

  /** Transfers that run at this moment. */
  get transferCount(): number {
    return this.#services.transfers.value;
  }

  /**
   * Binds the ports and starts to accept.
   *
   * @throws {ListenError} when a port cannot be had; then none is held.
   */
  listen(): void {
    const { hostname, port, implicitTlsPort } = this.#options;
    try {
      this.#listen({ hostname, port, isImplicit: false });
      if (implicitTlsPort !== "none") this.#listen({ hostname, port: implicitTlsPort, isImplicit: true });
    } catch (error) {
      this.#stopListening();
      throw error;
    }
    // What loading has taken goes back when it is quiet. Not now: the first timer of a thread takes longer
    // than all the rest of a start.
    queueMicrotask(() => this.#memory.note(this.#sessions.size));
  }

  /**
   * Takes new options and another certificate for new sessions. Whoever gives them has kept what only the
   * start can take: the table that tells it would be loaded in every worker.
   */
  reconfigure(options: PlainOptions, { tls }: Pick<SessionParts, "tls">): void {
    this.#options = options;
    this.#services = this.#shared.of(options, { tls });
  }

  /** Ends the sessions of these accounts, also those that are about to be theirs. */
  dismissUsers(names: ReadonlySet<string>): void {
    for (const session of this.#sessions.keys()) {
      for (const name of names) session.changedAccounts?.add(name);
      if (!session.user || !names.has(session.user.name)) continue;
      session.dismiss(ACCOUNT_CHANGED, { afterTransfer: false });
    }
  }

  /** Ends the sessions of a network that was banned. */
  dismissNetwork({ network, whose }: EndedSessions): void {
    const banned = parseIpNetwork(network);
    for (const session of this.#sessions.keys()) {
      if (whose === "strangers" && session.user) continue;
      if (!banned || !isInNetworks(session.control.ends.peer, [banned])) continue;
      session.dismiss(BANNED, { afterTransfer: false });
    }
  }

  /** What sessions do at this moment. */
  look(wish: LookWish): Look {
    return lookAt(this.#sessions.keys(), wish);
  }

  /** Ends these sessions at once, by their numbers. */
  kick(ids: ReadonlySet<number>): void {
    for (const session of this.#sessions.keys()) {
      if (ids.has(session.id)) session.dismiss(ENDED_BY_OPERATOR, { afterTransfer: false });
    }
  }

  /** Lets running transfers keep to the limits as they are now. */
  limitsChanged(): void {
    for (const { running } of this.#sessions.keys()) running.job?.limitsChanged?.();
  }

  /** Accepts nobody any more; resolves when the ports are free. */
  async stopAccepting(): Promise<void> {
    this.#stopListening();
    await Promise.all(this.#accepting);
  }

  /** Accepts nobody any more; resolves when the last client has left. */
  async drain(): Promise<void> {
    await this.stopAccepting();
    await Promise.all(this.#sessions.values());
    this.#memory[Symbol.dispose]();
    await this.#shared[Symbol.asyncDispose]();
  }

  /**
   * Ends in order: no new connections, running transfers may finish within the grace, then everybody gets
   * 421.
   *
   * @param options `graceMs`: how long transfers may go on, milliseconds.
   */
  async shutdown({ graceMs }: { graceMs: number }): Promise<void> {
    this.#stopListening();
    const timer = setTimeout(() => this.#dismissAll({ afterTransfer: false }), graceMs);
    this.#dismissAll({ afterTransfer: graceMs > 0 });
    await this.drain();
    clearTimeout(timer);
  }

  #stopListening(): void {
    for (const listener of this.#listeners.splice(0)) listener.close();
  }

  #listen({ isImplicit, ...address }: { hostname: string; port: number; isImplicit: boolean }): void {
    const listener = listenForControl({ ...address, reusePort: this.#parts.reusePort });
    this.#listeners.push(listener);
    this.#accepting.push(this.#accept(listener, { isImplicit }));
  }

  async #accept(listener: Deno.TcpListener, options: { isImplicit: boolean }): Promise<void> {
    for (let accepted = 1;; accepted++) {
      // In a flood the next one is there at once, and nobody else would have a turn.
      if (accepted % MOST_IN_A_ROW === 0) await giveWay();
      let conn: Deno.TcpConn;
      try {
        conn = await listener.accept();
      } catch (error) {
        if (!this.#listeners.includes(listener)) return;
        // A client that left while it waited. To pause for it would let a few of them lock everybody out.
        if (hasLeft(error)) continue;
        // No descriptors for a moment: the next one may fare better.
        this.#parts.office.report({ kind: "error", message: "Cannot accept a connection", error });
        await new Promise((resolve) => setTimeout(resolve, 100));
        continue;
      }
      this.#open(conn, options);
    }
  }

  #open(conn: Deno.TcpConn, { isImplicit }: { isImplicit: boolean }): void {
    let connection: TcpConnection;
    try {
      connection = new TcpConnection(conn);
      const welcome = this.#parts.office.door.welcome(connection.remote.hostname);
      if (welcome !== "come-in") return turnAway(connection, isImplicit ? "close" : welcome);
      connection.tuneForControl();
    } catch {
      // The client was gone before it could be greeted.
      conn.close();
      return;
    }
    const session = new Session(new ControlConnection(connection), this.#services);
    this.#sessions.set(session, this.#run(session, { isImplicit }));
    this.#memory.note(this.#sessions.size);
  }

  #forget(session: Session): void {
    this.#sessions.delete(session);
    this.#parts.rateLimits.forgetSession(session.id);
    this.#memory.note(this.#sessions.size);
  }

  async #run(session: Session, { isImplicit }: { isImplicit: boolean }): Promise<void> {
    const startedMs = performance.now();
    const { peer } = session.control.ends;
    const { office } = this.#parts;
    let seat: SessionSeat | undefined;
    try {
      seat = await office.admit(peer);
      session.id = seat.id;
      office.report({ kind: "session-opened", session: session.label });
      if (isImplicit) await this.#beginWithTls(session);
      const reason = session.closing ?? await serve(session, COMMANDS);
      // Who was sent away has not left.
      if (!session.dismissal) session.stranger.left();
      const seconds = (performance.now() - startedMs) / 1000;
      office.report({ kind: "session-closed", session: session.label, reason, seconds });
      await session.control.end();
    } catch (error) {
      await this.#sendAway(session, error);
    } finally {
      await session.close();
      void session.leftBehind.settled.then(() => seat?.[Symbol.dispose]());
      this.#forget(session);
    }
  }

  /** RFC 4217 has no implicit TLS; by practice data connections begin protected. */
  async #beginWithTls(session: Session): Promise<void> {
    const context = await session.services.tls?.latest();
    if (context) await secureControl(session, { context, protection: "private", isImplicit: true });
    else session.closing = "there is no certificate";
  }

  async #sendAway(session: Session, error: unknown): Promise<void> {
    const { office } = this.#parts;
    const refusal = refusalOf(error);
    if (!refusal) {
      // One that was not let in has no number to go by.
      const label = session.id > 0 ? { session: session.label } : {};
      office.report({ kind: "error", ...label, message: "Cannot run a session", error });
      return;
    }
    const [reason] = refusal.lines;
    office.report({ kind: "session-refused", peer: session.control.ends.peer, reason });
    await session.control.send(refusal);
    await session.control.end();
  }

  #dismissAll(options: { afterTransfer: boolean }): void {
    for (const session of this.#sessions.keys()) session.dismiss("The server is shutting down", options);
  }
}
