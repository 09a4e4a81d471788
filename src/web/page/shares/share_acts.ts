/** The acts of share links: make one for an entry or the folder, and see one's own. */

import { childPath } from "../address.ts";
import { nameOf } from "../acts/entry_path.ts";
import type { Act, ActSubject } from "../browse/act.ts";
import { t } from "../i18n.ts";
import { me } from "../me.ts";
import { BROWSE } from "../texts/browse.ts";
import { ACTS } from "../texts/acts.ts";
import type { Shareable } from "./share_dialog.tsx";
import { loadPart } from "../kit/load_part.ts";

function kindsOf({ folder, entries }: ActSubject): Shareable["kinds"] {
  const letters = folder.listing?.permissions ?? "";
  const isFile = entries[0]?.type === "file";
  return [
    ...letters.includes("r") ? ["download" as const] : [],
    ...letters.includes("w") && !isFile ? ["upload" as const] : [],
  ];
}

function isOwnTree({ folder }: ActSubject): boolean {
  return folder.base === "" && me.value?.isAnonymous === false;
}

const SHARE: Act = {
  id: "share",
  label: ACTS.share,
  icon: "link",
  bar: "selection",
  isOffered: (subject) => isOwnTree(subject) && subject.entries.length <= 1 && kindsOf(subject).length > 0,
  run: async (subject) => {
    const { folder, entries: [entry] } = subject;
    const path = entry === undefined ? folder.path : childPath(folder.path, entry);
    const part = await loadPart(() => import("../parts.ts"));
    await part?.openShareDialog({
      path,
      name: path === "/" ? t(BROWSE.home) : nameOf(path),
      kinds: kindsOf(subject),
    });
  },
};

export const SHARE_ACTS: readonly Act[] = [SHARE];
