namespace Holdfast.Management.Page;

/// <summary>The look of the statistics page: no script, no other file, light and dark, wide and narrow.</summary>
internal static class PageStyle
{
    /// <summary>The style sheet.</summary>
    internal const string Text = """
        :root{color-scheme:light dark;--bg:#fff;--fg:#1b1f24;--soft:#57606a;--line:#d0d7de;--head:#f3f5f8;
        --up:#1a7f37;--down:#cf222e;--drain:#0969da;--maint:#8250df;--trans:#9a6700;--sum:#eef3fa}
        @media(prefers-color-scheme:dark){:root{--bg:#0d1117;--fg:#e6edf3;--soft:#9198a1;--line:#30363d;--head:#161b22;
        --up:#3fb950;--down:#f85149;--drain:#58a6ff;--maint:#bc8cff;--trans:#d29922;--sum:#131c2b}}
        *{box-sizing:border-box}
        body{margin:0;padding:1rem 1.5rem 3rem;background:var(--bg);color:var(--fg);font:14px/1.45 system-ui,sans-serif}
        h1{font-size:1.4rem;margin:.2rem 0}h2{font-size:1.05rem;margin:0}
        a{color:inherit}a:focus-visible,button:focus-visible,select:focus-visible,input:focus-visible,
        [tabindex]:focus-visible{outline:2px solid var(--drain);outline-offset:1px}
        .skip{position:absolute;left:-99rem}.skip:focus{left:1rem}
        .facts{display:flex;flex-wrap:wrap;gap:.3rem 1.5rem;color:var(--soft);margin:.4rem 0}
        .facts b{color:var(--fg);font-weight:600}
        nav ul{display:flex;flex-wrap:wrap;gap:.2rem 1.2rem;list-style:none;padding:0;margin:.5rem 0}
        .note{border-left:4px solid var(--drain);padding:.4rem .8rem;background:var(--sum);margin:.8rem 0}
        section{margin:1.6rem 0 0}
        .scroll{overflow-x:auto;border:1px solid var(--line);border-radius:6px;margin-top:.4rem}
        table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
        th,td{padding:.22rem .5rem;text-align:right;white-space:nowrap;border-bottom:1px solid var(--line)}
        thead th{background:var(--head);font-weight:600;color:var(--soft);font-size:.82rem}
        thead tr:first-child th{text-align:center;border-left:1px solid var(--line)}
        tbody tr:last-child>*{border-bottom:0}tbody th{font-weight:600;text-align:left;position:sticky;left:0;
        background:var(--bg)}tr.sum>*{background:var(--sum)}td.t,th.t{text-align:left}
        .state{font-weight:600}.up{color:var(--up)}.down{color:var(--down)}.drain{color:var(--drain)}
        .maint{color:var(--maint)}.trans{color:var(--trans)}.none{color:var(--soft)}
        .tip{position:relative;border-bottom:1px dotted var(--soft);cursor:help}
        .tip>span{display:none;position:absolute;right:0;top:1.6em;z-index:2;background:var(--bg);color:var(--fg);
        border:1px solid var(--line);border-radius:6px;padding:.4rem .7rem;text-align:left;white-space:pre;
        box-shadow:0 4px 16px #0003;font-weight:400}.tip:hover>span,.tip:focus>span{display:block}
        .do{display:flex;gap:.6rem;align-items:center;margin:.5rem 0}
        button,select{font:inherit;color:inherit;background:var(--head);border:1px solid var(--line);border-radius:6px;
        padding:.25rem .7rem}
        """;
}
