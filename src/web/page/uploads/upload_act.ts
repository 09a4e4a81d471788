/** The buttons that upload: files, or a folder with all that is in it. */

import type { Act } from "../browse/act.ts";
import { UPLOAD_ACT } from "../texts/upload_acts.ts";
import { chooseFiles } from "./file_chooser.ts";
import { addPicked } from "./kept_queue.ts";
import { pickedFrom } from "./picked_files.ts";

/** The folder that is shown, as acts get it. */
type Folder = Parameters<Act["run"]>[0]["folder"];

/** Whether files may be put there; unknown, and so worth a try, where only the listing is refused. */
export function mayUpload({ listing, error }: Folder): boolean {
  return listing?.permissions.includes("w") ?? error?.code === "denied";
}

async function choose(what: "files" | "folder", { base, path }: Folder): Promise<void> {
  const files = await chooseFiles(what);
  if (files.length > 0) addPicked(pickedFrom(files), { base, folder: path });
}

const UPLOAD_FILES: Act = {
  id: "upload-files",
  label: UPLOAD_ACT.files,
  icon: "upload",
  key: "u",
  bar: "always",
  isOffered: ({ folder, entries }) => entries.length === 0 && mayUpload(folder),
  run: ({ folder }) => choose("files", folder),
};

const UPLOAD_FOLDER: Act = {
  id: "upload-folder",
  label: UPLOAD_ACT.folder,
  icon: "folder",
  bar: "always",
  isOffered: ({ folder, entries }) =>
    entries.length === 0 && mayUpload(folder) && (folder.listing?.permissions.includes("m") ?? true),
  run: ({ folder }) => choose("folder", folder),
};

export const UPLOAD_ACTS: readonly Act[] = [UPLOAD_FILES, UPLOAD_FOLDER];
