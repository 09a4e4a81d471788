/** The acts that only read: open, preview, download, copy an address. */

import { addressOf, childPath } from "../address.ts";
import { t } from "../i18n.ts";
import { toast } from "../kit/toast.tsx";
import { hasPreview } from "../preview/kind.ts";
import { openFolder, setFragment } from "../router.ts";
import { BROWSE } from "../texts/browse.ts";
import { type Act, type ActSubject, addActs } from "./act.ts";
import type { Entry, FolderState } from "./listing.ts";

/**
 * Opens an entry as a click does: a folder is shown, a file is previewed, or downloaded where it cannot be.
 */
export function openEntry(folder: FolderState, entry: Entry): void {
  if (entry.type === "directory") openFolder(childPath(folder.path, entry));
  else if (hasPreview(entry.name)) setFragment(entry.name, "push");
  else download(entryAddress(folder, entry));
}

/** The address of an entry of the folder. */
export function entryAddress({ base, path }: FolderState, entry: Entry): string {
  return addressOf(childPath(path, entry), base);
}

/** Lets the browser download from an address; it shows the progress by itself. */
export function download(address: string): void {
  const link = document.createElement("a");
  link.href = `${address}?download`;
  link.download = "";
  link.click();
}

function downloadZip({ folder, entries }: ActSubject): void {
  const single = entries.length === 1 ? entries[0]! : undefined;
  // One folder, or all of the folder that is shown, is the ZIP of that folder; else a form names the entries.
  const form = document.createElement("form");
  form.method = "post";
  form.action = single?.type === "directory"
    ? `${entryAddress(folder, single)}?zip`
    : `${addressOf(folder.path, folder.base)}?zip`;
  for (const { name } of single?.type === "directory" ? [] : entries) {
    const field = document.createElement("input");
    field.type = "hidden";
    field.name = "name";
    field.value = name;
    form.append(field);
  }
  document.body.append(form);
  form.submit();
  form.remove();
}

async function copyAddress({ folder, entries }: ActSubject): Promise<void> {
  const address = new URL(
    entries.length === 1 ? entryAddress(folder, entries[0]!) : addressOf(folder.path, folder.base),
    location.href,
  ).href;
  try {
    // Only there over HTTPS and on this machine.
    await navigator.clipboard.writeText(address);
    toast({ kind: "info", text: t(BROWSE.linkCopied) });
  } catch {
    toast({ kind: "error", text: t(BROWSE.copyFailed, { address }) });
  }
}

const OPEN: Act = {
  id: "open",
  label: BROWSE.open,
  icon: "folder",
  key: "Enter",
  isOffered: ({ entries }) => entries.length === 1 && entries[0]!.type === "directory",
  run: ({ folder, entries }) => openEntry(folder, entries[0]!),
};

const PREVIEW: Act = {
  id: "preview",
  label: BROWSE.preview,
  icon: "eye",
  key: "Enter",
  isOffered: ({ entries }) =>
    entries.length === 1 && entries[0]!.type === "file" && hasPreview(entries[0]!.name),
  run: ({ folder, entries }) => openEntry(folder, entries[0]!),
};

const DOWNLOAD: Act = {
  id: "download",
  label: BROWSE.download,
  icon: "download",
  bar: "selection",
  isOffered: ({ entries }) => entries.length === 1 && entries[0]!.type === "file",
  run: ({ folder, entries }) => download(entryAddress(folder, entries[0]!)),
};

const ZIP: Act = {
  id: "zip",
  label: BROWSE.downloadZip,
  icon: "archive",
  bar: "always",
  isOffered: ({ folder, entries }) =>
    !!folder.listing?.permissions.includes("r") && folder.listing.entries.length > 0 &&
    !(entries.length === 1 && entries[0]!.type === "file"),
  run: downloadZip,
};

const COPY: Act = {
  id: "copy-address",
  label: BROWSE.copyLink,
  icon: "link",
  isOffered: ({ entries }) => entries.length <= 1,
  run: copyAddress,
};

addActs(OPEN, PREVIEW, DOWNLOAD, ZIP, COPY);
