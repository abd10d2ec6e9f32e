/* Makes the search page quicker; without it, every link and the form work as they are.
   htmx swaps the results. This file keeps what a swap would lose: the opened lists and the focus,
   and says the new total to those who cannot see it. */
(function () {
  "use strict";
  var form = document.getElementById("search-form");
  if (!form || !window.htmx) return;
  var status = document.getElementById("search-status");
  var opened = [];
  var applied = false;

  form.classList.add("is-live");
  form.addEventListener("submit", function () {
    applied = true;
  });

  form.addEventListener("htmx:beforeSwap", function () {
    opened = Array.from(form.querySelectorAll("details[open][id]"), function (details) {
      return details.id;
    });
  });

  form.addEventListener("htmx:afterSettle", function () {
    var heading = document.getElementById("results-title");
    if (!heading) return;
    opened.forEach(function (id) {
      var details = document.getElementById(id);
      // Someone who pressed “apply” on a phone wants to see the results, not the filters.
      if (details && !(applied && id === "filters")) details.open = true;
    });
    if (applied || document.activeElement === document.body) heading.focus();
    applied = false;
    status.textContent = heading.textContent.trim();
  });

  // The server is out of reach: let the browser ask, and say so in its own words.
  form.addEventListener("htmx:sendError", function () {
    form.submit();
  });
  form.addEventListener("htmx:responseError", function () {
    form.submit();
  });
})();
