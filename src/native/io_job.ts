/** What an I/O thread works at: jobs that go on step by step, as far as their sockets let them. */

/** How a step has ended. */
export type Step =
  /** There is more to do at once. */
  | "more"
  /** The socket has to become ready first. */
  | "wait"
  /** All is done, or the rest is for others. */
  | "done"
  /** It is the session's turn: some of a listing is left to it. */
  | "left"
  /** An end says no. */
  | Failure;

/** What went wrong. */
export interface Failure {
  readonly end: "file" | "socket";
  /** The error's number, positive. */
  readonly errno: number;
}

/** One job. */
export interface IoJob {
  /** The copy of the socket that belongs to the job. */
  readonly socket: number;
  /** What the socket has to become ready for: events of epoll. */
  readonly events: number;
  /** How many bytes it has moved. */
  readonly bytes: number;
  /** Goes on for a moment, a short one where many others wait for their turn. */
  step(options: { readonly isOneOfMany: boolean }): Step;
  /** Closes all that it has open. Once. */
  close(): void;
}
