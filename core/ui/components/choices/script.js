// The likeliest next tokens as bars, and how open the choice is. The last bar is all other tokens together.
// A token is a button: the text goes on from here with it.
const [title, hint, place, notice, entropy, list, head, body, path, pathName, pathHead, pathBody] = ["h3", ".hint", ".place", ".notice", ".entropy", ".list", ".list thead", ".list tbody", ".path", ".path summary", ".path thead", ".path tbody"].map((name) => element.querySelector(name));
title.textContent = words.title;
pathName.textContent = words.path;
list.setAttribute("aria-label", words.title);

function percent(probability) {
  if (probability === 0) return "0";
  const value = 100 * probability;
  return value < 0.001 ? "< 0.001 %" : value.toFixed(value < 0.1 ? 3 : value < 10 ? 2 : 1) + " %";
}

function taken(each) {
  const made = make("button", "take", drawn(each.token));
  made.type = "button";
  made.title = words.take;
  made.setAttribute("aria-label", drawn(each.token) + ": " + words.take);
  made.addEventListener("click", () => trigger("select", { id: each.id }));
  return made;
}

// How a counting model came to its probability: from the longest context down to none.
function drawPath(rows) {
  path.hidden = !rows || !rows.length;
  if (path.hidden) return;
  const columns = ["context", "count", "total", "rest", "probability"];
  pathHead.replaceChildren(row(columns.map((key, at) => cell("th", at ? "figure" : "", words["path_" + key]))));
  pathBody.replaceChildren(
    ...rows.map((each) => {
      const context = each.context.length ? each.context.map(drawn).join("") : words.path_none;
      const cells = [cell("td", "token", context), ...[grouped(each.count), grouped(each.total), each.used ? each.rest.toFixed(3) : "–", each.used ? percent(each.probability) : "–"].map((text) => cell("td", "figure", text))];
      const made = row(cells);
      made.className = each.used ? "" : "unseen";
      return made;
    }),
  );
}

function line(className, token, id, probability, widest) {
  const bar = make("td", "bar");
  const filled = make("div");
  filled.style.width = (100 * probability) / widest + "%";
  bar.append(filled);
  const name = cell("td", "token");
  name.append(token);
  const made = row([name, bar, cell("td", "figure", percent(probability)), cell("td", "figure faint", id)]);
  made.className = className;
  return made;
}

// The whole row takes its token; the button in it is for the keyboard.
body.addEventListener("click", (event) => {
  const button = event.target.closest("tr") && event.target.closest("tr").querySelector(".take");
  if (button && !event.target.closest(".take")) button.click();
});

function draw() {
  const value = received();
  notice.textContent = (value && value.notice) || "";
  notice.hidden = !notice.textContent;
  entropy.hidden = !value || Boolean(value.notice);
  head.replaceChildren();
  body.replaceChildren();
  place.hidden = !value || !value.place;
  if (!place.hidden) place.textContent = say("place", { model: called(value.place.checkpoint), token: drawn(value.place.token) });
  title.textContent = value && value.at ? say("title_of", { model: called(value.at.checkpoint) }) : words.title;
  hint.textContent = words.hint;
  hint.hidden = !value || Boolean(value.notice);
  drawPath(value && value.path);
  if (entropy.hidden) return;
  entropy.textContent = say("entropy", { bits: value.entropy_bits.toFixed(2), count: figure(2 ** value.entropy_bits) });
  const columns = [["", "token"], ["", ""], ["figure", "probability"], ["figure", "id"]];
  head.append(row(columns.map(([className, key]) => cell("th", className, key ? words[key] : ""))));
  const rest = Math.max(0, 1 - value.candidates.reduce((sum, each) => sum + each.probability, 0));
  const widest = Math.max(rest, ...value.candidates.map((each) => each.probability));
  value.candidates.forEach((each) => body.append(line(value.place && value.place.id === each.id ? "here" : "", taken(each), grouped(each.id), each.probability, widest)));
  if (value.others > 0) body.append(line("rest", say("rest", { count: grouped(value.others) }), "", rest, widest));
}

keep(draw);
