/** Texts of what every view has: dialogs, header, refusals. */

import { texts } from "../../texts/text.ts";

export const COMMON = texts({
  ok: { en: "OK", zh: "确定" },
  cancel: { en: "Cancel", zh: "取消" },
  close: { en: "Close", zh: "关闭" },
  more: { en: "More", zh: "更多" },
  tryAgain: { en: "Try again", zh: "重试" },
  dismiss: { en: "Dismiss", zh: "关闭提示" },
  partGone: { en: "This part of the page could not be loaded", zh: "无法加载页面的这一部分" },
  reload: { en: "Reload the page", zh: "重新加载页面" },
  loading: { en: "Loading…", zh: "正在加载…" },
  anonymous: { en: "Anonymous", zh: "匿名用户" },
  signIn: { en: "Sign in", zh: "登录" },
  signOut: { en: "Sign out", zh: "退出登录" },
  account: { en: "Account and appearance", zh: "账户与外观" },
  language: { en: "Language", zh: "语言" },
  theme: { en: "Colours", zh: "配色" },
  themeSystem: { en: "As the system", zh: "跟随系统" },
  themeLight: { en: "Light", zh: "浅色" },
  themeDark: { en: "Dark", zh: "深色" },
  files: { en: "Files", zh: "文件" },
  admin: { en: "Server", zh: "服务器" },
  skip: { en: "Skip to the content", zh: "跳到内容" },
  keys: { en: "Keyboard shortcuts", zh: "键盘快捷键" },
});

/** What refusals mean, by their code. */
export const ERRORS = texts({
  "sign-in": { en: "Sign in to do this.", zh: "请先登录。" },
  denied: { en: "Your account is not allowed to do this here.", zh: "您的账户无权在此执行该操作。" },
  "not-found": { en: "It is not there any more.", zh: "已不存在。" },
  exists: { en: "There is something of that name already.", zh: "同名项目已存在。" },
  "not-empty": { en: "The folder is not empty.", zh: "文件夹不是空的。" },
  busy: { en: "It is in use: somebody uploads to it right now.", zh: "正在使用：有人正在上传到此处。" },
  quota: { en: "Your account has no room left.", zh: "您的账户空间已用完。" },
  "disk-full": { en: "The server's disk is full.", zh: "服务器磁盘已满。" },
  range: { en: "The file has changed meanwhile.", zh: "文件已发生变化。" },
  precondition: { en: "It was changed meanwhile.", zh: "该项目已被更改。" },
  limit: { en: "Too much at once. Wait a moment and try again.", zh: "请求过多，请稍候再试。" },
  "invalid-name": { en: "This name cannot be used.", zh: "不能使用此名称。" },
  "is-directory": { en: "This is a folder.", zh: "这是一个文件夹。" },
  "not-a-directory": { en: "This is not a folder.", zh: "这不是文件夹。" },
  "foreign-origin": { en: "The request came from another site.", zh: "请求来自其他网站。" },
  "too-large": { en: "This is too large.", zh: "内容过大。" },
  failed: { en: "The server could not do this.", zh: "服务器无法完成该操作。" },
  network: { en: "The server does not answer.", zh: "服务器没有响应。" },
});
