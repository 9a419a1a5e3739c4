namespace LlamaInterop.Models.Checkpoints;

/// <summary>
/// A pattern of tensor names, part by part between the dots: <c>*</c> is a layer's number, <c>#</c> an expert's, <c>@</c> "weight" or
/// "bias", <c>**</c> any parts or none, and everything else itself.
/// </summary>
internal sealed class TensorPattern(string pattern)
{
    private readonly string[] _parts = pattern.Split('.');

    /// <summary>True when the name matches; its numbers are then known, -1 for one that the pattern has not.</summary>
    public bool TryMatch(string name, out TensorPlace place)
    {
        place = new TensorPlace(-1, -1, "");
        return Matches(_parts, name.Split('.'), ref place);
    }

    private static bool Matches(ReadOnlySpan<string> pattern, ReadOnlySpan<string> name, ref TensorPlace place)
    {
        for (; pattern.Length > 0; pattern = pattern[1..], name = name[1..])
        {
            if (pattern[0] == "**")
                return MatchesAnywhere(pattern[1..], name, ref place);
            if (name.IsEmpty || !MatchesPart(pattern[0], name[0], ref place))
                return false;
        }
        return name.IsEmpty;
    }

    private static bool MatchesAnywhere(ReadOnlySpan<string> pattern, ReadOnlySpan<string> name, ref TensorPlace place)
    {
        if (pattern.IsEmpty)
            return true;
        for (int skipped = 0; skipped <= name.Length; skipped++)
        {
            if (Matches(pattern, name[skipped..], ref place))
                return true;
        }
        return false;
    }

    private static bool MatchesPart(string pattern, string part, ref TensorPlace place)
    {
        switch (pattern)
        {
            case "*" when IsNumber(part, out int layer):
                place = place with { Layer = layer };
                return true;
            case "#" when IsNumber(part, out int expert):
                place = place with { Expert = expert };
                return true;
            case "@" when part is "weight" or "bias":
                place = place with { Kind = part };
                return true;
            default:
                return pattern == part;
        }
    }

    /// <summary>Plain digits: "07" and "+7" are no layers.</summary>
    private static bool IsNumber(string part, out int number) =>
        int.TryParse(part, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out number) && (part.Length == 1 || part[0] != '0');
}

/// <summary>What a name's placeholders stood for.</summary>
/// <param name="Layer">The layer's number, or -1.</param>
/// <param name="Expert">The expert's number, or -1.</param>
/// <param name="Kind">"weight", "bias" or "".</param>
internal readonly record struct TensorPlace(int Layer, int Expert, string Kind)
{
    /// <summary>A GGUF name's placeholders filled in.</summary>
    public string Fill(string name) => name.Replace("*", $"{Layer}", StringComparison.Ordinal).Replace("@", Kind, StringComparison.Ordinal);
}
