// What a visitor brings along: the state behind the # of a link, and the key under which their own models are kept.
// The key never travels: it stays in this browser and goes to this server only.
window.unroll = (() => {
  const KEY = "unroll_key";
  let spare = null;
  let within = null;

  function made() {
    return Array.from(crypto.getRandomValues(new Uint8Array(24)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  function key() {
    try {
      if (!/^[0-9a-f]{48}$/.test(localStorage.getItem(KEY) || "")) localStorage.setItem(KEY, made());
      return localStorage.getItem(KEY);
    } catch (blocked) {
      return (spare = spare || made()); // without storage the models last as long as the page
    }
  }

  // The tab and state that were gone to last: within the page, else by a link, "#tab/base64url of JSON".
  // Null where there is no link; an empty state where it is damaged.
  function opened() {
    if (within) return within;
    const parts = /^#([a-z]+)(?:\/([\w-]+))?$/.exec(location.hash);
    if (!parts) return null;
    try {
      const bytes = Uint8Array.from(atob((parts[2] || "").replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
      return { tab: parts[1], state: parts[2] ? JSON.parse(new TextDecoder().decode(bytes)) : {} };
    } catch (damaged) {
      return { tab: parts[1], state: {}, damaged: true };
    }
  }

  // What was typed is kept until this browser tab is closed, so that it survives a reload, also one that a restart of the
  // server brings about. Only what the visitor typed: what the page proposed may be proposed anew.
  const DRAFTS = "unroll_drafts";
  const BOXES = { prefix: ["write", "prefix"], "read-text": ["read", "text"], "inside-text": ["inside", "text"], "corpus-text": ["corpus", "text"], "train-text": ["train", "text"] };

  function drafts() {
    try {
      return JSON.parse(sessionStorage.getItem(DRAFTS)) || {};
    } catch (blocked) {
      return {};
    }
  }

  document.addEventListener("input", (event) => {
    const box = event.isTrusted && event.target.closest(Object.keys(BOXES).map((id) => "#" + id).join(","));
    if (!box) return;
    const [tab, name] = BOXES[box.id];
    const own = tab === "corpus" || tab === "train" ? { corpus: "" } : {};
    try {
      sessionStorage.setItem(DRAFTS, JSON.stringify({ ...drafts(), [tab]: { [name]: event.target.value, ...own } }));
    } catch (full) {
      // longer than the browser keeps
    }
  });

  // What a tab is filled in with: its link's state, else what was typed into it before the page was loaded anew.
  function brought(tab) {
    const found = opened();
    if (found && found.tab === tab) return found;
    const draft = drafts()[tab];
    return draft ? { tab, state: draft } : found;
  }

  function link(tab, state) {
    const bytes = new TextEncoder().encode(JSON.stringify(state));
    const coded = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
    return "#" + tab + "/" + coded.replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }

  function open() {
    const button = document.querySelector("#open-link");
    if (button && opened()) button.click();
  }

  // Opens a tab without a word in the address bar, whose content may be handed on: a model of one's own is named by the key.
  function go(tab, state) {
    within = { tab, state };
    open();
  }

  // Opens what the address bar names, also where it names the same as before.
  function again() {
    within = null;
    open();
  }

  // A link that is followed on the page itself opens its tab without a reload.
  window.addEventListener("hashchange", again);

  return { key, opened, brought, link, go, again };
})();
