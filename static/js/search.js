/* Makes the search page quicker; without it, every link and the form work as they are.
   htmx swaps the results. This file keeps what a swap would lose (the opened lists, what was typed
   to narrow one, the focus), and says the new total to those who cannot see it. */
(function () {
  "use strict";
  var form = document.getElementById("search-form");
  if (!form || !window.htmx) return;
  var status = document.getElementById("search-status");
  var opened = [];
  var narrowed = [];
  var applied = false;
  var focused = "";
  var scrolled = 0;

  form.classList.add("is-live");
  form.addEventListener("submit", function () {
    applied = true;
  });

  function all(selector, within) {
    return Array.from((within || form).querySelectorAll(selector));
  }

  form.addEventListener("htmx:beforeSwap", function () {
    opened = all("details[open][id]").map(function (details) {
      return details.id;
    });
    narrowed = all(".facet__filter").filter(function (input) {
      return input.value;
    });
    focused = document.activeElement.id;
    scrolled = window.scrollY;
  });

  // Right after the swap and before anything is painted: what was open is open, in the same place.
  form.addEventListener("htmx:afterSwap", function () {
    opened.forEach(function (id) {
      var details = document.getElementById(id);
      // Someone who pressed “apply” on a phone wants to see the results, not the filters.
      if (details && !(applied && id === "filters")) details.open = true;
    });
    narrowed.forEach(function (former) {
      var input = document.getElementById(former.id);
      if (!input) return;
      input.value = former.value;
      window.narrowList(input);
    });
    if (applied) return;
    // htmx gives the focus back, but not to what stood in a list that was closed until now.
    var field = focused && document.getElementById(focused);
    if (field) field.focus({ preventScroll: true });
    window.scrollTo({ top: scrolled, behavior: "instant" });
  });

  form.addEventListener("htmx:afterSettle", function () {
    var heading = document.getElementById("results-title");
    if (!heading) return;
    if (applied || document.activeElement === document.body) heading.focus();
    applied = false;
    status.textContent = heading.textContent.trim();
  });

  // What stands outside the results and leads to this very search: the other language, the feed.
  ["htmx:pushedIntoHistory", "htmx:replacedInHistory"].forEach(function (name) {
    document.body.addEventListener(name, function () {
      var same = 'link[rel="canonical"], link[rel="alternate"], .site-tools a[hreflang]';
      all(same, document).forEach(function (link) {
        link.href = link.href.split("?")[0] + window.location.search;
      });
    });
  });

  // The server is out of reach: let the browser ask, and say so in its own words.
  ["htmx:sendError", "htmx:responseError"].forEach(function (name) {
    form.addEventListener(name, function (event) {
      window.location.assign(event.detail.pathInfo.finalRequestPath);
    });
  });
})();
