// A concordance. What was looked for ends where the two middle columns meet, so that all that follows begins in one line.
const [sheet, notice, shown, title, about, follow, list, head, body, key] = [".sheet", ".notice", ".shown", "h3", ".about", ".follow", ".list", "thead", "tbody", ".key"].map((name) => element.querySelector(name));
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;
list.setAttribute("aria-label", words.label);

// A text around a place: spaces stay, all else that cannot be seen is drawn.
const readable = (text) => text.split(" ").map(drawn).join(" ");
const run = (tokens) => tokens.map(drawn).join("");
const share = (count, all) => (all ? ((100 * count) / all).toFixed(1) : "0") + " %";

function stretch(className, text) {
  const made = make("bdi", className);
  made.textContent = text;
  return made;
}

function side(className, parts) {
  const made = cell("td", className);
  const inner = make("div");
  inner.append(...parts);
  made.append(inner);
  return made;
}

function placed(each, marked) {
  const where = each.line === null ? say("character", { character: grouped(each.character) }) : say("line", { line: grouped(each.line) });
  const position = cell("td", "where figure faint", where);
  position.title = each.line === null ? where : where + ", " + say("character", { character: grouped(each.character) });
  const before = side("before", [stretch("", readable(each.left)), stretch("hit", drawn(each.hit))]);
  const next = marked ? [stretch(each.same ? "next same" : "next", drawn(each.next))] : [stretch("", readable(each.next))];
  const after = side("after", [...next, stretch("", readable(each.right))]);
  const made = row([position, before, after, ...(marked ? [cell("td", "mark", each.same ? "✓" : "")] : [])]);
  if (marked && each.same) made.lastChild.setAttribute("aria-label", words.same);
  if (RIGHT_TO_LEFT.test(each.hit + each.next) || (!/\p{L}/u.test(each.hit + each.next) && RIGHT_TO_LEFT.test(each.left))) made.dir = "rtl";
  return made;
}

function drawFollowers(value) {
  const total = value.followed;
  const made = value.followers.map((each) => {
    const one = make("span", each.token === value.token ? "one same" : "one");
    one.append(make("b", "", drawn(each.token)), make("small", "", grouped(each.count) + " · " + share(each.count, total)));
    return one;
  });
  follow.hidden = !made.length;
  const more = value.types - value.followers.length;
  follow.replaceChildren(make("span", "faint", words.followers), ...made, ...(more > 0 ? [make("span", "faint", say("more", { count: grouped(more) }))] : []));
}

function draw() {
  const value = received();
  sheet.hidden = !value;
  notice.textContent = (value && value.notice) || "";
  notice.hidden = !notice.textContent;
  shown.hidden = !value || Boolean(value.notice);
  if (shown.hidden) return;
  const marked = value.token !== null;
  const said = { run: run(value.context), total: grouped(value.total), tokens: grouped(value.tokens), shown: grouped(value.places.length), corpus: value.corpus ? value.corpus[language] : words.own, token: marked ? drawn(value.token) : "", same: grouped(value.same || 0), share: share(value.same || 0, value.followed) };
  title.textContent = value.context.length ? say("title", said) : say("title_empty", said);
  about.textContent = !value.total ? say("none", said) : !value.context.length ? say("about_empty", said) : say("about", said) + (marked ? " " + say("about_token", said) : "") + (value.total > value.places.length ? " " + say("some", said) : "");
  drawFollowers(value);
  head.replaceChildren(row(["where", "before", "after", ...(marked ? ["mark"] : [])].map((name) => cell("th", name, words["head_" + name]))));
  body.replaceChildren(...value.places.map((each) => placed(each, marked)));
  list.hidden = !value.places.length;
  list.scrollTop = 0;
  key.textContent = marked ? say("key", said) : "";
}

keep(draw);
