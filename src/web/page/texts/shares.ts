/** Texts of share links: made, listed, revoked, and what their visitors see. */

import { texts } from "../../texts/text.ts";

export const SHARES = texts({
  title: { en: "Share “{name}”", zh: "分享“{name}”" },
  kind: { en: "Who has the link may", zh: "持有链接的人可以" },
  download: { en: "see and download", zh: "查看和下载" },
  upload: { en: "put files in, and see nothing", zh: "放入文件，但看不到任何内容" },
  expires: { en: "It ends", zh: "有效期" },
  hour: { en: "in one hour", zh: "1 小时" },
  day: { en: "in one day", zh: "1 天" },
  week: { en: "in one week", zh: "1 周" },
  month: { en: "in 30 days", zh: "30 天" },
  never: { en: "when you revoke it", zh: "直到您撤销" },
  password: { en: "Password", zh: "密码" },
  passwordHint: { en: "Left empty: whoever has the link gets in.", zh: "留空：任何持有链接的人均可访问。" },
  uses: { en: "How many visits", zh: "访问次数" },
  usesHint: { en: "Left empty: any number.", zh: "留空：不限次数。" },
  usesFault: { en: "Type a whole number from 1.", zh: "请输入不小于 1 的整数。" },
  make: { en: "Make the link", zh: "创建链接" },
  madeTitle: { en: "The link", zh: "链接" },
  address: { en: "Address", zh: "地址" },
  copy: { en: "Copy", zh: "复制" },
  copied: { en: "The link was copied.", zh: "链接已复制。" },
  copyByHand: {
    en: "The browser does not let the page copy: it is marked, press Ctrl+C.",
    zh: "浏览器不允许复制：地址已选中，请按 Ctrl+C。",
  },
  qr: { en: "The address as a QR code", zh: "地址的二维码" },
  passwordNote: {
    en: "Tell the password by another way than the link.",
    zh: "请通过其他方式告知密码，不要与链接一起发送。",
  },
  none: { en: "You have made no links.", zh: "您还没有创建链接。" },
  revoke: { en: "Revoke", zh: "撤销" },
  revokeAsk: { en: "Revoke the link to {path}?", zh: "撤销指向 {path} 的链接？" },
  revokeText: {
    en: "Who has it gets nothing any more. Downloads that run are ended.",
    zh: "持有者将无法再访问，正在进行的下载会被终止。",
  },
  revoked: { en: "The link was revoked.", zh: "链接已撤销。" },
  endsAt: { en: "ends {time}", zh: "{time} 到期" },
  endsNever: { en: "ends when revoked", zh: "撤销前一直有效" },
  usesLeft: { en: "{count} visit left|{count} visits left", zh: "剩余 {count} 次访问" },
  hasPassword: { en: "with a password", zh: "有密码" },
  forDownload: { en: "Download", zh: "下载" },
  forUpload: { en: "Upload only", zh: "仅上传" },
});

export const VISIT = texts({
  passwordTitle: { en: "This link has a password", zh: "此链接需要密码" },
  password: { en: "Password", zh: "密码" },
  open: { en: "Open", zh: "打开" },
  wrongPassword: { en: "This is not the password.", zh: "密码不正确。" },
  goneTitle: { en: "This link leads nowhere", zh: "此链接已失效" },
  goneText: {
    en: "It has ended, was revoked or used up, or the address is not whole.",
    zh: "它已过期、被撤销、次数用尽，或地址不完整。",
  },
  failedTitle: { en: "The link could not be opened", zh: "无法打开链接" },
  fileTitle: { en: "Shared file", zh: "分享的文件" },
  uploadTitle: { en: "Put files here", zh: "请将文件放在这里" },
  uploadText: {
    en: "Drop files here, or choose them. Only who made this link sees them.",
    zh: "将文件拖放到此处，或点击选择。只有链接创建者能看到这些文件。",
  },
  choose: { en: "Choose files", zh: "选择文件" },
  thanks: {
    en: "Thank you, {count} file has arrived.|Thank you, {count} files have arrived.",
    zh: "谢谢，{count} 个文件已送达。",
  },
});
