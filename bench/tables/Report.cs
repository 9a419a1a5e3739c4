using System.Net;
using System.Text;

namespace LlamaInterop.Tables;

/// <summary>A table that is text or HTML.</summary>
internal sealed record Grid(string Title, string[] Head, IReadOnlyList<string[]> Rows)
{
    public string Markdown
    {
        get
        {
            var text = new StringBuilder($"\n## {Title}\n\n| {string.Join(" | ", Head)} |\n|{string.Concat(Enumerable.Repeat("---|", Head.Length))}\n");
            foreach (string[] row in Rows)
                text.Append($"| {string.Join(" | ", row.Select(cell => cell.Replace("|", "/")))} |\n");
            return text.ToString();
        }
    }

    public string Html
    {
        get
        {
            string Line(string[] cells, string tag) => $"<tr>{string.Concat(cells.Select(cell => $"<{tag}>{WebUtility.HtmlEncode(cell)}</{tag}>"))}</tr>\n";
            return $"<h2>{WebUtility.HtmlEncode(Title)}</h2>\n<table>\n{Line(Head, "th")}{string.Concat(Rows.Select(row => Line(row, "td")))}</table>\n";
        }
    }
}

/// <summary>The tables of what was measured beside one commit of this engine on one processor.</summary>
internal sealed class Report
{
    private static readonly string[] s_engines = [Engine.OurName, Engine.OurPlainName, $"{Engine.OurName} again", "llama.cpp", "ik", "ik -rtr"];

    private readonly string _cpu;
    private readonly string _commit;
    private readonly IReadOnlyList<Sample> _samples;
    private readonly IReadOnlyList<EngineRow> _engines;
    private readonly IReadOnlyList<Peak> _peaks;
    private readonly List<Row> _rows = [];

    /// <param name="records">At least one sample of the commit.</param>
    /// <param name="commit">This engine's.</param>
    /// <param name="cpu">The processor.</param>
    public Report(Records records, string commit, string cpu)
    {
        (_commit, _cpu) = (commit, cpu);
        _samples = [.. records.Samples.Where(sample => sample.Against == commit && sample.Cpu == cpu)];
        _engines = [.. records.Engines.Where(engine => engine.Against == commit && engine.Cpu == cpu)];
        _peaks = [.. records.Peaks.Where(peak => peak.Cpu == cpu).GroupBy(peak => (peak.Name, peak.Threads)).Select(same => same.MaxBy(peak => peak.Value)!)];
        List<Case> known = [.. Case.All];
        var tests = _samples.GroupBy(sample => (sample.Mode, sample.Model, sample.Cache, sample.Test));
        foreach (var test in tests.OrderBy(test => (uint)known.FindIndex(one => (one.Mode, one.Model, one.Cache) == (test.Key.Mode, test.Key.Model, test.Key.Cache))))
            _rows.AddRange(new[] { Engine.OurName, Engine.OurPlainName }.Where(own => test.Any(sample => sample.Engine == own)).Select(own => new Row(own, [.. test], AloneOf(own, test.First()), _peaks)));
    }

    /// <summary>The row of one sequence for a test of several together.</summary>
    private Row? AloneOf(string own, Sample sample) => sample.Test.Split(" x ") is not [string test, _] ? null
        : _rows.Find(row => (row.Own, row.Test.Mode, row.Test.Model, row.Test.Test) == (own, sample.Mode, sample.Model, $"{test} x 1"));

    public IReadOnlyList<Row> Rows => _rows;

    public IReadOnlyList<Peak> Peaks => _peaks;

    /// <summary>The rows of the roofline: those of the table's shape of which the most types were measured.</summary>
    public IReadOnlyList<Row> RooflineRows => _rows.Where(row => row.Test.Mode == "table" && row.Own == Engine.OurName).GroupBy(row => row.Test.Model.Split(':')[0]).MaxBy(shape => shape.Count())?.ToList() ?? [];

    public string Title => $"LlamaInterop {_commit} beside other engines, {_cpu}";

