/** A tree of folders to choose one from; each is listed when it is opened. */

import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { addressOf, type Base } from "../address.ts";
import { refusalText, requestJson } from "../api.ts";
import { t } from "../i18n.ts";
import { Icon } from "../kit/icon.tsx";
import { MOVES } from "../texts/moves.ts";
import { BROWSE } from "../texts/browse.ts";
import { COMMON } from "../texts/common.ts";
import { nameOf } from "./entry_path.ts";

/** Folders of a folder, or why they are not known. */
type Children = readonly string[] | { readonly error: string } | "loading";

export interface FolderTreeProps {
  readonly base: Base;
  readonly chosen: string;
  readonly onChoose: (path: string) => void;
  /** True for folders that cannot be chosen, such as the one that is moved. */
  readonly isBarred: (path: string) => boolean;
}

/** The tree, with the root and the way to `chosen` open at first. */
export function FolderTree({ base, chosen, onChoose, isBarred }: FolderTreeProps): JSX.Element {
  const [open, setOpen] = useState<ReadonlyMap<string, Children>>(new Map());
  const tree = useRef<HTMLUListElement>(null);
  const load = async (path: string): Promise<void> => {
    setOpen((now) => new Map(now).set(path, "loading"));
    const children = await foldersOf(base, path);
    setOpen((now) => now.has(path) ? new Map(now).set(path, children) : now);
  };
  useEffect(() => {
    for (const path of waysTo(chosen)) void load(path);
  }, []);
  const toggle = (path: string): void => {
    if (!open.has(path)) return void load(path);
    setOpen((now) => new Map([...now].filter(([one]) => one !== path)));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const visible = [...tree.current!.querySelectorAll<HTMLElement>("[role=treeitem]")];
    const at = visible.findIndex((item) => item.dataset.path === chosen);
    const isOpen = open.has(chosen);
    const step = { ArrowDown: 1, ArrowUp: -1, Home: -at, End: visible.length - 1 - at }[event.key];
    if (step !== undefined) {
      const next = visible[Math.max(0, Math.min(at + step, visible.length - 1))];
      if (next?.dataset.path !== undefined) onChoose(next.dataset.path);
      next?.scrollIntoView({ block: "nearest" });
    } else if ((event.key === "ArrowRight" && !isOpen) || (event.key === "ArrowLeft" && isOpen)) {
      toggle(chosen);
    } else if (event.key === "ArrowLeft" && chosen !== "/") {
      onChoose(chosen.slice(0, chosen.lastIndexOf("/", chosen.length - 2) + 1));
    } else return;
    event.preventDefault();
  };
  const branch = (path: string, level: number): JSX.Element => (
    <Branch
      key={path}
      {...{ path, level, chosen, onChoose, isBarred, toggle, branch }}
      content={open.get(path)}
    />
  );
  return (
    <ul
      ref={tree}
      class="tree"
      role="tree"
      tabIndex={0}
      aria-label={t(MOVES.folders)}
      aria-activedescendant={`tree ${chosen}`}
      onKeyDown={onKeyDown}
    >
      {branch("/", 1)}
    </ul>
  );
}

function Branch(
  { path, level, chosen, onChoose, isBarred, toggle, branch, content }: {
    path: string;
    level: number;
    chosen: string;
    content: Children | undefined;
    onChoose: (path: string) => void;
    isBarred: (path: string) => boolean;
    toggle: (path: string) => void;
    branch: (path: string, level: number) => JSX.Element;
  },
): JSX.Element {
  const name = path === "/" ? t(BROWSE.home) : nameOf(path);
  const isOpen = content !== undefined;
  return (
    <>
      <li
        id={`tree ${path}`}
        class="tree-item"
        role="treeitem"
        data-path={path}
        aria-level={level}
        aria-expanded={isOpen}
        aria-selected={path === chosen}
        aria-disabled={isBarred(path) || undefined}
        // A custom property: styles of elements are allowed to scripts, and the stylesheet says what it
        // means.
        ref={(item) => item?.style.setProperty("--level", String(level))}
        onClick={() => onChoose(path)}
        onDblClick={() => toggle(path)}
      >
        <span
          class="tree-arrow"
          title={t(isOpen ? MOVES.closeFolder : MOVES.openFolder, { name })}
          onClick={(event) => {
            event.stopPropagation();
            toggle(path);
          }}
        >
          <Icon name={isOpen ? "down" : "right"} size={16} />
        </span>
        <Icon name="folder" size={18} />
        <span class="tree-name">{name}</span>
      </li>
      {content === "loading" && <Note level={level + 1} text={t(COMMON.loading)} />}
      {content !== undefined && typeof content === "object" && "error" in content &&
        <Note level={level + 1} text={content.error} />}
      {Array.isArray(content) && content.length === 0 && <Note level={level + 1} text={t(MOVES.noFolders)} />}
      {Array.isArray(content) && content.map((child: string) => branch(child, level + 1))}
    </>
  );
}

function Note({ level, text }: { level: number; text: string }): JSX.Element {
  return (
    <li
      class="tree-note"
      role="none"
      ref={(item) => item?.style.setProperty("--level", String(level))}
    >
      {text}
    </li>
  );
}

async function foldersOf(base: Base, path: string): Promise<Children> {
  try {
    const { entries } = await requestJson<{ entries: { name: string; type: string }[] }>(
      addressOf(path, base),
    );
    return entries.filter(({ type }) => type === "directory").map(({ name }) => `${path}${name}/`)
      .sort((a, b) => a.localeCompare(b, undefined, { numeric: true }));
  } catch (error) {
    return { error: refusalText(error) };
  }
}

/** The root and each folder on the way to a path, itself not. */
function waysTo(path: string): string[] {
  const names = path.split("/").slice(1, -1);
  return ["/", ...names.slice(0, -1).map((_, index) => `/${names.slice(0, index + 1).join("/")}/`)];
}
