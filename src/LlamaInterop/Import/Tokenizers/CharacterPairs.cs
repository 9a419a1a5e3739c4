using System.Runtime.InteropServices;
using LlamaInterop.Tokenization;

namespace LlamaInterop.Import.Tokenizers;

/// <summary>
/// Byte-pair encoding of characters, in which U+2581 is the space and bytes stand for what the vocabulary cannot write: Llama 2, Mistral, Gemma.
/// </summary>
/// <remarks>
/// Where the merges are those that SentencePiece's scores would make (every way to make a token of two, tokens in one order), the
/// vocabulary becomes SentencePiece's (<c>llama</c>), which all readers of GGUF know; other merges are kept as they are.
/// </remarks>
internal static class CharacterPairs
{
    private const string SpaceMark = "\u2581";

    // To look at all ways to make a token takes time quadratic in its length. Real vocabularies need a thousandth of this.
    private const long MaxSteps = 1L << 31;

    public static VocabularyDraft Read(JsonValue model, TextSteps steps, VocabularyDraft draft)
    {
        bool addsSpace = ReadSpaces(model, steps);
        BytePairModel.ReadTokens(model, draft, model.Find("unk_token")?.Text, bytes: true);
        if (Scores(draft) is { } scores)
            draft = Rescored(draft, scores);
        else
        {
            draft.PreTokenizer = PreTokenizerNames.Characters;
            if (addsSpace)
                draft.ExactKeys.Add(ExactKeys.SpaceFirst);
        }
        draft.Switches["add_space_prefix"] = addsSpace;
        return draft;
    }

    // Whether a space is put before the text. Spaces must become U+2581, and no text but lines may be cut into words.
    private static bool ReadSpaces(JsonValue model, TextSteps steps)
    {
        bool adds = false, marks = false;
        foreach (var step in steps.Normalizers)
        {
            switch (TextSteps.TypeOf(step))
            {
                case "Prepend" when step.Get("prepend").Text == SpaceMark:
                    adds = true;
                    break;
                case "Replace" when TextSteps.PatternOf(step) == "' '" && step.Get("content").Text == SpaceMark:
                    marks = true;
                    break;
                case var type:
                    throw step.Refuse(ImportCheck.TokenizerKind, $"normalizer {type} of a BPE of characters has no counterpart in GGUF");
            }
        }
        foreach (var step in steps.PreTokenizers)
        {
            string type = TextSteps.TypeOf(step);
            if (type == "Metaspace" && !TextSteps.IsTrue(step, "split", absent: true))
                (adds, marks) = (Metaspace.AddsSpace(step), true);
            else if (!(type == "Split" && TextSteps.PatternOf(step) == "' '" && marks))
                throw step.Refuse(ImportCheck.TokenizerKind, $"pre-tokenizer {type} of a BPE of characters has no counterpart in GGUF");
        }
        return marks ? adds : throw model.Refuse(ImportCheck.TokenizerKind, "a BPE of characters that does not write spaces as U+2581 has no counterpart in GGUF");
    }

    private static VocabularyDraft Rescored(VocabularyDraft draft, float[] scores)
    {
        var scored = new VocabularyDraft(draft.Path, "llama") { HasScores = true };
        for (int id = 0; id < draft.Count; id++)
        {
            if (draft[id].Text is { } text)
                scored.Set(id, text, draft[id].Type, scores[id]);
        }
        return scored;
    }

    /// <summary>The scores by which SentencePiece would merge as the merges say; null if none would.</summary>
    private static float[]? Scores(VocabularyDraft draft)
    {
        var merges = draft.Merges!;
        var scores = new float[draft.Count];
        Array.Fill(scores, -merges.Count - 1);
        var listed = new Dictionary<string, int>(StringComparer.Ordinal);
        string previous = "";
        foreach (var (left, right) in merges.Select(MergeList.Split))
        {
            string joined = left + right;
            if (draft.Find(joined) < 0 || draft.Find(left) < 0 || draft.Find(right) < 0)
                return null;
            ref int count = ref CollectionsMarshal.GetValueRefOrAddDefault(listed, joined, out bool seen);
            if (seen && joined != previous)
                return null;
            if (!seen)
                scores[draft.Find(joined)] = 1 - listed.Count;
            count++;
            previous = joined;
        }
        var ids = Enumerable.Range(0, draft.Count);
        bool isShort = ids.Sum(id => (long)Math.Pow(draft[id].Text?.Length ?? 0, 2)) <= MaxSteps;
        return isShort && ids.All(id => IsComplete(draft, id, listed)) ? scores : null;
    }

    private static bool IsComplete(VocabularyDraft draft, int id, Dictionary<string, int> listed)
    {
        if (draft[id] is not { Text: { } text, Type: TokenType.Normal })
            return true;
        int ways = 0;
        for (int split = 1; split < text.Length; split++)
        {
            if (MayBeHalf(draft, text.AsSpan(0, split)) && MayBeHalf(draft, text.AsSpan(split)))
                ways++;
        }
        return ways == listed.GetValueOrDefault(text);
    }

    // SentencePiece merges characters that are no tokens, too.
    private static bool MayBeHalf(VocabularyDraft draft, ReadOnlySpan<char> text) =>
        draft.Find(text) >= 0 || System.Text.Rune.DecodeFromUtf16(text, out _, out int length) == System.Buffers.OperationStatus.Done && length == text.Length;
}
