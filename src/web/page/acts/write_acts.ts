/**
 * The acts that change files: new folder, rename, move, cut, paste, delete. Offered where the letters allow.
 */

import type { Act, ActSubject } from "../browse/act.ts";
import { type FolderState, refreshFolder } from "../browse/listing.ts";
import { t } from "../i18n.ts";
import { loadPart } from "../kit/load_part.ts";
import { toast } from "../kit/toast.tsx";
import { ACTS } from "../texts/acts.ts";
import { cutEntries } from "./cut.ts";
import { type EntryPath, entryPathsOf, folderOf } from "./entry_path.ts";
import { moveTo } from "./move_to.ts";
import { makeFolder, move } from "./move_request.ts";
import { askName } from "./name_dialog.tsx";

/** Whether the account may do in that folder what the letter stands for. */
function may({ listing }: FolderState, letter: string): boolean {
  return listing?.permissions.includes(letter) ?? false;
}

function refresh(): void {
  void refreshFolder();
}

export const NEW_FOLDER: Act = {
  id: "new-folder",
  label: ACTS.newFolder,
  icon: "newFolder",
  bar: "always",
  isOffered: ({ folder, entries }) => entries.length === 0 && may(folder, "m"),
  run: async ({ folder }) => {
    const name = await askName({
      title: t(ACTS.newFolder),
      label: t(ACTS.newFolderName),
      confirm: t(ACTS.create),
      name: "",
      act: (name) => makeFolder(folder.base, `${folder.path}${name}/`),
    });
    if (name !== undefined) refresh();
  },
};

const RENAME: Act = {
  id: "rename",
  label: ACTS.rename,
  icon: "rename",
  key: "F2",
  bar: "selection",
  isOffered: ({ folder, entries }) => entries.length === 1 && may(folder, "f"),
  run: async (subject) => {
    const [{ base, path }] = entryPathsOf(subject) as [EntryPath];
    const [{ name: before }] = subject.entries as [ActSubject["entries"][number]];
    const name = await askName({
      title: t(ACTS.renameTitle, { name: before }),
      label: t(ACTS.newName),
      confirm: t(ACTS.rename),
      name: before,
      act: async (name) => {
        const to = folderOf(path) + name + (path.endsWith("/") ? "/" : "");
        await move(base, { from: path, to, onTaken: "fail" });
      },
    });
    if (name === undefined) return;
    toast({ kind: "info", text: t(ACTS.renamed, { name }) });
    refresh();
  },
};

const MOVE: Act = {
  id: "move",
  label: ACTS.move,
  icon: "move",
  isOffered: ({ folder, entries }) => entries.length > 0 && may(folder, "f"),
  run: async (subject) => {
    const entries = entryPathsOf(subject);
    const part = await loadPart(() => import("../parts.ts"));
    const to = await part?.askFolder(entries);
    if (to !== undefined) await moveTo(entries, to);
  },
};

const CUT: Act = {
  id: "cut",
  label: ACTS.cut,
  icon: "copy",
  key: "Ctrl+x",
  isOffered: ({ folder, entries }) => entries.length > 0 && may(folder, "f"),
  run: (subject) => {
    cutEntries.value = entryPathsOf(subject);
    toast({ kind: "info", text: t(ACTS.cutDone, { count: cutEntries.value.length }) });
  },
};

const PASTE: Act = {
  id: "paste",
  label: ACTS.paste,
  icon: "copy",
  key: "Ctrl+v",
  bar: "always",
  isOffered: ({ folder }) =>
    cutEntries.value.length > 0 && cutEntries.value[0]!.base === folder.base && may(folder, "f"),
  run: async ({ folder }) => {
    const entries = cutEntries.value;
    cutEntries.value = [];
    await moveTo(entries, folder.path);
  },
};

const REMOVE_ACT: Act = {
  id: "remove",
  label: ACTS.remove,
  icon: "remove",
  key: "Delete",
  kind: "danger",
  bar: "selection",
  isOffered: ({ folder, entries }) => entries.length > 0 && may(folder, "d"),
  run: async (subject) => {
    const part = await loadPart(() => import("../parts.ts"));
    if (await part?.removeEntries(entryPathsOf(subject))) refresh();
  },
};

export const WRITE_ACTS: readonly Act[] = [RENAME, MOVE, CUT, PASTE, REMOVE_ACT];
