/**
 * The control protocol: lines of JSON. A client is greeted, asks, and is answered in order.
 *
 * ```text
 * ← {"baseftp":1,"version":"0.1.0","pid":4711}
 * → {"id":1,"action":"who"}
 * ← {"id":1,"item":{"id":7,"account":"alice", …}}
 * ← {"id":1,"result":{"sessions":1,"silentWorkers":0}}
 * ```
 */

/** The version of the protocol. A greater one understands less or something else. */
export const PROTOCOL_VERSION = 1;

/** The longest line from a client, characters. */
export const LONGEST_REQUEST = 64 * 1024;

/** The first line. */
export interface Greeting {
  /** {@linkcode PROTOCOL_VERSION}. */
  readonly baseftp: number;
  /** The program's. */
  readonly version: string;
  readonly pid: number;
}

/** What a client asks. */
export interface Request {
  /** Comes back with each line of the answer. */
  readonly id: string | number;
  readonly action: string;
  readonly params: Params;
}

/** What belongs to an action, by name. */
export type Params = Readonly<Record<string, unknown>>;

/** A line of an answer: any number of items, then a result or an error. */
export type Answer =
  & { readonly id: string | number | null }
  & ({ readonly item: unknown } | { readonly result: unknown } | { readonly error: ProblemData });

/** What went wrong. */
export interface ProblemData {
  readonly kind: ProblemKind;
  /** For people: `Cannot … : why; what to do`. */
  readonly message: string;
}

/**
 * Of which kind a problem is: the line was no request (`protocol`), there is no such action
 * (`unknown-action`), its params are wrong (`usage`), nothing there is meant (`not-found`), it could not be
 * done (`failed`), too many clients are there (`busy`), or the page asks and its account is no administrator
 * (`denied`).
 */
export type ProblemKind =
  | "protocol"
  | "unknown-action"
  | "usage"
  | "not-found"
  | "failed"
  | "busy"
  | "denied";

/** An action or a line that cannot be done. */
export class ControlError extends Error {
  override readonly name = "ControlError";

  constructor(readonly kind: ProblemKind, message: string) {
    super(message);
  }
}

/** The request that a line is. @throws {ControlError} `protocol` when it is none. */
export function parseRequest(line: string): Request {
  const value = parsed(line);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new ControlError("protocol", "Cannot read the request: expected a JSON object on one line");
  }
  const { id, action, params = {} } = value as Record<string, unknown>;
  const isId = typeof id === "number" || (typeof id === "string" && id.length <= 64);
  if (!isId) {
    throw new ControlError("protocol", "Cannot read the request: id has to be a number or a short text");
  }
  if (typeof action !== "string") {
    throw new ControlError("protocol", "Cannot read the request: action has to be a text");
  }
  if (typeof params !== "object" || params === null || Array.isArray(params)) {
    throw new ControlError("protocol", "Cannot read the request: params has to be an object");
  }
  return { id, action, params: params as Params };
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
