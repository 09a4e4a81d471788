/** Texts of the folder view: columns, acts on entries, states, keys. */

import { texts } from "../../texts/text.ts";

export const BROWSE = texts({
  home: { en: "Home", zh: "主目录" },
  path: { en: "Path", zh: "路径" },
  filter: { en: "Filter by name", zh: "按名称筛选" },
  clearFilter: { en: "Clear the filter", zh: "清除筛选" },
  refresh: { en: "Refresh", zh: "刷新" },
  entries: { en: "Files and folders", zh: "文件和文件夹" },
  name: { en: "Name", zh: "名称" },
  size: { en: "Size", zh: "大小" },
  modified: { en: "Changed", zh: "修改时间" },
  sortBy: { en: "Sort by {column}", zh: "按{column}排序" },
  folder: { en: "Folder", zh: "文件夹" },
  link: { en: "Link", zh: "链接" },
  selectOne: { en: "Select {name}", zh: "选择 {name}" },
  selectAll: { en: "Select all", zh: "全选" },
  clearSelection: { en: "Clear selection", zh: "取消选择" },
  actsFor: { en: "Actions for {name}", zh: "{name} 的操作" },
  selected: { en: "{count} selected", zh: "已选择 {count} 项" },
  count: { en: "{count} item|{count} items", zh: "{count} 个项目" },
  countFiltered: { en: "{count} of {all} items", zh: "{all} 个项目中的 {count} 个" },
  free: { en: "{size} free", zh: "剩余 {size}" },
  quota: { en: "{used} of {limit} used", zh: "已用 {used}，共 {limit}" },
  open: { en: "Open", zh: "打开" },
  preview: { en: "Preview", zh: "预览" },
  download: { en: "Download", zh: "下载" },
  downloadZip: { en: "Download as ZIP", zh: "打包下载 (ZIP)" },
  copyLink: { en: "Copy address", zh: "复制地址" },
  linkCopied: { en: "The address was copied.", zh: "地址已复制。" },
  copyFailed: {
    en: "The browser did not let the page copy. Address: {address}",
    zh: "浏览器不允许复制。地址：{address}",
  },
  emptyTitle: { en: "This folder is empty", zh: "此文件夹为空" },
  emptyText: { en: "Nothing has been put here yet.", zh: "这里还没有任何内容。" },
  noMatchTitle: { en: "No name matches", zh: "没有匹配的名称" },
  noMatchText: {
    en: "No name in this folder contains “{filter}”.",
    zh: "此文件夹中没有名称包含“{filter}”。",
  },
  missingTitle: { en: "This folder is not there", zh: "此文件夹不存在" },
  missingText: {
    en: "It was removed, renamed, or the address is wrong.",
    zh: "它可能已被删除、重命名，或地址有误。",
  },
  deniedTitle: { en: "You may not see this folder", zh: "您无权查看此文件夹" },
  deniedText: { en: "Your account is not allowed to list it.", zh: "您的账户不允许列出此文件夹。" },
  failedTitle: { en: "This folder could not be shown", zh: "无法显示此文件夹" },
  dropBoxTitle: { en: "You can put files here", zh: "您可以把文件放在这里" },
  toHome: { en: "Go to the top folder", zh: "转到顶层文件夹" },
  unknownTime: { en: "unknown", zh: "未知" },
});

export const PREVIEW = texts({
  title: { en: "Preview of {name}", zh: "{name} 的预览" },
  previous: { en: "Previous file", zh: "上一个文件" },
  next: { en: "Next file", zh: "下一个文件" },
  firstPart: { en: "The first {shown} of {whole} are shown.", zh: "仅显示前 {shown}，共 {whole}。" },
  none: { en: "There is no preview for this kind of file.", zh: "此类文件无法预览。" },
  broken: { en: "The browser cannot show this file.", zh: "浏览器无法显示此文件。" },
  position: { en: "{at} of {all}", zh: "第 {at} 个，共 {all} 个" },
});

export const KEYS = texts({
  move: { en: "Move", zh: "移动" },
  extend: { en: "Extend the selection", zh: "扩展选择" },
  open: { en: "Open", zh: "打开" },
  up: { en: "Folder above", zh: "上级文件夹" },
  filter: { en: "Filter by name", zh: "按名称筛选" },
  select: { en: "Select or leave out", zh: "选择或取消" },
  all: { en: "Select all", zh: "全选" },
  none: { en: "Clear the selection", zh: "取消选择" },
  menu: { en: "Menu of the entry", zh: "项目菜单" },
  help: { en: "This help", zh: "显示本帮助" },
});
