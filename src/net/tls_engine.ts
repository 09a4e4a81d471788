/**
 * The runtime's TLS as a machine for bytes: records in and out on one side, what they protect on the other.
 * RFC 8446, RFC 5246.
 */

import { Duplex } from "node:stream";
import { createSecureContext, type SecureContext, TLSSocket } from "node:tls";

/**
 * The largest piece to seal at once, bytes: three records. The runtime encrypts no more than 48 KiB in one
 * call, and with a little less its own buffers grow once less: a tenth of the time.
 */
export const MOST_SEALED_BYTES = 3 * 16 * 1024 - 384;

/** What the runtime keeps below a TLS socket, as far as it is used here. */
interface TlsHandle {
  initServerTls(settings: object): number;
  attachJsStream(): number;
  setHandle(handle: TlsHandle): void;
  setAlpnProtocols(protocols: readonly string[]): void;
  start(): number;
  readStart(): number;
  /** Takes records; the callbacks below are called meanwhile. */
  readBuffer(records: Uint8Array): void;
  /** Where the text of records goes from now on. */
  useUserBuffer(buffer: Uint8Array): void;
  /** So much text has been passed on since the beginning, bytes. */
  getBytesRead(): number;
  writeBuffer(request: object, text: Uint8Array): number;
  shutdown(request: object): number;
  /** The records that have to go to the peer. */
  drainEncOut(): Uint8Array<ArrayBuffer>;
  isSessionReused(): boolean;
  getProtocol(out: { protocol?: string }): number;
  destroySsl(): void;
  onread: () => void;
  onhandshakedone: () => void;
  onerror: (error: Error) => void;
}

type HandleClass = new (kind: number, provider: number) => TlsHandle;

const SERVER = 1;
/** Nobody asks for a client's certificate. */
const SETTINGS = { requestCert: false, rejectUnauthorized: true };
/** The runtime whose machine this is. */
const KNOWN_RUNTIME = "2.9.6";
/** For completions that come at once. */
const REQUEST = { oncomplete: (): void => {} };
/** All that a handle must have to be the one that is known here. */
const METHODS = [
  "initServerTls",
  "attachJsStream",
  "setHandle",
  "setAlpnProtocols",
  "start",
  "readStart",
  "readBuffer",
  "useUserBuffer",
  "getBytesRead",
  "writeBuffer",
  "shutdown",
  "drainEncOut",
  "isSessionReused",
  "getProtocol",
  "destroySsl",
] as const;

/**
 * The server's side of one TLS connection.
 *
 * The runtime has this machine below its TLS sockets, and there alone. Between it and a connection those put
 * two streams, each with queues and ticks of its own, which cost as much as a handshake and more than a
 * record, and which take a connection that was cut off for one that has ended. So this asks the machine
 * itself, in the way in which the runtime does for a socket over a stream that is none of its own. It can go
 * when the runtime has a server's `Deno.startTls`; the tests of this file tell when its machine has changed.
 */
export class TlsEngine {
  readonly #handle: TlsHandle;
  /** Text that found no room where it was to go. */
  #kept: Uint8Array = new Uint8Array();
  /** Where text goes. */
  #into: Uint8Array = new Uint8Array();
  /** Of the text that the machine has passed on, so much was seen, bytes. */
  #seen = 0;
  #isSecure = false;
  #hasEnded = false;
  #error: Error | undefined;

  /**
   * Waits for a ClientHello.
   *
   * @param protocols What is offered by ALPN (RFC 7301).
   * @throws {Error} when the runtime's machine is not the one that is known here.
   */
  constructor(context: SecureContext, { protocols }: { protocols: readonly string[] }) {
    const Handle = handleClassOf(context);
    const handle = new Handle(SERVER, 0);
    if (handle.initServerTls({ ...context.context as object, ...SETTINGS }) !== 0) {
      throw new Error("Cannot begin TLS: the runtime does not take the certificate");
    }
    handle.attachJsStream();
    handle.setHandle(handle);
    handle.setAlpnProtocols(protocols);
    handle.onhandshakedone = () => this.#isSecure = true;
    handle.onerror = (error) => this.#error ??= error;
    handle.onread = () => this.#onText();
    handle.start();
    handle.readStart();
    this.#handle = handle;
  }

  /** Whether the handshake is over. */
  get isSecure(): boolean {
    return this.#isSecure;
  }

