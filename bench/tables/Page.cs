using System.Net;

namespace LlamaInterop.Tables;

/// <summary>A report as one HTML file with its drawings.</summary>
internal static class Page
{
    private const string Style = "body{font-family:sans-serif;max-width:75em;margin:2em auto;padding:0 1em}table{border-collapse:collapse;font-size:smaller}td,th{border:1px solid #ccc;padding:.2em .5em;text-align:left}";

    public static string Of(Report report, string roofline)
    {
        List<Row> table = [.. report.Rows.Where(row => row.Test.Mode == "table" && (row.OverLlama ?? row.OverIk) is not null)];
        IEnumerable<string> ratios = table.GroupBy(row => (Shape: row.Test.Model.Split(':')[0], row.Test.Test)).Select(group => Drawing.Ratios($"{group.Key.Shape} {group.Key.Test}", [.. group]));
        string title = WebUtility.HtmlEncode(report.Title);
        return $"<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title><style>{Style}</style></head>\n<body>\n<h1>{title}</h1>\n"
            + $"<p>{WebUtility.HtmlEncode(report.When)}.</p>\n{(report.HowPeak == "" ? "" : $"<p>{WebUtility.HtmlEncode(report.HowPeak)}.</p>\n")}{string.Concat(ratios)}{roofline}{string.Concat(report.Grids.Select(grid => grid.Html))}</body></html>\n";
    }
}
