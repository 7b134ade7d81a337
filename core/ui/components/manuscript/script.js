// The prefix, what the model adds to it while it writes, and how the writing ended.
const [text, facts, copy, notice] = [".text", ".facts", ".copy", ".notice"].map((name) => element.querySelector(name));
const prefix = make("span", "prefix");
const written = make("span", "written");
text.setAttribute("aria-label", words.label);
copy.textContent = words.copy;

function ending(value) {
  const parts = [value.state === "done" ? say(value.reason, { stop: drawn(value.stop || "") }) : words[value.state]];
  if (value.tokens) parts.push(say("tokens", { count: grouped(value.tokens) }));
  if (value.speed) parts.push(say("speed", { speed: grouped(Math.round(value.speed)) }));
  return parts.join(" · ");
}

function draw() {
  const value = props.value;
  const busy = Boolean(value) && ["warming", "writing"].includes(value.state);
  document.body.classList.toggle("unroll-writing", busy);
  if (!value) {
    text.replaceChildren(make("span", "empty", words.empty));
    facts.textContent = "";
    copy.hidden = true;
    return;
  }
  const follows = text.scrollHeight - text.scrollTop - text.clientHeight < 40;
  if (prefix.parentNode !== text) text.replaceChildren(prefix, written);
  if (prefix.textContent !== value.prefix) prefix.textContent = value.prefix;
  if (written.textContent !== value.text) written.textContent = value.text;
  if (busy && follows) text.scrollTop = text.scrollHeight;
  facts.textContent = ending(value);
  copy.hidden = busy;
  notice.textContent = value.notice || "";
  notice.hidden = !value.notice;
}

copy.addEventListener("click", async () => {
  await navigator.clipboard.writeText(props.value.prefix + props.value.text);
  copy.textContent = words.copied;
  setTimeout(() => (copy.textContent = words.copy), 1500);
});

keep(draw);
