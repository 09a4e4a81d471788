/** Texts of the form that asks for the password of a share link. */

import { texts } from "./text.ts";

export const LINK_FORM = texts({
  title: { en: "Shared files", zh: "分享的文件" },
  password: { en: "Password", zh: "密码" },
  hint: { en: "Who made this link has the password.", zh: "密码由链接创建者提供。" },
  wrong: { en: "This is not the password.", zh: "密码不正确。" },
  open: { en: "Open", zh: "打开" },
});
