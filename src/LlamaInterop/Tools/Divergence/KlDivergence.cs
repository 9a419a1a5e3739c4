using System.Runtime.InteropServices;
using LlamaInterop.Gguf;
using LlamaInterop.Models;

namespace LlamaInterop.Tools;

/// <summary>
/// Compares a model's probabilities with those of a base model, such as the one that it was quantized from: with both loaded, or by a file
/// of the base model's log-probabilities, which is llama.cpp's.
/// </summary>
public static class KlDivergence
{
    /// <summary>Measures a base model's perplexity, and keeps its log-probabilities in a file.</summary>
    /// <param name="model">The base model. It is fastest if loaded as <see cref="Perplexity.Prepare"/> says.</param>
    /// <param name="tokens">The text's tokens.</param>
    /// <param name="path">The file, 2 bytes for each scored token and each of the vocabulary. It appears when it is whole.</param>
    /// <param name="options">How the text is cut up; without a stride.</param>
    /// <param name="progress">Told after every chunk, on the calling thread.</param>
    /// <param name="cancellation">Breaks the running step off.</param>
    /// <exception cref="ModelException">As for <see cref="Perplexity.Measure(LlamaModel, ReadOnlySpan{int}, PerplexityOptions?, IProgress{PerplexityProgress}?, CancellationToken)"/>.</exception>
    /// <exception cref="GgufException">The file cannot be written.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static PerplexityResult SaveBase(
        LlamaModel model, ReadOnlySpan<int> tokens, string path, PerplexityOptions? options = null, IProgress<PerplexityProgress>? progress = null, CancellationToken cancellation = default)
    {
        TextChunks chunks = Cut(model, tokens, options);
        var run = new ChunkRun(model, chunks);
        int words = (int)LogProbabilityRow.WordsOf(model.VocabularySize);
        var scores = new ChunkScores(chunks, run.GroupSize);
        LogitsFile.Write(path, chunks, model.VocabularySize, stream =>
        {
            var rows = new RowBuffer<ushort>(chunks, run.GroupSize, words);
            for (int first = 0; first < chunks.Count; first += run.GroupSize)
            {
                int count = Math.Min(run.GroupSize, chunks.Count - first), start = first;
                scores.Begin(first);
                run.Run(first, count, Encode, cancellation);
                stream.Write(MemoryMarshal.AsBytes(rows.Of(0, count)));
                for (int chunk = first; chunk < first + count; chunk++)
                {
                    scores.Enter(chunk);
                    progress?.Report(scores.Progress);
                }

                void Encode(int chunk, int position, ReadOnlySpan<float> logits) =>
                    scores.Receive(chunk, position, logits, LogProbabilityRow.Encode(logits, rows.Row(chunk - start, position)));
            }
        });
        return scores.Result;
    }

    /// <summary>Tokens of a chunk of a base model's file: the context that a model must be loaded with.</summary>
    /// <exception cref="GgufException">The file is refused.</exception>
    public static int ContextSizeOf(string path)
    {
        using LogitsFile file = LogitsFile.Open(path);
        return file.ContextSize;
    }

    /// <summary>Compares a model with a base model's file.</summary>
    /// <param name="model">The model, of the base's vocabulary, loaded with a context that a chunk of the file fits into.</param>
    /// <param name="path">The file.</param>
    /// <param name="progress">Told after every chunk, on the calling thread.</param>
    /// <param name="cancellation">Breaks the running step off.</param>
    /// <exception cref="GgufException">The file is refused.</exception>
    /// <exception cref="ModelException">The model has another vocabulary or no room for a chunk, or log-probabilities are not finite.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static KlDivergenceResult Measure(LlamaModel model, string path, IProgress<KlDivergenceProgress>? progress = null, CancellationToken cancellation = default)
    {
        using LogitsFile file = LogitsFile.Open(path);
        if (file.VocabularySize != model.VocabularySize)
            throw new ModelException($"{path}: its base model has a vocabulary of {file.VocabularySize}, the model one of {model.VocabularySize}");
        if (file.Tokens.Any(token => (uint)token >= (uint)file.VocabularySize))
            throw new GgufException(GgufCheck.ValueRange, path, "has a token that is not in its vocabulary");
        TextChunks chunks = TextChunks.SideBySide(file.Tokens, file.ContextSize, model.Tokenizer.Vocabulary);
        var run = new ChunkRun(model, chunks);
        var rows = new RowBuffer<ushort>(chunks, run.GroupSize, (int)LogProbabilityRow.WordsOf(file.VocabularySize));
        using var logs = new ThreadLocal<float[]>(() => new float[file.VocabularySize]);
        return Measure(run, chunks, (_, count) => file.ReadRows(rows.Of(0, count)), (chunk, position) =>
        {
            LogProbabilityRow.Decode(rows.Row(chunk, position), logs.Value!);
            return logs.Value!;
        }, progress, cancellation);
    }

    /// <summary>Compares two models that are both loaded.</summary>
    /// <param name="baseModel">The base model.</param>
    /// <param name="model">The model, of the same vocabulary.</param>
    /// <param name="tokens">The text's tokens.</param>
    /// <param name="options">How the text is cut up; without a stride.</param>
    /// <param name="progress">Told after every chunk, on the calling thread.</param>
    /// <param name="cancellation">Breaks the running step off.</param>
    /// <exception cref="ModelException">The vocabularies differ, the text is too short or does not fit, or log-probabilities are not finite.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static KlDivergenceResult Measure(
        LlamaModel baseModel, LlamaModel model, ReadOnlySpan<int> tokens, PerplexityOptions? options = null, IProgress<KlDivergenceProgress>? progress = null, CancellationToken cancellation = default)
    {
        if (baseModel.VocabularySize != model.VocabularySize)
            throw new ModelException($"the base model has a vocabulary of {baseModel.VocabularySize}, the model one of {model.VocabularySize}");
        TextChunks chunks = Cut(model, tokens, options);
        ChunkRun baseRun = new(baseModel, chunks), run = new(model, chunks);
        var logs = new RowBuffer<float>(chunks, run.GroupSize, model.VocabularySize);
        return Measure(run, chunks, RunBase, (chunk, position) => logs.Row(chunk, position), progress, cancellation);

        void RunBase(int first, int count)
        {
            for (int begun = 0; begun < count; begun += baseRun.GroupSize)
                baseRun.Run(first + begun, Math.Min(baseRun.GroupSize, count - begun), Keep, cancellation);

            void Keep(int chunk, int position, ReadOnlySpan<float> logits)
            {
                SoftMaxSum sum = SoftMaxSum.Of(logits);
                Span<float> row = logs.Row(chunk - first, position);
                for (int i = 0; i < row.Length; i++)
                    row[i] = (float)sum.LogProbability(logits[i]);
            }
        }
    }

    /// <param name="run">The model's.</param>
    /// <param name="chunks">The text.</param>
    /// <param name="prepare">Makes the base rows of a group ready, given its first chunk and its size.</param>
    /// <param name="baseRow">A base row, by its chunk in the group and its position.</param>
    /// <param name="progress">Told after every chunk.</param>
    /// <param name="cancellation">Breaks the running step off.</param>
    private static KlDivergenceResult Measure(
        ChunkRun run, TextChunks chunks, Action<int, int> prepare, BaseRow baseRow, IProgress<KlDivergenceProgress>? progress, CancellationToken cancellation)
    {
        var sums = new DivergenceSums();
        var rows = new RowBuffer<RowDivergence>(chunks, run.GroupSize, 1);
        for (int first = 0; first < chunks.Count; first += run.GroupSize)
        {
            int count = Math.Min(run.GroupSize, chunks.Count - first), start = first;
            prepare(first, count);
            run.Run(first, count, Compare, cancellation);
            for (int i = 0; i < count; i++)
            {
                foreach (RowDivergence row in rows.Of(i, 1))
                    sums.Add(row.IsFinite ? row : throw NotFinite(first + i));
                progress?.Report(new(first + i + 1, chunks.Count, sums.Estimates()));
            }

            void Compare(int chunk, int position, ReadOnlySpan<float> logits) => rows.Row(chunk - start, position)[0] =
                RowDivergence.Of(logits, baseRow(chunk - start, position), chunks.Target(chunk, position + 1));
        }
        return sums.Result(chunks.Count);
    }

    private delegate ReadOnlySpan<float> BaseRow(int chunk, int position);

    private static TextChunks Cut(LlamaModel model, ReadOnlySpan<int> tokens, PerplexityOptions? options)
    {
        options ??= new PerplexityOptions();
        if (options.Stride != 0)
            throw new ModelException("models are compared over chunks side by side, without a stride");
        return TextChunks.Cut(tokens, options, model.Tokenizer.Vocabulary);
    }

    private static ModelException NotFinite(int chunk) => new($"the log-probabilities of chunk {chunk + 1} are not finite");
}
