/** Texts of moving and deleting: the dialogs, what became of it. */

import { texts } from "../../texts/text.ts";

export const MOVES = texts({
  moveTitle: { en: "Move “{name}”", zh: "移动“{name}”" },
  moveTitleMany: { en: "Move {count} items", zh: "移动 {count} 个项目" },
  moveHere: { en: "Move here", zh: "移动到此处" },
  moved: {
    en: "{count} item moved to {folder}.|{count} items moved to {folder}.",
    zh: "已将 {count} 个项目移动到 {folder}。",
  },
  undo: { en: "Undo", zh: "撤销" },
  undone: { en: "Moved back.", zh: "已移回。" },
  folders: { en: "Folders", zh: "文件夹" },
  noFolders: { en: "No folders in here", zh: "此处没有文件夹" },
  openFolder: { en: "Show what is in {name}", zh: "展开 {name}" },
  closeFolder: { en: "Hide what is in {name}", zh: "收起 {name}" },
  intoItself: { en: "A folder cannot be moved into itself.", zh: "文件夹不能移动到其自身内部。" },
  alreadyThere: { en: "It is in this folder already.", zh: "已在此文件夹中。" },
});

export const FAILURES = texts({
  failedFor: { en: "{name}: {reason}", zh: "{name}：{reason}" },
  failedMany: {
    en: "{count} items failed. The first, {name}: {reason}",
    zh: "{count} 个项目失败。第一个 {name}：{reason}",
  },
});

export const REMOVE = texts({
  title: { en: "Delete “{name}”?", zh: "删除“{name}”？" },
  titleMany: { en: "Delete {count} items?", zh: "删除 {count} 个项目？" },
  file: { en: "{size}. It cannot be brought back.", zh: "{size}。删除后无法恢复。" },
  counting: {
    en: "Counting what is in there: {count} file so far…|Counting what is in there: {count} files so far…",
    zh: "正在统计内容：目前 {count} 个文件…",
  },
  whole: {
    en:
      "{count} file, {size} in all. It cannot be brought back.|{count} files, {size} in all. They cannot be brought back.",
    zh: "共 {count} 个文件，{size}。删除后无法恢复。",
  },
  wholeAtLeast: {
    en: "More than {count} files, {size}. They cannot be brought back.",
    zh: "超过 {count} 个文件，{size}。删除后无法恢复。",
  },
  empty: { en: "It is empty.", zh: "内容为空。" },
  running: { en: "Deleting {name}", zh: "正在删除 {name}" },
  progress: { en: "{count} deleted", zh: "已删除 {count} 项" },
  stop: { en: "Stop", zh: "停止" },
  done: { en: "{count} item deleted.|{count} items deleted.", zh: "已删除 {count} 个项目。" },
  stopped: { en: "Stopped. What was deleted until then is gone.", zh: "已停止。此前已删除的内容无法恢复。" },
});
