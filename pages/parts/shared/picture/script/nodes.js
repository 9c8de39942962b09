// Elements of the page. Text goes in as text, never as markup.

function node(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  Object.entries(attributes).forEach(([name, value]) => {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (name in made && typeof value === "boolean") made[name] = value;
    else if (value !== undefined && value !== null && value !== false) made.setAttribute(name, value);
  });
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

function labelled(label, control) {
  return node("label", { class: "dial" }, node("span", {}, label), control);
}

function menu(options, chosen, onchange) {
  const select = node("select", { onchange: () => onchange(select.value) },
    ...options.map(([value, label]) => node("option", { value }, label)));
  select.value = chosen;
  return select;
}

function range(low, high, step, value, oninput, onchange) {
  const input = node("input", { type: "range", min: low, max: high, step, oninput: () => oninput(Number(input.value)) });
  input.value = value;
  if (onchange) input.addEventListener("change", () => onchange(Number(input.value)));
  return input;
}

function choice(name, legend, options, chosen, onchange) {
  const buttons = options.map(([value, label, disabled]) => {
    const input = node("input", { type: "radio", name, value, disabled: Boolean(disabled), onchange: () => onchange(value) });
    input.checked = value === chosen;
    return node("label", {}, input, node("span", {}, label));
  });
  return node("fieldset", { class: "choice" }, node("legend", { class: "hidden" }, legend), ...buttons);
}

function button(label, onclick, attributes = {}) {
  return node("button", { type: "button", onclick, ...attributes }, label);
}
