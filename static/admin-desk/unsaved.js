// Asks before a page with unsaved text is left. A form that came back, with errors or with kept text, is unsaved too.
const forms = [...document.querySelectorAll("#content form[method=post]")];
const cameBack = document.querySelector("#content .errornote, #content .errorlist, #content [data-unsaved]") !== null;
let sent = null;

const rows = (form) => form.querySelectorAll(".inline-related:not(.empty-form)").length;
const rowsAtFirst = new Map();
addEventListener("load", () => forms.forEach((form) => rowsAtFirst.set(form, rows(form))));

function isChanged(field) {
  if (field.disabled || !field.name || field.closest(".empty-form")) return false;
  if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
  if (field.type === "select-one") {
    const first = [...field.options].findIndex((option) => option.defaultSelected);
    return field.selectedIndex !== Math.max(first, 0) && field.options.length > 0;
  }
  if (field.type === "select-multiple") return [...field.options].some((o) => o.selected !== o.defaultSelected);
  if (field.tagName === "INPUT" || field.tagName === "TEXTAREA") return field.value !== field.defaultValue;
  return false;
}

const isUnsaved = (form) =>
  form !== sent &&
  (rows(form) !== (rowsAtFirst.get(form) ?? rows(form)) || [...form.elements].some(isChanged));

document.addEventListener("submit", (event) => {
  if (!event.defaultPrevented) sent = event.target;
});
addEventListener("pageshow", () => {
  sent = null; // the page was left and is back
});
addEventListener("beforeunload", (event) => {
  if (forms.some(isUnsaved) || (cameBack && !forms.includes(sent))) event.preventDefault();
});
