// The page's language: the one chosen here (a cookie, so that the server knows it too), else the browser's first.
// Gradio reads navigator.language and knows only some forms of Chinese; it is told the one that it knows.
(() => {
  const chosen = /(?:^|; )unroll_language=(en|zh)/.exec(document.cookie);
  const own = (navigator.language || "en").toLowerCase();
  const language = chosen ? chosen[1] : own.startsWith("zh") ? "zh" : "en";
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  if (chosen || language === "zh") {
    Object.defineProperty(navigator, "language", { value: document.documentElement.lang, configurable: true });
  }
})();
