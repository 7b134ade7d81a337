// Where a checkpoint was published; the address is opened only by a person's click.
const [sheet, said, next] = [".sheet", ".said", ".next"].map((name) => element.querySelector(name));

function draw() {
  const value = received();
  sheet.hidden = !value;
  if (!value) return;
  if (value.notice) {
    said.textContent = value.notice;
    next.textContent = "";
    return;
  }
  const link = make("a", "", value.repository);
  if (/^https?:\/\//.test(value.url)) link.href = value.url;
  link.target = "_blank";
  link.rel = "noopener noreferrer";
  said.replaceChildren(value.private ? words.private : words.public, " ", link);
  next.textContent = say("next", { name: "hub:" + value.repository, commit: value.commit.slice(0, 10) });
}

keep(draw);
