/** Homes that are waited for: a start that takes long says why. */

import type { HomeLooks } from "../users/home_looks.ts";
import type { User } from "../users/user.ts";
import { print } from "./terminal.ts";

const LONG_MS = 1000;

/** Waits for work that looks at homes, and prints after a second what it waits for. */
export async function waitingAloud<T>(work: Promise<T>, looks: HomeLooks): Promise<T> {
  const timer = setTimeout(() => {
    const homes = looks.waitedFor;
    print(homes.length > 0 ? `Waiting for homes to answer: ${homes.join(", ")}` : "Waiting for the disk");
  }, LONG_MS);
  try {
    return await work;
  } finally {
    clearTimeout(timer);
  }
}

/** What the operator is told of an account whose home does not answer. */
export function silentHome({ name, home }: User): string {
  return `The home of ${name} does not answer: ${home}; logins to ${name} are refused until it does`;
}

/** What the operator is told when it does. */
export function answeringHome({ name, home }: User): string {
  return `The home of ${name} answers again: ${home}`;
}
