using LlamaInterop.Inference;
using LlamaInterop.Models;

namespace LlamaInterop.Tools;

/// <summary>Measures how well a model foretells a text.</summary>
/// <remarks>
/// The definition is llama.cpp's: the text is cut into chunks, BOS takes the place of each one's first token where the model adds one, and
/// the tokens of its second half are scored by what the model says before each. Results depend neither on threads nor on batch sizes.
/// </remarks>
public static class Perplexity
{
    /// <summary>Rows of logits in one step at most: beyond this many, a step is no faster, but its memory grows with the vocabulary.</summary>
    private const int MostOutputRows = 256;

    /// <summary>
    /// The options with which a model is loaded best for a measurement: room for as many chunks as a step has, activations in 8 bits, as
    /// llama.cpp's figures have them, unless others are asked for.
    /// </summary>
    /// <param name="model">Anything else that is wanted of the model.</param>
    /// <param name="options">How texts are cut up.</param>
    public static LlamaModelOptions Prepare(LlamaModelOptions model, PerplexityOptions options)
    {
        options.Validate();
        int length = options.ContextSize + (options.Stride / 2);
        return model with
        {
            ContextSize = length,
            MaxSequences = Math.Clamp(model.BatchSize / length, 1, 1024),
            OutputRows = Math.Min(MostOutputRows, model.BatchSize),
            Activations = model.Activations.Or(ActivationPrecision.Plain),
        };
    }

    /// <summary>Measures a text.</summary>
    /// <param name="model">The model; its other generations go on meanwhile. It is fastest if loaded as <see cref="Prepare"/> says.</param>
    /// <param name="text">The text; special tokens in it are text like any other.</param>
    /// <param name="options">How it is cut up.</param>
    /// <param name="progress">Told after every chunk, on the calling thread.</param>
    /// <param name="cancellation">Breaks the running step off.</param>
    /// <exception cref="ModelException">The text is too short, the chunks do not fit the model's context, or its logits are not finite.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="CacheFullException">Running generations hold the room that the chunks need.</exception>
    public static PerplexityResult Measure(
        LlamaModel model, string text, PerplexityOptions? options = null, IProgress<PerplexityProgress>? progress = null, CancellationToken cancellation = default) =>
        Measure(model, model.Tokenizer.Encode(text, addSpecial: true, parseSpecial: false), options, progress, cancellation);

    /// <summary>Measures a text's tokens.</summary>
    /// <inheritdoc cref="Measure(LlamaModel, string, PerplexityOptions?, IProgress{PerplexityProgress}?, CancellationToken)"/>
    /// <param name="model">The model; its other generations go on meanwhile. It is fastest if loaded as <see cref="Prepare"/> says.</param>
    /// <param name="tokens">The text's tokens, with those around it that the vocabulary asks for.</param>
    /// <param name="options">How they are cut up.</param>
    /// <param name="progress">Told after every chunk, on the calling thread.</param>
    /// <param name="cancellation">Breaks the running step off.</param>
    public static PerplexityResult Measure(
        LlamaModel model, ReadOnlySpan<int> tokens, PerplexityOptions? options = null, IProgress<PerplexityProgress>? progress = null, CancellationToken cancellation = default)
    {
        var chunks = TextChunks.Cut(tokens, options ?? new PerplexityOptions(), model.Tokenizer.Vocabulary);
        var run = new ChunkRun(model, chunks);
        var scores = new ChunkScores(chunks, run.GroupSize);
        for (int first = 0; first < chunks.Count; first += run.GroupSize)
        {
            int count = Math.Min(run.GroupSize, chunks.Count - first);
            scores.Begin(first);
            run.Run(first, count, scores.Receive, cancellation);
            for (int chunk = first; chunk < first + count; chunk++)
            {
                scores.Enter(chunk);
                progress?.Report(scores.Progress);
            }
        }
        return scores.Result;
    }
}
