// What a visitor brings along: the state behind the # of a link, and the key under which their own models are kept.
// The key never travels: it stays in this browser and goes to this server only.
window.unroll = (() => {
  const KEY = "unroll_key";
  let spare = null;

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

  // "#tab/base64url of JSON" to { tab, state }; null where there is no link or it is damaged.
  function opened() {
    const parts = /^#([a-z]+)(?:\/([\w-]+))?$/.exec(location.hash);
    if (!parts) return null;
    try {
      const bytes = Uint8Array.from(atob((parts[2] || "").replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
      return { tab: parts[1], state: parts[2] ? JSON.parse(new TextDecoder().decode(bytes)) : {} };
    } catch (damaged) {
      return { tab: parts[1], state: {}, damaged: true };
    }
  }

  function link(tab, state) {
    const bytes = new TextEncoder().encode(JSON.stringify(state));
    const coded = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
    return "#" + tab + "/" + coded.replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }

  // A link that is followed on the page itself opens its tab without a reload.
  window.addEventListener("hashchange", () => {
    const button = document.querySelector("#open-link");
    if (button && opened()) button.click();
  });

  return { key, opened, link };
})();
