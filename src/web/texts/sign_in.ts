/** Texts of signing in, which the server writes into its form and the page shows in a dialog. */

import { texts } from "./text.ts";

export const SIGN_IN = texts({
  title: { en: "Sign in", zh: "登录" },
  again: { en: "Your session has ended. Sign in again", zh: "会话已结束，请重新登录" },
  user: { en: "Account", zh: "账户" },
  password: { en: "Password", zh: "密码" },
  code: { en: "Code", zh: "验证码" },
  codeAsk: { en: "My account asks for a code", zh: "我的账户需要验证码" },
  codeHint: {
    en: "Six digits from your authenticator app, if your account asks for them.",
    zh: "如果您的账户要求，请输入身份验证器应用中的六位数字。",
  },
  submit: { en: "Sign in", zh: "登录" },
  refused: { en: "Account, password or code is wrong.", zh: "账户、密码或验证码不正确。" },
  tooMany: {
    en: "Too many attempts, or the server is full. Wait a while and try again.",
    zh: "尝试次数过多，或服务器已满。请稍候再试。",
  },
  foreign: { en: "The form came from another site. Try again here.", zh: "表单来自其他网站，请在此重试。" },
  plainHttp: {
    en: "This connection is not encrypted: others in this network could read the password.",
    zh: "此连接未加密：同一网络中的其他人可能读取密码。",
  },
});
