// Two minutes before something runs out it is said once, politely; nothing ticks. How long it lasts is the server's word.
all("[data-lasts]", box => {
  const left = (box.dataset.lasts - 120) * 1000;
  if (left > 0) setTimeout(() => { box.textContent = box.dataset.soon; }, left);
});
