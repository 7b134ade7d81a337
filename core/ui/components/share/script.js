// A link to this very state, and the same result from a program.
const [share, link, python, curl, said, code, text, copy] = [".share", ".link", ".python", ".curl", ".said", ".code", "pre", ".copy"].map((name) => element.querySelector(name));
link.textContent = words.link;
python.textContent = words.python;
curl.textContent = words.curl;
copy.textContent = words.copy;
const address = location.origin + location.pathname.replace(/\/$/, "");
let shown = null;

function tell(sentence) {
  said.textContent = sentence;
  setTimeout(() => said.textContent === sentence && (said.textContent = ""), 4000);
}

async function copied(what) {
  try {
    await navigator.clipboard.writeText(what);
    return true;
  } catch (refused) {
    return false; // an insecure address, or a browser that asks first
  }
}

function show(kind) {
  shown = shown === kind ? null : kind;
  draw();
}

function draw() {
  const value = received();
  share.hidden = !value;
  if (!value) return;
  python.hidden = curl.hidden = !value.python;
  if (!value.python && shown !== "link") shown = null;
  python.setAttribute("aria-expanded", String(shown === "python"));
  curl.setAttribute("aria-expanded", String(shown === "curl"));
  code.hidden = !shown;
  if (shown === "link") text.textContent = address + "/" + window.unroll.link(value.tab, value.state);
  else if (shown) text.textContent = value[shown].join(address);
}

link.addEventListener("click", async () => {
  const hash = window.unroll.link(received().tab, received().state);
  history.replaceState(null, "", hash);
  const missing = (received().state.missing || []).map((each) => words["missing_" + each]);
  if (await copied(location.href)) tell([words.link_copied, ...missing].join(" "));
  else {
    tell([words.link_shown, ...missing].join(" "));
    shown = "link";
    draw();
  }
});
python.addEventListener("click", () => show("python"));
curl.addEventListener("click", () => show("curl"));
copy.addEventListener("click", async () => tell((await copied(text.textContent)) ? words.copied : words.not_copied));
keep(draw);
