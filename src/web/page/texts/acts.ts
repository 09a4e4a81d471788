/** Texts of the acts that change files, and of the question for a name. */

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
  cut: { en: "Cut", zh: "剪切" },
  cutDone: {
    en: "{count} item cut. Paste it in another folder.|{count} items cut. Paste them in another folder.",
    zh: "已剪切 {count} 个项目。请到其他文件夹中粘贴。",
  },
  paste: { en: "Paste here", zh: "粘贴到此处" },
  remove: { en: "Delete", zh: "删除" },
  share: { en: "Share link…", zh: "分享链接…" },
  myLinks: { en: "My share links", zh: "我的分享链接" },
});
