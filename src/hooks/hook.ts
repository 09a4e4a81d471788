/** Hooks: what is to be told or asked when something happens, as the accounts file has it. */

import type { EventName } from "../telemetry/event_name.ts";
import type { ArgumentTemplate } from "./arguments.ts";
import type { Facts, QuestionName } from "./happening.ts";
import type { PathPattern } from "./path_pattern.ts";

/** A program, started without a shell. */
export interface ProgramTarget {
  readonly kind: "program";
  /** An absolute path. */
  readonly path: string;
  readonly args: readonly ArgumentTemplate[];
  /** Where it runs: the folder of the accounts file. */
  readonly cwd: string;
}

/** A web server that takes webhooks. */
export interface ReceiverTarget {
  readonly kind: "receiver";
  readonly url: string;
  /** The keys to sign with, several while one is being replaced; none leaves the signature out. */
  readonly secrets: readonly Uint8Array<ArrayBuffer>[];
}

/** One hook. */
export interface Hook {
  /** Letters, digits, `-` and `_`. */
  readonly name: string;
  readonly target: ProgramTarget | ReceiverTarget;
  /** The events that it is told of; none where it is asked. */
  readonly events: readonly EventName[];
  /** What it is asked; nothing where it is told. */
  readonly questions: readonly QuestionName[];
  /** The places it wants to hear of; none for all. */
  readonly paths: readonly PathPattern[];
  /** The accounts it wants to hear of; none for all. */
  readonly accounts: ReadonlySet<string>;
  /** How long one call may take, milliseconds. */
  readonly timeoutMs: number;
  /** Calls at once. */
  readonly mostAtOnce: number;
  /** What holds when a question gets no answer. */
  readonly ifSilent: "allow" | "refuse";
  /** Whether uploads are told with their SHA-256. */
  readonly wantsSha256: boolean;
}

/** Whether the hook's filters let it pass; places count only where there is one. */
export function isMeant({ accounts, paths }: Hook, { account, path, to }: Facts): boolean {
  if (accounts.size > 0 && !(typeof account === "string" && accounts.has(account))) return false;
  const places = [path, to].filter((place) => typeof place === "string");
  return paths.length === 0 || places.length === 0 ||
    places.some((place) => paths.some((pattern) => pattern(place)));
}
