/** Texts of previews: what is shown of a file, and what cannot be. */

import { texts } from "../../texts/text.ts";

export const PREVIEW = texts({
  title: { en: "Preview of {name}", zh: "{name} 的预览" },
  previous: { en: "Previous file", zh: "上一个文件" },
  next: { en: "Next file", zh: "下一个文件" },
  firstPart: { en: "The first {shown} of {whole} are shown.", zh: "仅显示前 {shown}，共 {whole}。" },
  none: { en: "There is no preview for this kind of file.", zh: "此类文件无法预览。" },
  empty: { en: "This file is empty.", zh: "此文件为空。" },
  gone: { en: "There is no file “{name}” here.", zh: "这里没有文件“{name}”。" },
  broken: { en: "The browser cannot show this file.", zh: "浏览器无法显示此文件。" },
  position: { en: "{at} of {all}", zh: "第 {at} 个，共 {all} 个" },
});
