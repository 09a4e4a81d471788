/** Who is signed in, as the server tells it. */

import { signal } from "@preact/signals";
import { requestJson } from "./api.ts";

/** The account of this session. */
export interface Me {
  readonly name: string;
  readonly isAnonymous: boolean;
  readonly isAdmin: boolean;
}

/** Who is signed in; undefined until the server has told, and for visitors of a share link. */
export const me = signal<Me | undefined>(undefined);

/** Asks the server who this is. @throws {ApiError} */
export async function loadMe(): Promise<void> {
  me.value = await requestJson<Me>("/~/api/me");
}
