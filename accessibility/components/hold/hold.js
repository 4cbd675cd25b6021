// Says each minute how long a place is still kept; the words of the page name the end without it.
all("[data-hold]", box => {
  const now = box.querySelector("[data-now]"), end = Date.parse(box.dataset.hold);
  const tell = () => {
    const minutes = Math.ceil((end - Date.now()) / 60000);
    now.textContent = minutes > 0 ? box.dataset.left.replace("{minutes}", minutes) : box.dataset.over;
    if (minutes > 0) setTimeout(tell, 60000);
  };
  tell();
});
