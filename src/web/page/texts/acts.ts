/** Texts of what changes files: new folder, rename, move, delete. */

import { texts } from "../../texts/text.ts";

export const ACTS = texts({
  newFolder: { en: "New folder", zh: "新建文件夹" },
  newFolderName: { en: "Name of the folder", zh: "文件夹名称" },
  create: { en: "Create", zh: "创建" },
  rename: { en: "Rename", zh: "重命名" },
  renameTitle: { en: "Rename “{name}”", zh: "重命名“{name}”" },
  newName: { en: "New name", zh: "新名称" },
  renamed: { en: "Renamed to {name}.", zh: "已重命名为 {name}。" },
  nameEmpty: { en: "Type a name.", zh: "请输入名称。" },
  nameSlash: { en: "A name has no slash in it.", zh: "名称中不能包含斜杠。" },
  nameDots: { en: "This name has a meaning of its own.", zh: "此名称有特殊含义，不能使用。" },
  move: { en: "Move to…", zh: "移动到…" },
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
  cut: { en: "Cut", zh: "剪切" },
  cutDone: {
    en: "{count} item cut. Paste it in another folder.|{count} items cut. Paste them in another folder.",
    zh: "已剪切 {count} 个项目。请到其他文件夹中粘贴。",
  },
  paste: { en: "Paste here", zh: "粘贴到此处" },
  failedFor: { en: "{name}: {reason}", zh: "{name}：{reason}" },
  failedMany: {
    en: "{count} items failed. The first, {name}: {reason}",
    zh: "{count} 个项目失败。第一个 {name}：{reason}",
  },
});

export const REMOVE = texts({
  remove: { en: "Delete", zh: "删除" },
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
