// Asks the device where it is, once, when the button is pressed; about 100 m is enough to name a community.
if (navigator.geolocation) all("[data-position]", form => {
  form.addEventListener("submit", event => {
    if (form.lat.value) return;
    event.preventDefault();
    delete form.dataset.sent;
    navigator.geolocation.getCurrentPosition(
      place => { form.lat.value = place.coords.latitude.toFixed(3); form.lng.value = place.coords.longitude.toFixed(3); form.submit(); },
      () => { form.querySelector("[role=status]").textContent = form.dataset.refused; },
      { timeout: 10000, maximumAge: 300000 });
  });
});
