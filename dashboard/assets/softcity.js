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
    fillDraft();
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

  /* What was typed into a form is held in this tab until it is done, and filled in again for the same person when it was not:
     a form that is done leads from its page to its page; one that is refused, or whose session had ended, by another. */
  var DRAFT = "softcity-draft", draft = JSON.parse(window.sessionStorage.getItem(DRAFT) || "null");
  if (draft && document.referrer && new URL(document.referrer).pathname === draft.path) forgetDraft();

  function forgetDraft() { draft = null; window.sessionStorage.removeItem(DRAFT); }
  function user() { var name = document.getElementById("user-name"); return name && name.textContent; }
  function fieldsOf(form, seen) {
    return Array.from(form.elements).filter(function (field) {
      return field.name && field.type !== "password" && ["form", "back", "based_on"].indexOf(field.name) < 0 && field.hidden !== seen;
    });
  }
  function valuesOf(fields) {
    return fields.map(function (field) {
      return [field.name, field.multiple ? Array.from(field.selectedOptions).map(function (option) { return option.value; }) : field.value];
    });
  }
  function fillField(field, value) {
    if (!field) return;
    if (field.multiple) Array.from(field.options).forEach(function (option) { option.selected = value.indexOf(option.value) >= 0; });
    else field.value = value;
  }
  document.addEventListener("submit", function (event) {
    var form = event.target, action = form.getAttribute("action") || "";
    if (action.indexOf("/act/") !== 0) return;
    var held = { who: user(), path: window.location.pathname, action: action, of: JSON.stringify(valuesOf(fieldsOf(form, false))), typed: valuesOf(fieldsOf(form, true)) };
    window.sessionStorage.setItem(DRAFT, JSON.stringify(held));
  });
  function fillDraft() {
    if (!draft || !user() || window.location.pathname !== draft.path) return;
    if (user() !== draft.who) return forgetDraft();
    Array.from(document.forms).some(function (form) {
      if (form.getAttribute("action") !== draft.action || JSON.stringify(valuesOf(fieldsOf(form, false))) !== draft.of) return false;
      draft.typed.forEach(function (pair) { fillField(form.elements[pair[0]], pair[1]); });
      if (form.closest("details")) form.closest("details").setAttribute("open", "");
      forgetDraft();
      return true;
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
