// Claims beside findings, row by row as they are computed; the verdict stands above them.
const [sheet, title, verdict, table, head, body, stop] = [".sheet", "h3", ".verdict", "table", "thead", "tbody", ".stop"].map((name) => element.querySelector(name));
stop.textContent = words.stop;
stop.addEventListener("click", () => trigger("stop"));

// "card: held-out perplexity (table)", "held_out_windows bits_per_char", "held_out.the_tempest scored" in the reader's words.
function told(what, titles) {
  const table = what.endsWith(" (table)");
  const rest = what.replace(/^card: | \(table\)$/g, "");
  const place = table ? words.table : what.startsWith("card: ") ? words.card : "config.json";
  const known = Object.entries({ held_out_windows: words.held_out_windows, held_out_adaptive: words.held_out_adaptive, "held-out, adaptive": words.held_out_adaptive, held_out: words.held_out, "held-out": words.held_out, validation: words.validation, train: words.train });
  const part = known.find(([name]) => rest.startsWith(name + " "));
  const passage = rest.match(/^(?:held_out\.|held-out: )(\S+) (.*)$/);
  const measure = { perplexity: words.perplexity, bits_per_char: words.bits, "bits per character": words.bits, scored: words.scored, "tokens scored": words.scored, unknown: words.unknown };
  if (passage) return [place, words.held_out + " \u00b7 " + (titles[passage[1]] ? titles[passage[1]][language] : passage[1]) + " · " + (measure[passage[2]] || passage[2])];
  if (!part) return [place, rest];
  const which = rest.slice(part[0].length + 1);
  return [place, part[1] + " · " + (measure[which] || which)];
}

const shown = (number, missing) => (missing ? "\u2014" : number === null ? "\u221e" : figure(number));

function line(each, titles) {
  const [place, what] = told(each.what, titles);
  const made = row([cell("td", "", what), cell("td", "faint", place), cell("td", "figure", shown(each.claimed, each.missing)), cell("td", "figure", shown(each.found, each.absent)), cell("td", "", each.holds ? words.yes : words.no)]);
  if (!each.holds) made.className = "bad";
  return made;
}

function draw() {
  const value = received();
  sheet.hidden = !value;
  if (!value) return;
  title.textContent = say("title", { name: called(value.name) });
  const holds = value.rows.every((each) => each.holds);
  verdict.className = "verdict" + (value.done && !value.notice ? (holds ? " good" : " bad") : "");
  verdict.textContent = value.notice || (!value.done ? say("computing", { share: Math.floor(100 * value.share) }) : holds ? words.true : words.false);
  stop.hidden = value.done;
  table.hidden = !value.rows.length;
  head.replaceChildren(row([cell("th", "", words.what), cell("th", "", words.place), cell("th", "figure", words.claimed), cell("th", "figure", words.found), cell("th", "", words.holds)]));
  body.replaceChildren(...value.rows.map((each) => line(each, value.titles)));
}

keep(draw);
