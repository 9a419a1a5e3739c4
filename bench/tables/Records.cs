using System.Text;
using System.Text.Json;
using LlamaInterop.Measuring;

namespace LlamaInterop.Tables;

/// <summary>Everything that was measured, a line of JSON each, in a file that only grows: what is in it is not measured again.</summary>
internal sealed class Records
{
    private readonly string _path;
    private readonly List<Sample> _samples = [];
    private readonly List<EngineRow> _engines = [];
    private readonly List<Peak> _peaks = [];

    /// <param name="path">The file; it need not be there. A device, which has no length, is written to only.</param>
    public Records(string path)
    {
        _path = path;
        if (new FileInfo(path) is not { Exists: true, Length: > 0 })
            return;
        foreach ((int index, string line) in File.ReadLines(path).Index())
        {
            if (Read(line) is { } record)
                Enter(record);
            else if (!IsCut(line))
                throw new Failure($"{path}, line {index + 1}, is no record");
        }
    }

    public IReadOnlyList<Sample> Samples => _samples;

    public IReadOnlyList<EngineRow> Engines => _engines;

    public IReadOnlyList<Peak> Peaks => _peaks;

    public void Add(Sample sample) => Append(new Line(sample, null, null));

    public void Add(Peak peak) => Append(new Line(null, null, peak));

    /// <summary>Adds a row that is not there yet.</summary>
    public void Add(EngineRow engine)
    {
        if (!_engines.Contains(engine))
            Append(new Line(null, engine, null));
    }

    private void Append(Line line)
    {
        bool isCut = File.Exists(_path) && new FileInfo(_path) is { Length: > 0 } file && LastByte(file) != '\n';
        File.AppendAllText(_path, (isCut ? "\n" : "") + JsonSerializer.Serialize(line, s_compact) + "\n");
        Enter(line);
    }

    private void Enter(Line line)
    {
        if (line.Sample is not null)
            _samples.Add(line.Sample);
        if (line.Engine is not null)
            _engines.Add(line.Engine);
        if (line.Peak is not null)
            _peaks.Add(line.Peak);
    }

    /// <summary>Null where it is no record.</summary>
    private static Line? Read(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<Line>(line) is { } record and not (null, null, null) ? record : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Whether it is JSON that stops too early, as a run leaves it that was cut.</summary>
    private static bool IsCut(string line)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(line), isFinalBlock: false, default);
        try
        {
            while (reader.Read())
                continue;
            return reader.TokenType == JsonTokenType.StartObject || reader.CurrentDepth > 0;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static int LastByte(FileInfo file)
    {
        using FileStream stream = file.OpenRead();
        stream.Seek(-1, SeekOrigin.End);
        return stream.ReadByte();
    }

    private static readonly JsonSerializerOptions s_compact = new()
    {
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingDefault,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private sealed record Line(Sample? Sample, EngineRow? Engine, Peak? Peak);
}
