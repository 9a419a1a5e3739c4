using System.Text;

namespace LlamaInterop.Import.Tokenizers;

/// <summary>Writes regular expressions that cut text alike in one way, so that they can be compared.</summary>
internal static class RegexSpelling
{
    // Longer ones are none of those that are compared.
    private const int MaxLength = 4096;

    private const string Contractions = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";

    // What follows in each of the expressions that are compared cannot match after a shorter match, so being possessive changes nothing;
    // \s* goes back to the last line break, so that a single one behind it is the same as several.
    private static readonly (string Spelling, string Same)[] Alike =
    [
        ("'(?i:[sdmt]|ll|ve|re)", Contractions),
        ("(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])", Contractions),
        ("'(?:[sSdDmMtT]|[lL][lL]|[vV][eE]|[rR][eE])", Contractions),
        (@"|\s*[\r\n]|", @"|\s*[\r\n]+|"),
        (@"\p{N}{1}", @"\p{N}"),
        ("[0-9]{3}", "[0-9][0-9][0-9]"),
        ("[0-9][0-9][0-9]", @"\d{3}"),
    ];

    /// <summary>The expression with control characters escaped, possessive quantifiers plain and the usual parts spelled one way.</summary>
    public static string Normalize(string expression)
    {
        if (expression.Length > MaxLength)
            return expression;
        var text = new StringBuilder(expression.Length);
        bool inClass = false;
        for (int i = 0; i < expression.Length; i++)
        {
            char c = expression[i];
            if (c == '\\' && i + 1 < expression.Length)
            {
                text.Append(c).Append(expression[++i]);
                continue;
            }
            inClass = inClass ? c != ']' : c == '[';
            if (!inClass && c == '+' && i > 0 && IsQuantifier(expression, i - 1))
                continue;
            text.Append(c switch { '\n' => "\\n", '\r' => "\\r", '\t' => "\\t", _ => c.ToString() });
        }
        string normal = text.ToString();
        foreach (var (spelling, same) in Alike)
            normal = normal.Replace(spelling, same, StringComparison.Ordinal);
        return normal;
    }

    private static bool IsQuantifier(string expression, int index) => expression[index] switch
    {
        '+' or '*' => !IsEscaped(expression, index),
        '?' => index > 0 && expression[index - 1] != '(' && !IsEscaped(expression, index),
        '}' => expression.AsSpan(0, index).LastIndexOf('{') is > 0 and int open && char.IsAsciiDigit(expression[open + 1]),
        _ => false,
    };

    private static bool IsEscaped(string expression, int index) => index > 0 && expression[index - 1] == '\\';
}
