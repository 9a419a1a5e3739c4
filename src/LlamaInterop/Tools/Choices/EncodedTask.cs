using LlamaInterop.Models;
using LlamaInterop.Tokenization;

namespace LlamaInterop.Tools;

/// <summary>A task as tokens: its texts, how many tokens all begin with, and which tokens of each are scored.</summary>
/// <param name="Tokens">The texts.</param>
/// <param name="Common">Tokens that all begin with, at least 1, and fewer than each text has: a text that others go on from has its last one to itself.</param>
/// <param name="Scored">For each text the positions [first, end) whose next tokens are scored; never empty.</param>
internal sealed record EncodedTask(int[][] Tokens, int Common, (int First, int End)[] Scored)
{
    /// <summary>In WinoGrande the choice itself is left out where both texts go on for more tokens than this.</summary>
    private const int LeastRest = 3;

    /// <param name="tokenizer">The model's.</param>
    /// <param name="task">The task.</param>
    /// <param name="kind">How it is scored.</param>
    /// <param name="number">What errors call it.</param>
    /// <exception cref="ModelException">The texts do not differ where they should.</exception>
    public static EncodedTask Of(Tokenizer tokenizer, ChoiceTask task, ChoiceTaskKind kind, int number)
    {
        int[] Encode(string text) => tokenizer.Encode(text, addSpecial: true, parseSpecial: false);
        int[][] tokens = [.. task.Choices.Select(choice => Encode(task.Before + choice + task.After))];
        if (tokens.All(text => text.AsSpan().SequenceEqual(tokens[0])))
            throw new ModelException($"task {number}: its texts have no tokens to tell them apart");
        int shortest = tokens.Min(text => text.Length), common = 0;
        while (common < shortest - 1 && tokens.All(text => text[common] == tokens[0][common]))
            common++;
        if (common == 0)
            throw new ModelException($"task {number}: its texts have no token in common to begin with");
        bool afterChoice = kind == ChoiceTaskKind.WinoGrande && shortest - common > LeastRest;
        return new(tokens, common, [.. tokens.Select((text, c) => ScoredOf(text.Length, afterChoice ? Encode(task.Before + task.Choices[c]).Length : common, common, kind))]);
    }

    /// <summary>WinoGrande's last token, the full stop, is left out where others are left.</summary>
    private static (int First, int End) ScoredOf(int length, int begin, int common, ChoiceTaskKind kind)
    {
        if (begin < 1 || begin >= length)
            begin = common;
        return (begin - 1, length - 1 - (kind == ChoiceTaskKind.WinoGrande && length - begin > 1 ? 1 : 0));
    }
}
