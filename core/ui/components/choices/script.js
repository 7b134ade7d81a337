// The likeliest next tokens as bars, and how open the choice is. The last bar is all other tokens together.
const [title, notice, entropy, head, body] = ["h3", ".notice", ".entropy", "thead", "tbody"].map((name) => element.querySelector(name));
title.textContent = words.title;

function percent(probability) {
  if (probability === 0) return "0";
  const value = 100 * probability;
  return value < 0.001 ? "< 0.001 %" : value.toFixed(value < 0.1 ? 3 : value < 10 ? 2 : 1) + " %";
}

function line(className, token, id, probability, widest) {
  const bar = make("td", "bar");
  const filled = make("div");
  filled.style.width = (100 * probability) / widest + "%";
  bar.append(filled);
  const made = row([cell("td", "token", token), bar, cell("td", "figure", percent(probability)), cell("td", "figure faint", id)]);
  made.className = className;
  return made;
}

function draw() {
  const value = props.value;
  notice.textContent = (value && value.notice) || "";
  notice.hidden = !notice.textContent;
  entropy.hidden = !value || Boolean(value.notice);
  head.replaceChildren();
  body.replaceChildren();
  if (entropy.hidden) return;
  entropy.textContent = say("entropy", { bits: value.entropy_bits.toFixed(2), count: figure(2 ** value.entropy_bits) });
  const columns = [["", "token"], ["", ""], ["figure", "probability"], ["figure", "id"]];
  head.append(row(columns.map(([className, key]) => cell("th", className, key ? words[key] : ""))));
  const rest = Math.max(0, 1 - value.candidates.reduce((sum, each) => sum + each.probability, 0));
  const widest = Math.max(rest, ...value.candidates.map((each) => each.probability));
  value.candidates.forEach((each) => body.append(line("", drawn(each.token), grouped(each.id), each.probability, widest)));
  if (value.others > 0) body.append(line("rest", say("rest", { count: grouped(value.others) }), "", rest, widest));
}

keep(draw);
