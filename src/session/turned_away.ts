/** Clients from banned networks: they have no session, no number, no seat and no line in the log. */

import type { Welcome } from "../guard/door.ts";
import type { TcpConnection } from "../net/connection.ts";
import { BANNED } from "./refusal.ts";

const LAST_WORDS = new TextEncoder().encode(`421 ${BANNED}\r\n`);

/** Closes the connection of one. */
export function turnAway(connection: TcpConnection, how: Exclude<Welcome, "come-in">): void {
  // A socket that has just been made takes as much at once.
  if (how === "tell") void connection.write(LAST_WORDS).catch(() => {}).then(() => connection.close());
  else connection.close();
}
