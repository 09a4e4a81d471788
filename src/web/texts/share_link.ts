/** Texts of share links that the server shows to visitors by itself. */

import { texts } from "./text.ts";

export const SHARE_LINK = texts({
  title: { en: "Shared files", zh: "共享文件" },
  password: { en: "Password", zh: "密码" },
  passwordHint: { en: "Whoever gave you this link knows it.", zh: "请向提供此链接的人索取密码。" },
  open: { en: "Open", zh: "打开" },
  refused: { en: "The password is wrong.", zh: "密码不正确。" },
  uploadTitle: { en: "Leave files", zh: "上传文件" },
  upload: {
    en:
      "This place takes files and shows none. With JavaScript there is a page for it; programs send a file so:",
    zh: "此处只接收文件，不显示文件。启用 JavaScript 可使用网页上传；也可以用程序发送文件：",
  },
});
