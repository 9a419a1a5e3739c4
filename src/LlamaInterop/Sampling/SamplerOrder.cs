namespace LlamaInterop.Sampling;

/// <summary>The spellings of a chain's order: <c>--samplers "top_k;temperature"</c> and <c>--sampling-seq kt</c>.</summary>
public static class SamplerOrder
{
    private static readonly (SamplerKind Kind, char Character, string Name, string[] Aliases)[] Spellings =
    [
        (SamplerKind.Penalties, 'e', "penalties", []),
        (SamplerKind.Dry, 'd', "dry", []),
        (SamplerKind.TopNSigma, 's', "top_n_sigma", ["top-n-sigma", "topnsigma"]),
        (SamplerKind.TopK, 'k', "top_k", ["top-k", "topk"]),
        (SamplerKind.TypicalP, 'y', "typ_p", ["typ-p", "typp", "typ", "typical_p", "typical-p", "typical"]),
        (SamplerKind.TopP, 'p', "top_p", ["top-p", "topp", "nucleus"]),
        (SamplerKind.MinP, 'm', "min_p", ["min-p", "minp"]),
        (SamplerKind.Xtc, 'x', "xtc", []),
        (SamplerKind.Temperature, 't', "temperature", ["temp"]),
        (SamplerKind.TailFree, 'f', "tfs", ["tfs_z", "tfs-z"]),
    ];

    /// <summary>llama.cpp's order: penalties;dry;top_n_sigma;top_k;typ_p;top_p;min_p;xtc;temperature.</summary>
    public static IReadOnlyList<SamplerKind> Default { get; } =
    [
        SamplerKind.Penalties, SamplerKind.Dry, SamplerKind.TopNSigma, SamplerKind.TopK, SamplerKind.TypicalP,
        SamplerKind.TopP, SamplerKind.MinP, SamplerKind.Xtc, SamplerKind.Temperature,
    ];

    /// <summary>Reads names divided by semicolons, in llama.cpp's spellings and their aliases, in any case; empty text is an empty chain.</summary>
    /// <exception cref="SamplingException">A name is unknown; the message lists the known ones.</exception>
    public static IReadOnlyList<SamplerKind> ParseNames(string names)
    {
        ArgumentNullException.ThrowIfNull(names);
        var kinds = new List<SamplerKind>();
        foreach (string name in names.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            kinds.Add(FindName(name));
        return kinds;
    }

    /// <summary>Reads one character for each sampler: <c>edskypmxt</c> is the default order.</summary>
    /// <exception cref="SamplingException">A character is unknown; the message lists the known ones.</exception>
    public static IReadOnlyList<SamplerKind> ParseCharacters(string characters)
    {
        ArgumentNullException.ThrowIfNull(characters);
        var kinds = new List<SamplerKind>();
        foreach (char character in characters)
            kinds.Add(FindCharacter(character));
        return kinds;
    }

    /// <summary>The names, divided by semicolons: what <see cref="ParseNames"/> reads.</summary>
    public static string ToNames(IEnumerable<SamplerKind> kinds) => string.Join(';', kinds.Select(NameOf));

    /// <summary>The characters: what <see cref="ParseCharacters"/> reads.</summary>
    public static string ToCharacters(IEnumerable<SamplerKind> kinds) =>
        string.Concat(kinds.Select(kind => Spellings[IndexOf(kind)].Character));

    internal static string NameOf(SamplerKind kind) => Spellings[IndexOf(kind)].Name;

    private static int IndexOf(SamplerKind kind)
    {
        int index = Array.FindIndex(Spellings, spelling => spelling.Kind == kind);
        return index >= 0 ? index : throw new SamplingException($"samplers: {(int)kind} is no sampler");
    }

    private static SamplerKind FindName(string name)
    {
        foreach (var spelling in Spellings)
        {
            if (spelling.Aliases.Prepend(spelling.Name).Contains(name, StringComparer.OrdinalIgnoreCase))
                return spelling.Kind;
        }
        throw new SamplingException($"samplers: '{name}' is unknown; known are {string.Join(", ", Spellings.Select(s => s.Name))}");
    }

    private static SamplerKind FindCharacter(char character)
    {
        foreach (var spelling in Spellings)
        {
            if (spelling.Character == character)
                return spelling.Kind;
        }
        string known = string.Join(", ", Spellings.Select(s => $"{s.Character} ({s.Name})"));
        throw new SamplingException($"sampling-seq: '{character}' is unknown; known are {known}");
    }
}
