using System.Text.RegularExpressions;
using LlamaInterop.Gguf;

namespace LlamaInterop.Tools;

/// <summary>Gives every tensor whose name a pattern is found in one element type, in place of the mixture's.</summary>
public sealed class TensorTypeRule
{
    private static readonly TimeSpan LongestMatch = TimeSpan.FromSeconds(1);

    private readonly Regex _pattern;

    /// <param name="pattern">A regular expression, found anywhere in the name, which is written in lower case.</param>
    /// <param name="type">The type.</param>
    /// <exception cref="ArgumentException">The pattern is empty or no regular expression.</exception>
    public TensorTypeRule(string pattern, GgufTensorType type)
    {
        ArgumentException.ThrowIfNullOrEmpty(pattern);
        _pattern = new Regex(pattern, RegexOptions.CultureInvariant, LongestMatch);
        Type = type;
    }

    /// <summary>The type that such a tensor gets.</summary>
    public GgufTensorType Type { get; }

    /// <summary>Reads <c>REGEX=TYPE</c>, such as <c>ffn_down=q6_k</c>; the pattern is taken in lower case, as llama.cpp takes it.</summary>
    /// <exception cref="FormatException">The text has another form, its pattern is wrong, or its type is unknown.</exception>
    public static TensorTypeRule Parse(string text)
    {
        int equals = text.IndexOf('=');
        if (equals <= 0 || equals == text.Length - 1)
            throw new FormatException($"'{text}' is not of the form REGEX=TYPE");
        if (!GgufTensorTypes.TryParse(text[(equals + 1)..], out GgufTensorType type))
            throw new FormatException($"'{text}': there is no element type '{text[(equals + 1)..]}'");
        try
        {
            return new TensorTypeRule(text[..equals].ToLowerInvariant(), type);
        }
        catch (ArgumentException error)
        {
            throw new FormatException($"'{text}': {error.Message}", error);
        }
    }

    /// <summary>Reads rules divided by blanks or line ends, as the file of <c>--tensor-type-file</c> holds them.</summary>
    /// <exception cref="FormatException">One is wrong.</exception>
    public static IReadOnlyList<TensorTypeRule> ParseMany(string text) =>
        [.. text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(Parse)];

    /// <exception cref="QuantizeException">The pattern takes too long.</exception>
    internal bool Matches(string name)
    {
        try
        {
            return _pattern.IsMatch(name);
        }
        catch (RegexMatchTimeoutException error)
        {
            throw new QuantizeException($"the pattern '{_pattern}' takes too long on the name '{name}'", error);
        }
    }
}
