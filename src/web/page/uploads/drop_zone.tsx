/** Drags over the page: files from the system are uploaded, entries of the list are moved. */

import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { dragged, OWN_KIND } from "../acts/drag.ts";
import { folderText, isFolder } from "../acts/entry_path.ts";
import { moveTo } from "../acts/move_to.ts";
import { folder } from "../browse/listing.ts";
import { t } from "../i18n.ts";
import { Icon } from "../kit/icon.tsx";
import { toast } from "../kit/toast.tsx";
import { UPLOAD_ACT } from "../texts/upload_acts.ts";
import { addPicked, finding } from "./kept_queue.ts";
import { droppedFrom } from "./picked_files.ts";
import { mayUpload } from "./upload_act.ts";

/** The folder that a drop at this element means: a row, a breadcrumb, or what is shown. */
function folderAt(target: EventTarget | null): { path: string; element?: HTMLElement } {
  const element = target instanceof Element ? target.closest<HTMLElement>("[data-folder]") : null;
  return element === null ? { path: folder.value.path } : { path: element.dataset.folder!, element };
}

/** Watches all drags and shows where a drop would go; stands once in the page. */
export function DropZone(): JSX.Element | null {
  const [over, setOver] = useState<string>();
  useEffect(() => {
    let marked: HTMLElement | undefined;
    const mark = (element: HTMLElement | undefined): void => {
      if (marked !== element) marked?.classList.remove("drop-target");
      marked = element;
      marked?.classList.add("drop-target");
    };
    const end = (): void => {
      mark(undefined);
      setOver(undefined);
    };
    const onDragOver = (event: DragEvent): void => {
      const kind = kindOf(event);
      if (kind === undefined) return;
      const { path, element } = folderAt(event.target);
      if (kind === "entries" && !mayMoveTo(path)) return end();
      event.preventDefault();
      event.dataTransfer!.dropEffect = kind === "files" ? "copy" : "move";
      mark(element);
      setOver(kind === "files" ? path : undefined);
    };
    const onDragLeave = (event: DragEvent): void => {
      if (event.relatedTarget === null) end();
    };
    const onDrop = (event: DragEvent): void => {
      const kind = kindOf(event);
      if (kind === undefined) return;
      event.preventDefault();
      end();
      const { path } = folderAt(event.target);
      if (kind === "files") void upload(event.dataTransfer!, path);
      else void moveTo(dragged.entries, path);
      dragged.entries = [];
    };
    const onDragEnd = (): void => {
      end();
      dragged.entries = [];
    };
    addEventListener("dragover", onDragOver);
    addEventListener("dragleave", onDragLeave);
    addEventListener("drop", onDrop);
    addEventListener("dragend", onDragEnd);
    return () => {
      removeEventListener("dragover", onDragOver);
      removeEventListener("dragleave", onDragLeave);
      removeEventListener("drop", onDrop);
      removeEventListener("dragend", onDragEnd);
    };
  }, []);
  if (over === undefined) return null;
  const isAllowed = mayUpload(folder.value);
  return (
    <div class="drop-zone">
      <div class={isAllowed ? "drop-note" : "drop-note drop-note-denied"}>
        <Icon name={isAllowed ? "upload" : "warning"} size={32} />
        <p>{isAllowed ? t(UPLOAD_ACT.dropHere, { folder: folderText(over) }) : t(UPLOAD_ACT.dropDenied)}</p>
      </div>
    </div>
  );
}

/** What is dragged: files from the system, or entries of this page; undefined for texts and the like. */
function kindOf({ dataTransfer }: DragEvent): "files" | "entries" | undefined {
  if (document.querySelector("dialog[open]") !== null) return undefined;
  const types = dataTransfer?.types ?? [];
  if (types.includes(OWN_KIND)) return dragged.entries.length > 0 ? "entries" : undefined;
  return types.includes("Files") ? "files" : undefined;
}

function mayMoveTo(path: string): boolean {
  return folder.value.listing?.permissions.includes("f") === true && path !== folder.value.path &&
    !dragged.entries.some((entry) => isFolder(entry) && path.startsWith(entry.path));
}

async function upload(data: DataTransfer, path: string): Promise<void> {
  if (!mayUpload(folder.value)) return void toast({ kind: "error", text: t(UPLOAD_ACT.dropDenied) });
  const { base } = folder.value;
  try {
    const picked = await droppedFrom(data, (count) => finding.value = count);
    addPicked(picked, { base, folder: path });
  } catch {
    toast({ kind: "error", text: t(UPLOAD_ACT.unreadable) });
  } finally {
    finding.value = undefined;
  }
}
