// Where the book teaches this, and what the tab is for.
const line = element.querySelector(".intro");
line.append(make("span", "badge", props.value.section), make("span", "", words[props.value.tab]));
