/** The mounts of an account, from their text, checked against the disk. */

import { resolve } from "node:path";
import type { Problem } from "../ini/problem.ts";
import type { VirtualPath } from "../protocol/pathname.ts";
import { splitDirectoryKey } from "./account_keys.ts";
import type { AccountProblems } from "./account_problems.ts";
import type { HomeLooks } from "./home_looks.ts";
import { type HomeMount, parseMount, type WrittenMount } from "./home_mount.ts";
import type { Permissions } from "./permissions.ts";
import { type ProtectedPlaces, reasonAgainst } from "./protected_places.ts";
import type { WrittenAccount, WrittenValue } from "./written_accounts.ts";

/** A mount that is understood, and where it stands. */
interface FoundMount extends WrittenMount {
  readonly key: string;
  readonly value: WrittenValue;
}

/** Where mounts are looked at. */
export interface MountSurroundings {
  /** Where relative directories start. */
  readonly folder: string;
  readonly looks: HomeLooks;
  /** What no mount may hold. */
  readonly places: ProtectedPlaces;
}

/** The mounts of an account, and what is to be told of them that keeps nobody out. */
export interface ReadMounts {
  readonly mounts: readonly HomeMount[];
  readonly warnings: readonly Problem[];
}

/** Reads what an account says of its mounts; `permissions` are those that it has apart from them. */
export function readWrittenMounts(
  { values }: Pick<WrittenAccount, "values">,
  permissions: Permissions | undefined,
  problems: AccountProblems,
): FoundMount[] {
  const found = new Map<VirtualPath, FoundMount>();
  for (const [key, value] of values) {
    if (splitDirectoryKey(key)?.key !== "mount") continue;
    const mount = parseMount(key, value.text);
    const wrong = typeof mount === "string" ? mount : whyTwice(mount, { found, permissions });
    if (wrong !== undefined) {
      problems.report(value.line, key, `Cannot use the key "${key}" of ${value.owner}: ${wrong}`);
    } else if (typeof mount !== "string") {
      found.set(mount.at, { ...mount, key, value });
    }
  }
  return [...found.values()];
}

function whyTwice(
  { at, letters }: WrittenMount,
  { found, permissions }: {
    found: ReadonlyMap<VirtualPath, FoundMount>;
    permissions: Permissions | undefined;
  },
): string | undefined {
  const other = found.get(at);
  if (other) return `"${other.key}" is the same place`;
  const isSaid = letters && permissions?.overrides.some(([directory]) => directory === at);
  return isSaid ? `its letters stand in permissions:${at} too, say them once` : undefined;
}

/**
 * Looks at the directories. One that is not there, or does not answer, is as a stick that was pulled out: it
 * keeps nobody from the rest.
 */
export async function lookAtMounts(
  found: readonly FoundMount[],
  { folder, looks, places }: MountSurroundings,
  problems: AccountProblems,
): Promise<ReadMounts> {
  const warnings: Problem[] = [];
  const mounts = await Promise.all(found.map(async ({ at, home: written, letters, key, value }) => {
    const home = resolve(folder, written);
    const state = await looks.look(home);
    const place = `Cannot reach ${home}, ${key} of ${value.owner}`;
    const { line } = value;
    if (state.kind !== "there") {
      const reason = state.kind === "silent" ? "its disk does not answer" : state.reason;
      const message = `${place}: ${reason}; what is in there is refused until it can be reached`;
      warnings.push({ file: problems.file, line, value: written, message });
    }
    // Of what cannot be looked at its name tells: it may be there in the next moment.
    const held = places.heldBy(state.kind === "there" ? state : { real: home, identity: undefined });
    if (held) {
      const message = `Cannot use ${home} for ${key} of ${value.owner}: ${reasonAgainst(held, "directory")}`;
      problems.report(line, written, message);
    }
    return {
      at,
      home,
      ...letters && { letters },
      ...state.kind === "silent" && { isHomeSilent: true as const },
    };
  }));
  return { mounts, warnings };
}
