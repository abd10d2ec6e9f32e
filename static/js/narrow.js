/* A field above a long list of boxes: of the list, only those that have what is typed, and those
   above them. Without it, the whole list is there. */
(function () {
  "use strict";

  function folded(text) {
    return text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
  }

  window.narrowList = function (input) {
    var list = input.parentElement;
    var wanted = folded(input.value.trim());
    var items = Array.from(list.querySelectorAll("li"));
    if (!items.length) items = Array.from(list.querySelectorAll(".check"));
    var found = 0;
    list.querySelectorAll("details[data-opened]").forEach(function (details) {
      details.open = false;
      delete details.dataset.opened;
    });
    items.forEach(function (item) {
      var has = Array.from(item.querySelectorAll("input + span")).some(function (label) {
        return folded(label.textContent).includes(wanted);
      });
      item.hidden = !has;
      if (has) found += 1;
      if (!has || !wanted) return;
      for (var up = item.parentElement; up !== list; up = up.parentElement) {
        if (up.tagName !== "DETAILS" || up.open) continue;
        up.open = true;
        up.dataset.opened = "";
      }
    });
    var none = list.querySelector("[data-none]");
    if (none) none.textContent = found ? "" : none.dataset.none;
  };

  document.addEventListener("input", function (event) {
    if (event.target.matches(".facet__filter")) window.narrowList(event.target);
  });
  document.addEventListener("keydown", function (event) {
    if (event.key === "Enter" && event.target.matches(".facet__filter")) event.preventDefault();
  });
})();
