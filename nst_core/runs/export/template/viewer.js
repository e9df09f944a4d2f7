const thumbnails = [...document.querySelectorAll("#iterations img")];
const scrub = document.getElementById("scrub"), now = document.getElementById("now");
const show = () => {
  const chosen = thumbnails[scrub.value];
  // The full picture where it lies beside this page, else the small one within.
  now.onerror = () => { now.onerror = null; now.src = chosen.src; };
  now.src = chosen.parentElement.getAttribute("href");
  document.getElementById("caption").textContent = chosen.alt;
};
scrub.addEventListener("input", show);
show();
