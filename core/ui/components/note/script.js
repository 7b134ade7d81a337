// What is under way at the Hub, and where it ended; an address is opened only by a person's click.
const [sheet, said, next, stop] = [".sheet", ".said", ".next", ".stop"].map((name) => element.querySelector(name));
stop.textContent = words.stop;
stop.addEventListener("click", () => trigger("stop"));

function where(value) {
  const link = make("a", "", value.repository);
  if (/^https?:\/\//.test(value.url)) link.href = value.url;
  link.target = "_blank";
  link.rel = "noopener noreferrer";
  return [value.private ? words.private : words.public, " ", link];
}

function draw() {
  const value = received();
  sheet.hidden = !value;
  if (!value) return;
  said.replaceChildren(...(value.notice ? [value.notice] : where(value)));
  next.textContent = value.notice ? "" : say("next", { name: "hub:" + value.repository, commit: value.commit.slice(0, 10) });
  stop.hidden = !value.running;
}

keep(draw);
