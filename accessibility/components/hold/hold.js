// Says each minute how long a place is still kept; the words of the page name the end without it. The server says how
// many seconds are left: the clock of a phone may be wrong.
all("[data-hold]", box => {
  const now = box.querySelector("[data-now]"), end = Date.now() + box.dataset.hold * 1000;
  const tell = () => {
    const minutes = Math.ceil((end - Date.now()) / 60000);
    now.textContent = minutes > 0 ? box.dataset.left.replace("{minutes}", minutes) : box.dataset.over;
    if (minutes > 0) setTimeout(tell, 60000);
  };
  tell();
});
