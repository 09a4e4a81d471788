/** Texts of uploads: the queue, its questions, what is wrong with a file. */

import { texts } from "../../texts/text.ts";

export const UPLOADS = texts({
  finding: {
    en: "Looking through the folder: {count} file|Looking through the folder: {count} files",
    zh: "正在读取文件夹：{count} 个文件",
  },
  title: { en: "Uploads", zh: "上传" },
  running: { en: "Uploading {done} of {all}", zh: "正在上传 {done}/{all}" },
  paused: { en: "Paused, {done} of {all} uploaded", zh: "已暂停，已上传 {done}/{all}" },
  finished: { en: "{count} file uploaded|{count} files uploaded", zh: "已上传 {count} 个文件" },
  withFailures: { en: "{count} uploaded, {failed} failed", zh: "{count} 个已上传，{failed} 个失败" },
  interrupted: { en: "{count} interrupted upload|{count} interrupted uploads", zh: "{count} 个上传被中断" },
  signInNeeded: { en: "Waiting until you sign in", zh: "等待您登录" },
  rate: { en: "{rate}/s", zh: "{rate}/秒" },
  left: { en: "{time} left", zh: "剩余 {time}" },
  of: { en: "{sent} of {size}", zh: "{sent} / {size}" },
  pauseAll: { en: "Pause all", zh: "全部暂停" },
  resumeAll: { en: "Go on with all", zh: "全部继续" },
  cancelAll: { en: "Cancel all", zh: "全部取消" },
  cancelAsk: { en: "Cancel all uploads?", zh: "取消所有上传？" },
  cancelText: {
    en:
      "{count} file has not arrived yet. What the server has of it is removed.|{count} files have not arrived yet. What the server has of them is removed.",
    zh: "还有 {count} 个文件未上传完成。服务器上已有的部分将被删除。",
  },
  retryFailed: { en: "Try the failed ones again", zh: "重试失败的项目" },
  clear: { en: "Close", zh: "关闭" },
  collapse: { en: "Show less", zh: "收起" },
  expand: { en: "Show the files", zh: "展开" },
  pause: { en: "Pause {name}", zh: "暂停 {name}" },
  resume: { en: "Go on with {name}", zh: "继续 {name}" },
  retry: { en: "Try {name} again", zh: "重试 {name}" },
  cancel: { en: "Cancel {name}", zh: "取消 {name}" },
  decide: { en: "Decide about {name}", zh: "处理 {name}" },
  waiting: { en: "Waiting", zh: "等待中" },
  retryingIn: { en: "{reason} Next try in {time}.", zh: "{reason} {time}后重试。" },
  retryNow: { en: "Try now", zh: "立即重试" },
  asking: { en: "The name is taken", zh: "名称已被占用" },
  isPaused: { en: "Paused", zh: "已暂停" },
  missing: { en: "Interrupted: choose the file again to go on", zh: "已中断：请重新选择该文件以继续" },
  skipped: { en: "Skipped", zh: "已跳过" },
  done: { en: "Uploaded", zh: "已上传" },
  storedAs: { en: "Uploaded as {name}", zh: "已上传为 {name}" },
  changed: { en: "The file was changed or removed on this device.", zh: "此设备上的文件已被更改或删除。" },
  more: { en: "and {count} more", zh: "以及其他 {count} 个" },
  goOnText: {
    en:
      "{count} upload was interrupted when the page was closed. Choose the same file again, and it goes on where it was.|{count} uploads were interrupted when the page was closed. Choose the same files or the same folder again, and they go on where they were.",
    zh: "页面关闭时有 {count} 个上传被中断。重新选择相同的文件或文件夹，即可从中断处继续。",
  },
  goOn: { en: "Go on", zh: "继续上传" },
  chooseFiles: { en: "Choose the files", zh: "选择文件" },
  chooseFolder: { en: "Choose the folder", zh: "选择文件夹" },
  discard: { en: "Give them up", zh: "放弃" },
  noneMatched: {
    en: "None of these is an interrupted file: name, size and time have to be the same.",
    zh: "所选文件均不是被中断的文件：名称、大小和时间必须相同。",
  },
});

export const CONFLICT = texts({
  title: { en: "The name is taken", zh: "名称已存在" },
  text: { en: "There is already something called “{name}” in {folder}.", zh: "{folder} 中已存在“{name}”。" },
  replace: { en: "Replace it", zh: "替换" },
  replaceHint: { en: "What is there now is lost.", zh: "现有内容将丢失。" },
  keepBoth: { en: "Keep both", zh: "两者都保留" },
  keepBothHint: { en: "The new one gets a number behind its name.", zh: "新文件名后会加上编号。" },
  skip: { en: "Skip", zh: "跳过" },
  skipHint: { en: "What is there stays as it is.", zh: "保留现有内容。" },
  forAll: { en: "Do this for all that follow", zh: "对后续所有冲突执行此操作" },
});

export const DURATION = texts({
  seconds: { en: "{count} s", zh: "{count} 秒" },
  minutes: { en: "{minutes} min", zh: "{minutes} 分钟" },
  hours: { en: "{hours} h {minutes} min", zh: "{hours} 小时 {minutes} 分钟" },
  days: { en: "{days} d {hours} h", zh: "{days} 天 {hours} 小时" },
});
