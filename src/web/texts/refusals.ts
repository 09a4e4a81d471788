/** Texts of refusals, for people who open an address that the page does not show itself. */

import { texts } from "./text.ts";

export const REFUSAL = texts({
  title: { en: "That did not work", zh: "无法打开" },
  notFound: { en: "There is no such file or folder.", zh: "没有此文件或文件夹。" },
  linkOver: {
    en: "This link does not exist, or it is over. Ask whoever gave it to you for a new one.",
    zh: "此链接不存在或已失效。请向提供此链接的人索取新的链接。",
  },
  denied: { en: "You may not do this here.", zh: "您无权在此进行此操作。" },
  limit: {
    en: "Too many sessions, requests or wrong passwords. Wait a while and try again.",
    zh: "会话、请求或错误密码过多。请稍候再试。",
  },
  failed: { en: "The server could not do this. Try again later.", zh: "服务器无法完成此操作。请稍后再试。" },
  toHome: { en: "Go to the top folder", zh: "转到顶层文件夹" },
});
