/* The address is the only state: filters, clicks on marks and expired sessions all end in one. */
(function () {
  "use strict";

  function go(href) {
    if (!href || href === window.location.pathname + window.location.search) return;
    window.history.pushState({}, "", href);
    window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
  }

  function setFilter(key, value) {
    var query = new URLSearchParams(window.location.search);
    Array.from(query.keys()).forEach(function (name) { if (name.endsWith(".page")) query.delete(name); });
    if (value) query.set(key, value); else query.delete(key);
    var text = query.toString();
    go(window.location.pathname + (text ? "?" + text : ""));
  }

  function onFilter(event) {
    var id = event.target && event.target.id;
    if (id && id.indexOf("filter-") === 0) setFilter(id.slice(7), event.target.value.trim());
    if (id && id.indexOf("find-") === 0) setFilter(id.slice(5) + ".find", event.target.value.trim());
  }
  document.addEventListener("change", onFilter);
  document.addEventListener("keydown", function (event) { if (event.key === "Enter") onFilter(event); });

  /* A page comes as markup (components/elements.py): put it in, and take out what was there. */
  function fill(holder) {
    var html = holder.getAttribute("data-html"), focused = document.activeElement && document.activeElement.id;
    if (html === holder.softcityHtml) return;
    holder.querySelectorAll(".js-plotly-plot").forEach(function (plot) { window.Plotly.purge(plot); });
    holder.softcityHtml = html;
    holder.innerHTML = html || "";
    draw();
    if (focused && document.activeElement.id !== focused && document.getElementById(focused)) document.getElementById(focused).focus();
  }
  function fillAll(records) {
    records.forEach(function (record) {
      if (record.type === "attributes") fill(record.target);
      record.addedNodes.forEach(function (node) {
        if (node.nodeType === 1 && node.hasAttribute("data-html")) fill(node);
      });
    });
  }

  /* Figures are drawn once plotly.js is there; on a page of words it has not been run. A mark leads to the rows it stands for. */
  function draw() {
    var places = document.querySelectorAll(".plot:not(.js-plotly-plot)");
    if (places.length && !window.Plotly) return fetchPlotly();
    places.forEach(function (place) {
      var figure = JSON.parse(place.dataset.figure);
      window.Plotly.newPlot(place, figure.data, figure.layout, { displayModeBar: false, responsive: true, showTips: false, doubleClick: false });
      place.on("plotly_click", function (data) {
        var href = data.points && data.points[0] && data.points[0].customdata;
        if (typeof href === "string" && href.charAt(0) === "/") go(href);
      });
    });
  }
  function fetchPlotly() {
    var early = document.getElementById("plotly"), script = document.createElement("script");
    if (early.tagName === "SCRIPT") return;
    script.id = "plotly";
    script.src = early.href;
    early.replaceWith(script);
  }
  document.addEventListener("load", function (event) { if (event.target.id === "plotly") draw(); }, true);

  document.addEventListener("click", function (event) {
    var link = event.target.closest && event.target.closest("a[data-link]");
    if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    go(link.getAttribute("href"));
  });

  /* One popover at a time; a click elsewhere or Escape closes it. */
  function closePopovers(except) {
    document.querySelectorAll("details.how[open]").forEach(function (open) { if (open !== except) open.removeAttribute("open"); });
  }
  document.addEventListener("click", function (event) { closePopovers(event.target.closest && event.target.closest("details.how")); });
  document.addEventListener("keydown", function (event) { if (event.key === "Escape") closePopovers(null); });

  /* Theme and language: kept in cookies, so that the server sends the first page right. */
  function remember(name, value) { document.cookie = name + "=" + value + "; path=/; max-age=31536000; samesite=lax"; }
  document.addEventListener("click", function (event) {
    var button = event.target.closest && event.target.closest(".switch"), root = document.documentElement;
    if (!button) return;
    if (button.id === "switch-theme") {
      var dark = root.dataset.theme ? root.dataset.theme === "dark" : window.matchMedia("(prefers-color-scheme: dark)").matches;
      root.dataset.theme = dark ? "light" : "dark";
      remember("softcity_theme", root.dataset.theme);
    }
    if (button.id === "switch-language") {
      var query = new URLSearchParams(window.location.search);
      query.delete("lang");
      remember("softcity_language", button.dataset.language);
      window.location.assign(window.location.pathname + (query.toString() ? "?" + query : ""));
    }
  });

  var path = window.location.pathname;
  new MutationObserver(function (records) {
    fillAll(records);
    if (path !== window.location.pathname) { path = window.location.pathname; window.scrollTo(0, 0); }
  }).observe(document.documentElement, { childList: true, subtree: true, attributes: true, attributeFilter: ["data-html"] });

  /* A session that ended while the page was open: sign in again and come back. */
  var plainFetch = window.fetch;
  window.fetch = function () {
    return plainFetch.apply(this, arguments).then(function (response) {
      if (response.status === 401) {
        window.location.assign("/login?next=" + encodeURIComponent(window.location.pathname + window.location.search));
      }
      return response;
    });
  };
})();
