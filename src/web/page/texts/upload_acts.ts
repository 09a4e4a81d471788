/** Texts of how uploads begin: the buttons, and a drag over the page. */

import { texts } from "../../texts/text.ts";

export const UPLOAD_ACT = texts({
  files: { en: "Upload files", zh: "上传文件" },
  folder: { en: "Upload a folder", zh: "上传文件夹" },
  dropHere: {
    en: "Drop files or folders here to upload them to {folder}",
    zh: "将文件或文件夹拖放到此处，上传到 {folder}",
  },
  dropDenied: { en: "You may not upload to this folder.", zh: "您无权上传到此文件夹。" },
  unreadable: { en: "The browser could not read what was dropped.", zh: "浏览器无法读取拖放的内容。" },
});
