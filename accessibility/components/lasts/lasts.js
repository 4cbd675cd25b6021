// Two minutes before something runs out it is said once, politely; nothing ticks.
all("[data-lasts]", box => {
  const left = Date.parse(box.dataset.lasts) - Date.now() - 120000;
  if (left > 0) setTimeout(() => { box.textContent = box.dataset.soon; }, left);
});
