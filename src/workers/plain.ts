/** Errors, events and accounts as plain data, and back: messages between threads carry nothing else. */

import type { ServerEvent } from "../telemetry/events.ts";
import { Permissions } from "../users/permissions.ts";
import type { User } from "../users/user.ts";
import { MOST_TEXT, type PlainError, type PlainUser } from "./messages.ts";

/** Whatever was thrown, as data. */
export function plainError(error: unknown): PlainError {
  if (!(error instanceof Error)) {
    return { name: "Error", message: cut(String(error)), stack: undefined, code: undefined };
  }
  const { name, message, stack } = error;
  return {
    name: cut(name),
    message: cut(message),
    stack: stack && cut(stack),
    code: "code" in error ? String(error.code) : undefined,
  };
}

/** The main thread takes no longer texts from a worker. */
function cut(text: string): string {
  return text.slice(0, MOST_TEXT);
}

/** The error that was made plain in another thread. */
export function revivedError({ name, message, stack, code }: PlainError): Error {
  const error = new Error(message);
  return Object.assign(error, { name, stack, ...code !== undefined && { code } });
}

/** An event that can be sent: an error in it may be of any class and hold anything. */
export function plainEvent(event: ServerEvent): ServerEvent {
  return event.kind === "error" ? { ...event, error: plainError(event.error) } : event;
}

/** The event that was made plain in another thread. */
export function revivedEvent(event: ServerEvent): ServerEvent {
  return event.kind === "error" ? { ...event, error: revivedError(event.error as PlainError) } : event;
}

/** What sessions need of an account. Its password and its second factor stay in the main thread. */
export function plainUser({ password: _, totp: __, permissions, ...rest }: User): PlainUser {
  return { ...rest, letters: permissions.letters, overrides: permissions.overrides };
}

/** The account in the worker. Nobody checks a password there, so it has none. */
export function revivedUser({ letters, overrides, ...rest }: PlainUser): User {
  return { ...rest, password: undefined, permissions: new Permissions(letters, overrides) };
}