  /** Whether the peer has sent its closing alert. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** What was wrong with the peer's records; there is an alert about it to send. */
  get error(): Error | undefined {
    return this.#error;
  }

  /** Whether the handshake resumed a session. */
  get isResumed(): boolean {
    return this.#handle.isSessionReused();
  }

  /** `TLSv1.2` or `TLSv1.3`; undefined before the handshake. */
  get protocol(): string | undefined {
    const out: { protocol?: string } = {};
    this.#handle.getProtocol(out);
    return out.protocol;
  }

  /**
   * Takes records, however they are cut.
   *
   * @param text Where their text goes, not empty; what does not fit is kept for {@linkcode takeKept}.
   * @returns How much of it was filled.
   */
  open(records: Uint8Array, text: Uint8Array): number {
    this.#into = text;
    this.#handle.useUserBuffer(text);
    const before = this.#handle.getBytesRead();
    this.#handle.readBuffer(records);
    return Math.min(this.#handle.getBytesRead() - before, text.length);
  }

  /** Takes records whose text nobody waits for yet: it is kept. */
  openAhead(records: Uint8Array): 0 {
    const former = this.#kept;
    // Whatever finds no room is kept alone, between what was kept before and what comes later.
    this.#kept = new Uint8Array();
    const text = new Uint8Array(records.length);
    const length = this.open(records, text);
    this.#kept = joined(joined(former, text.subarray(0, length)), this.#kept);
    return 0;
  }

  /** Fills the buffer with text that was kept. */
  takeKept(text: Uint8Array): number {
    if (this.#kept.length === 0) return 0;
    const part = this.#kept.subarray(0, text.length);
    text.set(part);
    this.#kept = this.#kept.subarray(part.length);
    return part.length;
  }

  /**
   * Makes records of a text of {@linkcode MOST_SEALED_BYTES} at most.
   *
   * @returns All records that have to go to the peer, these and those from before.
   */
  seal(text: Uint8Array): Uint8Array<ArrayBuffer> {
    this.#handle.writeBuffer(REQUEST, text);
    return this.takeRecords();
  }

  /** All records that have to go to the peer, of a handshake or of an alert. */
  takeRecords(): Uint8Array<ArrayBuffer> {
    return this.#handle.drainEncOut();
  }

  /** Ends our direction; returns the records that have to go to the peer, the closing alert last. */
  end(): Uint8Array<ArrayBuffer> {
    this.#handle.shutdown(REQUEST);
    return this.takeRecords();
  }

  /** Gives its memory and the keys back. Nothing else may be called from then on. */
  close(): void {
    this.#handle.destroySsl();
  }

  /**
   * Called for the closing alert, and for each piece of text when it lies in the buffer. The machine has
   * counted all pieces by then, and goes on with the next one in the buffer that it has then.
   */
  #onText(): void {
    const length = this.#handle.getBytesRead() - this.#seen;
    if (length === 0) return void (this.#hasEnded = true);
    const step = Math.min(length, this.#into.length);
    this.#seen += step;
    if (step === length) return;
    const rest = this.#kept.length;
    this.#kept = joined(this.#kept, new Uint8Array(length - step));
    this.#into = this.#kept.subarray(rest);
    this.#handle.useUserBuffer(this.#into);
  }
}

function joined(head: Uint8Array, tail: Uint8Array): Uint8Array {
  const whole = new Uint8Array(head.length + tail.length);
  whole.set(head);
  whole.set(tail, head.length);
  return whole;
}

let known: HandleClass | undefined;

/**
 * Makes sure that TLS can begin in this runtime, before a client asks for it.
 *
 * @throws {Error} saying in which version it can.
 */
export function checkRuntimeTls(): void {
  handleClassOf(createSecureContext());
}

/** The class of what lies below the runtime's TLS sockets: one of them is made to look at it. */
function handleClassOf(secureContext: SecureContext): HandleClass {
  if (known) return known;
  const socket = new TLSSocket(new Duplex(), { isServer: true, secureContext });
  const handle = (socket as unknown as { _handle?: TlsHandle })._handle;
  const missing = METHODS.filter((name) => typeof handle?.[name] !== "function");
  socket.destroy();
  if (!handle || missing.length > 0) {
    throw new Error(
      `Cannot begin TLS: Deno ${Deno.version.deno} does it in another way (no ${missing.join(", ")}); ` +
        `use Deno ${KNOWN_RUNTIME}, or tls = off`,
    );
  }
  return known = handle.constructor as HandleClass;
}
