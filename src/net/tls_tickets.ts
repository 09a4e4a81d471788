/**
 * Session tickets of TLS 1.2 as they pass in clear while hands are shaken: which one a server gave out, which
 * one a client shows. RFC 5077 §3, RFC 5246 §7.4.
 */

const RECORD_HEADER_BYTES = 5, MESSAGE_HEADER_BYTES = 4;
/** The only type of record that comes in clear before what follows is encrypted. */
const HANDSHAKE = 22;
const CLIENT_HELLO = 1, NEW_SESSION_TICKET = 4;
const SESSION_TICKET_EXTENSION = 35;
/** A handshake in clear is some KiB long; what goes on for longer is none, or is not for us to keep. */
const MOST_BYTES = 64 * 1024;
/** Behind the lifetime of a ticket, RFC 5077 §3.3. */
const TICKET_AT = 4;
/** Behind version and random, the fields of fixed length in a ClientHello. RFC 5246 §7.4.1.2. */
const SESSION_ID_AT = 2 + 32;

/** One direction of a handshake, read along. */
export class HandshakeTrail {
  /** The ticket that was given out or shown last, as text to compare it by; undefined while there is none. */
  ticket: string | undefined;
  #records: Uint8Array = new Uint8Array();
  #messages: Uint8Array = new Uint8Array();
  #isOver = false;

  /** Takes the next bytes, however they are cut. */
  push(bytes: Uint8Array): void {
    if (this.#isOver) return;
    this.#records = joined(this.#records, bytes);
    while (!this.#isOver && this.#records.length >= RECORD_HEADER_BYTES) {
      const end = RECORD_HEADER_BYTES + uint16(this.#records, 3);
      if (this.#records[0] !== HANDSHAKE) return this.#end();
      if (this.#records.length < end) break;
      this.#readMessages(this.#records.subarray(RECORD_HEADER_BYTES, end));
      this.#records = this.#records.subarray(end);
    }
    if (this.#records.length + this.#messages.length > MOST_BYTES) this.#end();
  }

  /** Messages may be longer than a record and may share one. RFC 5246 §6.2.1. */
  #readMessages(bytes: Uint8Array): void {
    this.#messages = joined(this.#messages, bytes);
    while (this.#messages.length >= MESSAGE_HEADER_BYTES) {
      const end = MESSAGE_HEADER_BYTES + this.#messages[1]! * 65536 + uint16(this.#messages, 2);
      if (this.#messages.length < end) return;
      const body = this.#messages.subarray(MESSAGE_HEADER_BYTES, end);
      if (this.#messages[0] === NEW_SESSION_TICKET) this.#note(vector(body, TICKET_AT));
      if (this.#messages[0] === CLIENT_HELLO) this.#note(shownTicket(body));
      this.#messages = this.#messages.subarray(end);
    }
  }

  #note(ticket: Uint8Array | undefined): void {
    if (ticket && ticket.length > 0) this.ticket = ticket.toBase64();
  }

  #end(): void {
    this.#isOver = true;
    this.#records = this.#messages = new Uint8Array();
  }
}

/**
 * So many tickets are remembered, of which clients use the one of their control connection or the one that
 * they were given last.
 */
const MOST_TICKETS = 16;

/** The tickets of the TLS sessions that began on one control connection. */
export class OwnTickets {
  /** Those that were used last at the end. */
  readonly #tickets = new Set<string>();
  #hasBegun = false;

  /** Begins to look at a connection; the first one is the control connection. */
  watch(): TicketWatch {
    const isControl = !this.#hasBegun;
    this.#hasBegun = true;
    return new TicketWatch({
      isOwn: (ticket) => isControl || this.#tickets.has(ticket),
      remember: (ticket) => this.#remember(ticket),
      isControl,
    });
  }

  #remember(ticket: string): void {
    this.#tickets.delete(ticket);
    this.#tickets.add(ticket);
    const [oldest] = this.#tickets;
    if (this.#tickets.size > MOST_TICKETS) this.#tickets.delete(oldest!);
  }
}

/** What {@linkcode TicketWatch} asks and tells. */
interface TicketWatchOptions {
  readonly isOwn: (ticket: string) => boolean;
  readonly remember: (ticket: string) => void;
  readonly isControl: boolean;
}

/** Looks at the handshake of one connection. */
export class TicketWatch {
  readonly #options: TicketWatchOptions;
  readonly #received = new HandshakeTrail();
  readonly #sent = new HandshakeTrail();
  #isTrusted = false;

  /** Made by {@linkcode OwnTickets.watch} alone. */
  constructor(options: TicketWatchOptions) {
    this.#options = options;
  }

  /** Takes what the client sent. */
  onReceived(bytes: Uint8Array): void {
    this.#received.push(bytes);
  }

  /** Takes what goes to the client; a ticket among it may follow behind the end of the handshake. */
  onSent(bytes: Uint8Array): void {
    const former = this.#sent.ticket;
    this.#sent.push(bytes);
    if (this.#sent.ticket !== former) this.#rememberGiven();
  }

  /**
   * Takes the end of the handshake.
   *
   * @param isReused Whether it resumed any session.
   * @returns Whether it resumed one that began here.
   */
  finish({ isReused }: { isReused: boolean }): boolean {
    const { isOwn, isControl, remember } = this.#options;
    const shown = isReused ? this.#received.ticket : undefined;
    const isResumed = shown !== undefined && isOwn(shown);
    if (isResumed) remember(shown);
    this.#isTrusted = isResumed || isControl;
    this.#rememberGiven();
    return isResumed;
  }

  #rememberGiven(): void {
    if (this.#isTrusted && this.#sent.ticket !== undefined) this.#options.remember(this.#sent.ticket);
  }
}

/** The ticket in a ClientHello; undefined when there is none or the message is none. */
function shownTicket(hello: Uint8Array): Uint8Array | undefined {
  const suitesAt = SESSION_ID_AT + 1 + (hello[SESSION_ID_AT] ?? 0);
  const compressionAt = suitesAt + 2 + uint16(hello, suitesAt);
  const extensions = vector(hello, compressionAt + 1 + (hello[compressionAt] ?? 0));
  for (let at = 0; extensions && at + 4 <= extensions.length;) {
    const content = vector(extensions, at + 2);
    if (!content) return undefined;
    if (uint16(extensions, at) === SESSION_TICKET_EXTENSION) return content;
    at += 4 + content.length;
  }
  return undefined;
}

/** Bytes behind their length, which takes two; undefined where they do not fit. */
function vector(bytes: Uint8Array, at: number): Uint8Array | undefined {
  const start = at + 2, end = start + uint16(bytes, at);
  return end <= bytes.length ? bytes.subarray(start, end) : undefined;
}

function uint16(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) * 256 + (bytes[at + 1] ?? 0);
}

function joined(head: Uint8Array, tail: Uint8Array): Uint8Array {
  const whole = new Uint8Array(head.length + tail.length);
  whole.set(head);
  whole.set(tail, head.length);
  return whole;
}