    public string When => $"measured {_samples.Min(sample => sample.Date)} to {_samples.Max(sample => sample.Date)}, {_samples[0].Threads} threads; median (lowest to highest); "
        + $"ratios are taken round by round, above 1 this engine is faster; others used at most {_samples.Max(sample => sample.Others):P1} of the machine during a sample";

    /// <summary>How the peak was measured that rows are held against; empty where none is.</summary>
    public string HowPeak
    {
        get
        {
            const string Share = "of the peak: what prefill multiplies a second, with weights and, where that was counted, in attention, as a share of what the type's multiply-add does over registers with as many threads";
            const string Beside = "measured for a second after each sample, the median of its turns; the median of the rounds' shares";
            const string Apart = "at its best, measured apart";
            List<Row> held = _rows.FindAll(row => row.OfPeak is not null);
            return held switch
            {
                [] => "",
                _ when held.TrueForAll(row => row.HasOwnPeaks) => $"{Share}, {Beside}",
                _ when held.Exists(row => row.HasOwnPeaks) => $"{Share}, {Beside}; where that is missing, {Apart}",
                _ => $"{Share}, {Apart}",
            };
        }
    }

    public IEnumerable<Grid> Grids => [Builds(), .. Case.Modes.SelectMany(mode => _rows.Where(row => row.Test.Mode == mode).Select(row => row.Own).Distinct().Select(own => Table(mode, own))), .. _peaks.Count > 0 ? [PeakTable()] : Array.Empty<Grid>()];

    public string Markdown => $"# {Title}\n\n{When}.\n{(HowPeak == "" ? "" : $"\n{HowPeak}.\n")}{string.Concat(Grids.Select(grid => grid.Markdown))}";

    private Grid Builds() => new("Engines", ["engine", "commit", "build", "instruction sets", "weights laid out anew"],
        [.. _engines.Select(engine => new[] { engine.Engine, engine.Commit, engine.BuildFlags, Brief(engine.Isa), engine.Repack })]);

    /// <summary>llama.cpp's line without what is not used.</summary>
    private static string Brief(string isa) =>
        isa.Contains(" = ") ? string.Join(", ", isa.Split('|').Select(part => part.Trim()).Where(part => part.EndsWith("= 1")).Select(part => part.Split(" = ")[0].Split(" : ")[^1])) : isa;

    private Grid Table(string mode, string own)
    {
        List<Row> rows = _rows.FindAll(row => row.Test.Mode == mode && row.Own == own);
        string other = own == Engine.OurName ? Engine.OurPlainName : Engine.OurName;
        string[] engines = [.. s_engines.Where(engine => engine != other && rows.Exists(row => row.Of(engine) is not null))];
        (string Head, Func<Row, string> Cell)[] columns =
        [
            ("model", row => row.Test.Model),
            ("cache", row => row.Test.Cache),
            ("test", row => row.Test.Test),
            .. engines.Select(engine => (engine, (Func<Row, string>)(row => $"{row.Of(engine)}"))),
            ("over llama.cpp", row => $"{row.OverLlama}"),
            ("over the better ik", row => $"{row.OverIk}"),
            ("over itself", row => $"{row.OverAgain}"),
            ("of memory", row => $"{row.OfMemory:P0}"),
            ("of the peak", row => $"{row.OfPeak:P0}"),
            ("over one", row => $"{row.OverOne:F2}"),
            ("goal", row => Goal.Of(mode, row.Test.Model, row.Test.Test).Verdict(row)),
            ("rounds", row => $"{row.Rounds}"),
            ("others, most", row => $"{row.Others:P1}"),
        ];
        columns = [.. columns.Where(column => rows.Exists(row => column.Cell(row).Length > 0) && (column.Head != "cache" || mode == "depth"))];
        return new($"{mode}{(own == Engine.OurName ? "" : ", this engine with --activations plain")}, {rows[0].Test.Unit}", [.. columns.Select(column => column.Head)], [.. rows.Select(row => columns.Select(column => column.Cell(row)).ToArray())]);
    }

    private Grid PeakTable() => new("What the processor can do", ["what", "threads", "at most"],
        [.. _peaks.Select(peak => new[] { peak.Name, $"{peak.Threads}", $"{peak.Value:F1} {peak.Unit}" })]);
}
