using System.Net;
using System.Text;

namespace LlamaInterop.Cli.Output.Html;

/// <summary>A page that needs nothing but itself: its style and drawings stand in it.</summary>
internal sealed class HtmlPage(string title)
{
    private const string Style = """
        :root { color-scheme: light dark; --ink: #1d2330; --soft: #667085; --line: #d5dae3; --paper: #fff; --c0: #2563eb; --c1: #ea580c; --c2: #16a34a; --c3: #9333ea; --c4: #0891b2; --c5: #be123c; }
        @media (prefers-color-scheme: dark) { :root { --ink: #e6e9ef; --soft: #98a2b3; --line: #3a4252; --paper: #14181f; --c0: #60a5fa; --c1: #fb923c; --c2: #4ade80; --c3: #c084fc; --c4: #22d3ee; --c5: #fb7185; } }
        body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 76rem; margin: 2rem auto; padding: 0 1rem; }
        h1 { font-size: 1.6rem; } h2 { font-size: 1.15rem; margin-top: 2.2rem; }
        p { color: var(--soft); }
        .wide { overflow-x: auto; }
        table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
        th, td { padding: .3rem .7rem; border-bottom: 1px solid var(--line); text-align: right; white-space: nowrap; }
        th:first-child, td:first-child { text-align: left; } th { color: var(--soft); font-weight: 600; }
        svg { width: 100%; height: auto; } svg text { fill: var(--ink); font: 12px system-ui, sans-serif; } svg .soft { fill: var(--soft); }
        svg .line { stroke: var(--line); }
        """;

    private readonly StringBuilder _body = new();

    /// <summary>Text that is no markup.</summary>
    public static string Escape(string text) => WebUtility.HtmlEncode(text);

    public void AddHeading(string text) => _body.Append($"<h2>{Escape(text)}</h2>\n");

    public void AddParagraph(string text) => _body.Append($"<p>{Escape(text)}</p>\n");

    /// <summary>Adds a drawing, which is markup already.</summary>
    public void AddDrawing(string svg) => _body.Append(svg).Append('\n');

    /// <summary>Adds a table, a row of headings first.</summary>
    public void AddTable(IReadOnlyList<string> head, IEnumerable<IReadOnlyList<string>> rows)
    {
        _body.Append("<div class=\"wide\"><table>\n");
        AppendRow(head, "th");
        foreach (var row in rows)
            AppendRow(row, "td");
        _body.Append("</table></div>\n");
    }

    public override string ToString() =>
        $"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>{Escape(title)}</title>
        <style>
        {Style}
        </style>
        </head>
        <body>
        <h1>{Escape(title)}</h1>
        {_body}</body>
        </html>

        """.ReplaceLineEndings("\n");

    private void AppendRow(IReadOnlyList<string> cells, string tag)
    {
        _body.Append("<tr>");
        foreach (string cell in cells)
            _body.Append($"<{tag}>{Escape(cell)}</{tag}>");
        _body.Append("</tr>\n");
    }
}
