/* What the browser does by itself: the address and the filters kept equal, marks that lead to their rows, cells of grids. */
(function () {
  "use strict";
  var root = document.documentElement, SHARED = root.dataset.shared.split(" "), ANEW = root.dataset.anew.split(" ");   /* filters.py */

  /* Before the first paint: what the reader chose, else what the system prefers. */
  var chosen = window.localStorage.getItem("mantine-color-scheme-value");
  root.dataset.mantineColorScheme = chosen === "dark" || (chosen !== "light" && window.matchMedia("(prefers-color-scheme: dark)").matches) ? "dark" : "light";

  /* The address Dash's own pages have drawn. Filters change the address without it (dcc.Location "here"): one that comes
     back to it draws nothing anew, and the filters' callbacks answer. */
  var drawn = window.location.pathname + window.location.search;

  function nameOf(id) { return JSON.stringify(id, Object.keys(id).sort()) + ".value"; }
  function searchOf(query) { var text = query.toString(); return text ? "?" + text : ""; }
  function none(list) { return list.map(function () { return window.dash_clientside.no_update; }); }

  function sync(path, search, values, shown, ids, links) {
    var same = window.dash_clientside.no_update, query = new URLSearchParams(search || ""), before = searchOf(query), redraws = false;
    var changed = window.dash_clientside.callback_context.triggered.map(function (one) { return one.prop_id; });
    var moved = changed.some(function (name) { return name.indexOf("here.") === 0; }), next = none(ids), address = same, go = same;
    function controls() {
      next = ids.map(function (id, i) { var want = query.get(id.key) || id.default; return want === (values[i] || "") ? same : want; });
    }
    if (moved) {
      if (path + before !== drawn) drawn = path + before;   /* Dash draws the page with its controls */
      else { address = drawn; controls(); }
    } else if (changed.indexOf("show.data") >= 0) {
      query = new URLSearchParams(shown.split("?")[1] || "");
      search = searchOf(query); address = path + search; controls();
    } else {
      ids.forEach(function (id, i) {
        if (changed.indexOf(nameOf(id)) < 0 || (values[i] || "") === (query.get(id.key) || id.default)) return;
        if (values[i] && (values[i] !== id.default || id.key === "policy")) query.set(id.key, values[i]); else query.delete(id.key);
        if (id.key === "snapshot") query.delete("build");
        redraws = redraws || ANEW.indexOf(id.key) >= 0;
      });
      if (searchOf(query) !== before) {
        if (redraws) go = path + searchOf(query); else { search = searchOf(query); address = path + search; }
      }
    }
    var shared = new URLSearchParams();
    SHARED.forEach(function (key) { if (query.get(key)) shared.set(key, query.get(key)); });
    return [address === same || moved ? same : search, address, go, next, links.map(function (id) { return id.path + searchOf(shared); })];
  }

  /* Where a mark leads: another page, or other filters of this one (the store "show"). */
  function follow(clicks, path) {
    var same = window.dash_clientside.no_update, click = window.dash_clientside.callback_context.triggered[0];
    var point = click && click.value && click.value.points && click.value.points[0];
    var href = point && (Array.isArray(point.customdata) ? point.customdata[0] : point.customdata);
    if (typeof href !== "string" || href.charAt(0) !== "/") return [same, same, none(clicks)];
    clicks = clicks.map(function (one) { return one ? null : same; });   /* the same mark can be clicked again */
    return href.split("?")[0] === path ? [same, href, clicks] : [href, same, clicks];
  }

  /* The keys of the inputs of a wildcard, in their order. */
  function keysOf(type) {
    return window.dash_clientside.callback_context.inputs_list.filter(function (list) { return list[0] && list[0].id.type === type; })[0].map(function (one) { return one.id.key; });
  }

  window.dash_clientside = Object.assign({}, window.dash_clientside, { softcity: {
    sync: sync, follow: follow,
    where: function () { return { address: window.location.pathname + window.location.search, at: Date.now() }; },
    typed: function (words) { return words || window.dash_clientside.no_update; },
    open: function (path) { return path || window.dash_clientside.no_update; },
    menu: function (opened, _, navbar) {
      var wants = window.dash_clientside.callback_context.triggered[0].prop_id === "menu.opened" && opened;
      return [Object.assign({}, navbar, { collapsed: { mobile: !wants } }), wants];
    },
    /* Rows are asked for anew when the filters change; the answer names where the export of the same rows is. */
    refresh: function (_, id) {
      try { window.dash_ag_grid.getApi(id).purgeInfiniteCache(); } catch (error) { /* it is not there yet and will ask by itself */ }
      return window.dash_clientside.no_update;
    },
    chosen: function (rows, id) { return (rows || []).map(function (row) { return row[id.key]; }); },   /* the ticked rows */
    /* Terms of a what-if: the box holds the value, the slider only moves it; one that differs from the text stands out. */
    terms: function (values, slid, _, texts, looks, errors) {
      var same = window.dash_clientside.no_update, out = [none(values), none(values), none(values), none(values)];
      function lookOf(i, isText) {
        var look = isText ? "term" : "term edited";
        if (look !== looks[i]) out[2][i] = look;
        if (errors[i]) out[3][i] = "";
      }
      window.dash_clientside.callback_context.triggered.forEach(function (one) {
        var at = one.prop_id.lastIndexOf("."), id = JSON.parse(one.prop_id.slice(0, at));
        var i = keysOf("term").indexOf(id.key), set = id.type === "term" ? values[i] : id.type === "undo" ? texts[i] : String(slid[i]);
        if (Array.isArray(values[i])) {   /* districts: a set of codes */
          if (id.type === "slider") return;
          var codes = Array.isArray(set) ? set : set.split(",");
          if (id.type === "undo") out[0][i] = codes;
          lookOf(i, codes.slice().sort().join() === texts[i].split(",").sort().join());
          return;
        }
        var figure = Number(String(set || "-").replace(/,/g, ""));
        if (i < 0 || id.type === "slider" && slid[i] === undefined) return;   /* a choice has a slider nobody sees */
        if (set !== values[i]) out[0][i] = set;
        if (!isNaN(figure) && figure !== slid[i]) out[1][i] = figure;
        lookOf(i, set === texts[i]);
      });
      return out;
    },
    remember: function () {
      window.dash_clientside.callback_context.triggered.forEach(function (one) {
        var id = JSON.parse(one.prop_id.slice(0, one.prop_id.lastIndexOf(".")));
        if (id.form !== "csv" || !document.querySelector(".grid [id*='\"" + id.table + "\"']")) return;
        var query = new URLSearchParams(window.location.search), before = searchOf(query), asked = new URLSearchParams(one.value.split("?")[1] || "");
        Array.from(query.keys()).forEach(function (key) { if (key.indexOf(id.table + ".") === 0) query.delete(key); });
        asked.forEach(function (value, key) { if (key.indexOf(id.table + ".") === 0) query.set(key, value); });
        if (searchOf(query) !== before) window.history.replaceState(window.history.state, "", window.location.pathname + searchOf(query));
      });
    },
    /* A file goes to the server in pieces (hand_in.py); why it was not taken is told in the server's own words. */
    handIn: function (contents, name, source) {
      var same = window.dash_clientside.no_update, zone = document.getElementById("hand-in-zone").dataset, set = window.dash_clientside.set_props;
      if (!contents) return [same, same, same];
      if (!source) return [same, zone.first, null];
      var bytes = window.atob(contents.slice(contents.indexOf(",") + 1)), piece = Number(zone.piece);
      function send(id, offset) {
        var part = Uint8Array.from(bytes.slice(offset, offset + piece), function (sign) { return sign.charCodeAt(0); });
        var where = id ? "/" + id + "?offset=" + offset : "?" + new URLSearchParams({ source: source, name: name, size: bytes.length });
        var token = document.cookie.split("; ").filter(function (one) { return one.indexOf("_csrf_token=") === 0; })[0] || "";
        return window.fetch("/_hand-in" + where, {
          method: "POST", body: part, credentials: "same-origin", headers: { "Content-Type": "application/octet-stream", "X-CSRFToken": token.slice("_csrf_token=".length) }
        }).then(function (response) {
          return response.json().then(function (told) {
            if (!response.ok) throw told;
            set("hand-in-progress", { value: Math.round(told.held / bytes.length * 100) });
            return told.held < bytes.length ? send(told.id, told.held) : [{ id: told.id }, name, null];
          });
        });
      }
      return send("", 0).catch(function (told) {
        set("hand-in-progress", { value: 0 });
        return [same, told.error || zone.lost, null];
      });
    },
    columns: function (shown, id) {
      try {
        var api = window.dash_ag_grid.getApi(id), all = api.getColumns().map(function (column) { return column.getColId(); });
        api.setColumnsVisible(shown, true);
        api.setColumnsVisible(all.filter(function (key) { return key !== "act" && key.indexOf("ag-Grid") !== 0 && shown.indexOf(key) < 0; }), false);
      } catch (error) { /* not there yet */ }
      return window.dash_clientside.no_update;
    }
  } });

  window.dashMantineFunctions = Object.assign({}, window.dashMantineFunctions, {
    everyOption: function (given) { return given.options; },   /* the server has searched */
    notIn: function (day, given) { return given.days.indexOf(day) < 0; }
  });
  /* The calendar's words are the browser's own; dayjs has no Chinese ones in dmc. 1 January 2023 was a Sunday. */
  function names(of, form, count) {
    var told = {}; told[of] = form;
    var words = new Intl.DateTimeFormat("zh-CN", told), days = [];
    for (var i = 0; i < count; i += 1) days.push(words.format(of === "month" ? new Date(2023, i, 1) : new Date(2023, 0, 1 + i)));
    return days;
  }
  window["dayjs_locale_zh-cn"] = {
    name: "zh-cn", weekStart: 1, weekdays: names("weekday", "long", 7), weekdaysShort: names("weekday", "short", 7), weekdaysMin: names("weekday", "narrow", 7),
    months: names("month", "long", 12), monthsShort: names("month", "short", 12), formats: { L: "YYYY-MM-DD" }, relativeTime: {}, ordinal: String
  };

  /* Cells of grids. Every value comes as words; a link leads to its page, a code has its sign and colour. */
  var cells = window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {};
  cells.Cell = function (props) {
    var make = window.React.createElement, data = props.data || {}, field = props.colDef.field, href = data[field + "__href"], code = data[field + "__code"], value = props.value;
    if (value === undefined || value === null || value === "") return data[props.colDef.field] === undefined ? null : "—";
    if (code) value = make("span", { className: "badge " + code }, value);
    return href ? make(window.dash_core_components.Link, { href: href, className: "link" }, value) : value;
  };
  /* A button of a row: its callback is told which row (`names`), and is told again of a second click. */
  cells.Act = function (props) {
    if (!props.data) return null;
    function told() { props.setData(props.names.reduce(function (row, key) { row[key] = props.data[key]; return row; }, { at: Date.now() })); }
    return window.React.createElement("button", { type: "button", className: "plain", onClick: told }, props.words);
  };
  /* On a phone what is pinned would leave no room for the rest. A grid's first size is told before it has listeners: its first rows are waited for. */
  window.dashAgGridFunctions = Object.assign({}, window.dashAgGridFunctions, {
    pin: function (told) {
      if (told.api.isDestroyed()) return;   /* its page was left */
      var pinned = window.matchMedia("(max-width: 720px)").matches ? null : "left", columns = told.api.getAllGridColumns().filter(function (column) { return column.getColDef().pinned; });
      told.api.applyColumnState({ state: columns.map(function (column) { return { colId: column.getColId(), pinned: pinned }; }) });
    }
  });
  /* What a cell is too narrow for is told on hovering. */
  document.addEventListener("mouseover", function (event) {
    var cell = event.target.closest && event.target.closest(".ag-cell");
    if (cell) cell.title = cell.scrollWidth > cell.clientWidth ? cell.textContent : "";
  });
  document.addEventListener("keydown", function (event) {
    var link = event.key === "Enter" && event.target.classList.contains("ag-cell") && event.target.querySelector("a, button");
    if (link) link.click();
    if ((event.ctrlKey || event.metaKey) && event.key === "k") { event.preventDefault(); document.getElementById("search").focus(); }
  });

  /* A grid takes its scheme from the body; paper is light. */
  var paper = window.matchMedia("print");
  function themeGrids() { if (document.body) document.body.dataset.agThemeMode = paper.matches ? "light" : root.dataset.mantineColorScheme; }
  paper.addEventListener("change", themeGrids);
  new MutationObserver(themeGrids).observe(root, { attributes: true, attributeFilter: ["data-mantine-color-scheme"] });
  /* dcc.Upload gives its field no name of its own; the zone around it says what it is. */
  new MutationObserver(function () {
    var field = document.querySelector("#hand-in-zone input[type=file]:not([aria-label])");
    if (field) field.setAttribute("aria-label", document.getElementById("hand-in-zone").dataset.label);
  }).observe(root, { childList: true, subtree: true });
  document.addEventListener("DOMContentLoaded", themeGrids);

  /* plotly.js and AG Grid are fetched with the first figure and the first grid. Dash would name the whole plotly.js. */
  var vendor = document.getElementById("plotly-address");
  if (vendor) Object.defineProperty(window, "_dashPlotlyJSURL", { get: function () { return vendor.content; }, set: function () {} });
  var grid = document.getElementById("grid-script"), coming = null;
  function fetchGrid() {
    return coming = coming || new Promise(function (done) {
      var script = document.createElement("script");
      script.src = grid.href;
      script.onload = function () { done(window.dash_ag_grid.AgGrid); };
      document.head.appendChild(script);
    });
  }
  function Later(props) {
    var state = window.React.useState(null);
    window.React.useEffect(function () { fetchGrid().then(function (real) { state[1](function () { return real; }); }); }, []);
    return state[0] ? window.React.createElement(state[0], props) : null;
  }
  Later.dashRenderType = true;
  if (grid) window.dash_ag_grid = { AgGrid: Later };

  /* A session that ended while the page was open: what was typed stays, and goes on once its reader has signed in again. */
  function show(id, is) { var strip = document.getElementById(id); if (strip) strip.hidden = !is; }
  var plainFetch = window.fetch;
  window.fetch = function () {
    return plainFetch.apply(this, arguments).then(function (response) {
      if (response.status === 401) show("session-over", true); else if (response.ok) show("session-over", false);
      return response;
    });
  };
  window.addEventListener("offline", function () { show("offline", true); });
  window.addEventListener("online", function () { show("offline", false); });

  /* One panel (components/parts.py, details) at a time; a click elsewhere or Escape closes it. */
  function close(except) { document.querySelectorAll("details.how[open]").forEach(function (open) { if (open !== except) open.open = false; }); }
  document.addEventListener("click", function (event) { close(event.target.closest && event.target.closest("details.how")); });
  document.addEventListener("keydown", function (event) { if (event.key === "Escape") close(null); });

  /* A file that is too large is not even read: the upload would hold all of it before it could say so. */
  function tooLarge(event) {
    var zone = event.target.closest && event.target.closest("#hand-in-zone"), given = event.dataTransfer || event.target;
    if (!zone || !given.files || !given.files[0] || given.files[0].size <= Number(zone.dataset.most)) return;
    event.preventDefault(); event.stopPropagation();
    window.dash_clientside.set_props("hand-in-told", { children: zone.dataset.large });
  }
  document.addEventListener("change", tooLarge, true);
  document.addEventListener("drop", tooLarge, true);

  /* The language is kept in a cookie, so that the server sends the first page right. */
  document.addEventListener("click", function (event) {
    var button = event.target.closest && event.target.closest("#language");
    if (!button) return;
    document.cookie = "softcity_language=" + button.dataset.language + "; path=/; max-age=31536000; samesite=lax";
    window.location.reload();
  });
})();
