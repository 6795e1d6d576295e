/* A slider beside each figure of the what-if form: the box holds the value, the slider only moves it. */
(function () {
  "use strict";

  function slide(place) {
    var box = place.closest(".term").querySelector("input");
    if (!box || !place.dataset.max) return;
    var range = document.createElement("input");
    range.type = "range";
    range.min = place.dataset.min; range.max = place.dataset.max; range.step = place.dataset.step;
    range.value = box.value;
    range.setAttribute("aria-label", place.closest(".term").querySelector("label span").textContent);
    range.addEventListener("input", function () { box.value = range.value; });
    box.addEventListener("input", function () { range.value = box.value; });
    place.appendChild(range);
  }
  new MutationObserver(function () { document.querySelectorAll(".slide:empty").forEach(slide); })
    .observe(document.documentElement, { childList: true, subtree: true });
})();
