/* Small comforts of every page; without it each of them works as HTML does. */
(function () {
  "use strict";

  // A menu closes when one looks elsewhere, or by Escape, which gives the focus back.
  function close(menu, event) {
    if (menu.contains(event.target) && event.key !== "Escape") return;
    if (menu.contains(document.activeElement) && event.key === "Escape") {
      menu.querySelector("summary").focus();
    }
    menu.open = false;
  }
  function closeAll(event) {
    document.querySelectorAll("details.menu[open]").forEach(function (menu) {
      close(menu, event);
    });
  }
  document.addEventListener("click", closeAll);
  document.addEventListener("focusin", closeAll);
  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape") closeAll(event);
  });

  // Only a script can print: the button is shown by it.
  document.querySelectorAll("[data-print]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () {
      window.print();
    });
  });
})();
