// Desk keys: a control with data-key is pressed by Alt and that key (Alt, because clerks type into fields all day).
document.addEventListener("keydown", event => {
  if (!event.altKey || event.ctrlKey || event.metaKey) return;
  const key = event.code.replace(/^(Key|Digit|Numpad(?=Enter))/, "");
  const control = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (control) { event.preventDefault(); control.click(); }
});
