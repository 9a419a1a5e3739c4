using System.Text;
using LlamaInterop.Sampling;
using LlamaInterop.Tokenization;

namespace LlamaInterop.Inference;

/// <summary>What samplers know of a model's tokens, each described when a generation first needs it.</summary>
/// <param name="tokenizer">The model's.</param>
/// <param name="size">The length of a row of logits.</param>
/// <param name="contextLength">Tokens of the longest sequence.</param>
internal sealed class SamplingVocabularies(Tokenizer tokenizer, int size, int contextLength)
{
    private readonly Lazy<SamplingVocabulary> _withoutBreakers = new(() => new SamplingVocabulary(size)
    {
        EndOfGeneration = [.. Enumerable.Range(0, Math.Min(size, tokenizer.Vocabulary.Count)).Where(tokenizer.Vocabulary.IsEndOfGeneration)],
        ContextLength = contextLength,
    });

    private readonly Dictionary<string, IReadOnlyList<int[]>> _breakers = [];

    public SamplingVocabulary For(SamplingOptions sampling) => sampling.DryMultiplier == 0
        ? _withoutBreakers.Value
        : _withoutBreakers.Value with { DryBreakers = BreakersOf(sampling.DrySequenceBreakers) };

    private IReadOnlyList<int[]> BreakersOf(IReadOnlyList<string> texts)
    {
        string key = string.Join('\0', texts);
        lock (_breakers)
        {
            if (!_breakers.TryGetValue(key, out IReadOnlyList<int[]>? found))
            {
                string[] pieces = [.. Enumerable.Range(0, tokenizer.Vocabulary.Count).Select(id => Encoding.UTF8.GetString(tokenizer.Decode([id], special: true)))];
                _breakers[key] = found = DryBreakers.FromText(texts, pieces, text => tokenizer.Encode(text, false, false));
            }
            return found;
        }
    }
}
