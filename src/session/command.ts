/** What a command is: data about a verb, and how to run it. */

import type { Soon } from "../bytes/ends.ts";
import type { Reply } from "../protocol/reply.ts";
import type { Job } from "./job.ts";
import type { Session } from "./session.ts";

/** One verb. HELP, FEAT, the guards of dispatch and the compliance table are read from these fields. */
export interface Command {
  readonly verb: string;
  /** Exact synonyms. */
  readonly aliases?: readonly string[];
  readonly argument: "none" | "optional" | "required";
  /** Whether it is refused with 530 before login. */
  readonly login: boolean;
  /** Answered while a job runs; any other command waits for its end. */
  readonly anytime?: boolean;
  /** May stand between REST, RANG or ALLO and the transfer that it is for. */
  readonly keepsRestart?: boolean;
  /**
   * Whether 553 is among its replies; to any other command a file whose name cannot be is a file that is not
   * there. RFC 959 §5.4.
   */
  readonly refusesNames?: boolean;
  /** The paragraph that defines it. */
  readonly rfc: string;
  /** The form of the command line, as HELP shows it. */
  readonly syntax: string;
  /** Where we depart from the paragraph on purpose, and why; for the compliance table. */
  readonly deviation?: string;
  /** Its line of FEAT; undefined for none. */
  feature?(session: Session): string | undefined;
  /**
   * Runs it and returns the one final reply, or the job that will bring it; at once where nothing is waited
   * for, since a promise costs as much as a short command.
   *
   * @param argument As typed; empty when there is none.
   * @throws {ReplyError} to refuse.
   */
  run(session: Session, argument: string): Soon<Reply | Job>;
}

/** Every verb and alias, upper case, with its command. */
export type CommandTable = ReadonlyMap<string, Command>;
