// What Gradio itself says, in English only, is said in the visitor's language and with a next step.
(() => {
  const SAYINGS = [
    [/^Connection to the server was lost/, "lost"],
    [/maximum allowed size of ([\d.]+ ?\w+)/, "too_large"],
    [/queue is full/i, "full"],
    [/^Connection errored out/, "errored"],
  ];

  function told(text) {
    const language = document.documentElement.lang.startsWith("zh") ? "zh" : "en";
    const words = window.unroll.toasts[language];
    const [pattern, key] = SAYINGS.find(([each]) => each.test(text)) || [];
    return pattern && [words.title, words[key].replace("{size}", (pattern.exec(text) || [])[1])];
  }

  // The titles that Gradio gives to its kinds of messages.
  function titled(title) {
    const language = document.documentElement.lang.startsWith("zh") ? "zh" : "en";
    const kind = { Info: "info", Warning: "warning" }[title.textContent.trim()];
    const words = kind && window.unroll.toasts[language][kind];
    if (words && words !== title.textContent.trim()) title.textContent = words;
  }

  function look() {
    document.querySelectorAll(".toast-body .toast-title").forEach(titled);
    document.querySelectorAll(".toast-body [data-testid=toast-text]").forEach((text) => {
      const said = told(text.textContent.trim());
      if (!said) return;
      text.closest(".toast-body").querySelector(".toast-title").textContent = said[0];
      text.textContent = said[1];
    });
  }

  new MutationObserver(look).observe(document.documentElement, { childList: true, subtree: true });
})();
