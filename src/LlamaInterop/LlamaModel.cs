using System.Runtime.CompilerServices;
using System.Text;
using LlamaInterop.Compute;
using LlamaInterop.Gguf;
using LlamaInterop.Inference;
using LlamaInterop.Models;
using LlamaInterop.Native;
using LlamaInterop.Sampling;
using LlamaInterop.Tokenization;

namespace LlamaInterop;

/// <summary>
/// A language model, loaded from a GGUF file and ready to generate text. Generations may be started from any thread; up to
/// <see cref="LlamaModelOptions.MaxSequences"/> run together, the others wait.
/// </summary>
/// <example>
/// <code>
/// using var model = LlamaModel.Load("model.gguf");
/// await foreach (string piece in model.GenerateAsync("Once upon a time"))
///     Console.Write(piece);
/// </code>
/// </example>
public sealed class LlamaModel : IDisposable
{
    private readonly GgufFile _file;
    private readonly BackendHandle _backend;
    private readonly ModelRunner _runner;
    private readonly Engine _engine;
    private readonly SamplingVocabularies _vocabularies;

    private LlamaModel(GgufFile file, BackendHandle backend, ModelRunner runner, Tokenizer tokenizer)
    {
        _file = file;
        _backend = backend;
        _runner = runner;
        Tokenizer = tokenizer;
        _engine = new Engine(runner);
        _vocabularies = new SamplingVocabularies(tokenizer, VocabularySize, ContextSize);
    }

    /// <summary>Turns text into the model's tokens and back.</summary>
    public Tokenizer Tokenizer { get; }

    /// <summary>The file's metadata, overrides included.</summary>
    public GgufMetadata Metadata => _file.Metadata;

    /// <summary>GGUF's <c>general.architecture</c>.</summary>
    public string Architecture => _runner.Model.Parameters.Architecture;

    /// <summary>Tokens of the longest sequence.</summary>
    public int ContextSize => _runner.Options.ContextSize;

    /// <summary>Elements of a hidden state, and so of an embedding.</summary>
    public int EmbeddingLength => _runner.Model.Parameters.EmbeddingLength;

    /// <summary>Logits of a position; 0 for a model that only embeds.</summary>
    public int VocabularySize => _runner.Model.VocabularySize;

    /// <summary>The memory that the model takes.</summary>
    public MemoryEstimate Memory => _runner.Estimate;

    /// <summary>Bytes of weights that decoding one token reads.</summary>
    public long BytesPerToken => _runner.BytesPerToken;

    /// <summary>The processor or device, its instruction set and threads: "cpu: AMD EPYC, avx2, 2 threads".</summary>
    public string Device
    {
        get
        {
            BackendInfo info = _backend.Describe();
            return $"{info.Kind.ToString().ToLowerInvariant()}: {info.Name}, {info.Isa}, {info.ThreadCount} thread{(info.ThreadCount == 1 ? "" : "s")}";
        }
    }

    /// <summary>The instruction set that multiplies each of the file's element types: "q4_K avx2, q6_K avx2".</summary>
    public string Kernels => string.Join(", ", _runner.WeightTypes.Select(type => $"{type.Label()} {_backend.MatmulKernel(type)}"));

    /// <summary>Whether an encoder reads a text before the decoder begins (T5).</summary>
    public bool HasEncoder => _runner.Model is IEncoderDecoder;

    /// <summary>What is odd about the file, one line each: an unknown pre-tokenizer, tensors that the architecture does not read, or that only other layers have.</summary>
    public IReadOnlyList<string> Warnings => [.. Tokenizer.Warnings, .. TensorWarnings()];

    /// <summary>The files that it is read from.</summary>
    internal IEnumerable<string> Files => _file.Parts.Select(part => part.Path);

    internal ModelRunner Runner => _runner;

    internal BackendHandle Backend => _backend;

    /// <summary>Threads that compute.</summary>
    internal int ThreadCount => _backend.Describe().ThreadCount;

    /// <summary>
    /// Loads a model: matrices are laid out for the kernels in memory of their own (<see cref="LlamaModelOptions.Repack"/>), what else
    /// is needed is read when it is first used, from the file's mapping.
    /// </summary>
    /// <param name="path">A GGUF file, or the first of a split one.</param>
    /// <param name="options">How to load it.</param>
    /// <param name="cancellationToken">Ends the loading within milliseconds.</param>
    /// <exception cref="OperationCanceledException">The loading was cancelled.</exception>
    /// <exception cref="GgufException">The file is no sound GGUF file.</exception>
    /// <exception cref="ModelException">The model is of an unknown architecture, contradicts itself, or does not fit into memory.</exception>
    /// <exception cref="BackendUnavailableException">The backend is not there; the message says why.</exception>
    /// <exception cref="NativeException">The backend cannot run the model.</exception>
    public static LlamaModel Load(string path, LlamaModelOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new LlamaModelOptions();
        options.Validate();
        options.Progress?.Report(new LoadProgress("reading the header", 0));
        GgufFile file = GgufFile.Open(path, new GgufOpenOptions { Overrides = options.Overrides });
        Task<Tokenizer>? tokenizing = null;
        BackendHandle? backend = null;
        ModelRunner? runner = null;
        try
        {
            string arch = ModelRegistry.ArchitectureOf(file.Metadata);
            tokenizing = Task.Run(() => Tokenizer.FromGguf(file.Metadata));
            options.Progress?.Report(new LoadProgress("planning", 0.05));
            backend = BackendSelection.Open(options.Backend, options.Threads, options.Placement);
            runner = ModelLoader.CreateRunner(file, arch, backend, options, cancellationToken);
            Tokenizer tokenizer = tokenizing.GetAwaiter().GetResult();
            RefuseOtherVocabulary(path, tokenizer.Vocabulary.Count, runner.Model.TokenCount);
            options.Progress?.Report(new LoadProgress("ready", 1));
            return new LlamaModel(file, backend, runner, tokenizer);
        }
        catch
        {
            runner?.Dispose();
            backend?.Dispose();
            using (file)
                _ = tokenizing?.GetAwaiter().GetResult(); // what is wrong with the vocabulary is said first
            throw;
        }
    }

    /// <summary>Generates text after a prompt, a piece at a time, in whole characters.</summary>
    /// <param name="prompt">The text so far; special tokens in it are taken as such, and BOS is added as the file says.</param>
    /// <param name="options">What to generate.</param>
    /// <param name="cancellationToken">Ends the generation within one phase of a step; the enumeration then throws.</param>
    /// <exception cref="ModelException">The prompt does not fit the context.</exception>
    public async IAsyncEnumerable<string> GenerateAsync(
        string prompt, GenerationOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using Generation generation = StartFrom(Tokenizer.Encode(prompt, addSpecial: true, parseSpecial: true), options ?? new GenerationOptions());
        var decoder = Encoding.UTF8.GetDecoder();
        byte[] bytes = new byte[4096];
        char[] chars = new char[4096];
        try
        {
            using CancellationTokenRegistration registration = cancellationToken.Register(() => _engine.Cancel(generation));
            int read;
            while ((read = await generation.Output.ReadAsync(bytes).ConfigureAwait(false)) > 0)
            {
                int count = decoder.GetChars(bytes.AsSpan(0, read), chars, flush: false);
                if (count > 0)
                    yield return new string(chars, 0, count);
            }
            cancellationToken.ThrowIfCancellationRequested();
        }
        finally
        {
            Leave(generation);
        }
    }

    /// <summary>Generates text after a prompt and waits for all of it.</summary>
    /// <param name="prompt">The text so far; special tokens in it are taken as such, and BOS is added as the file says.</param>
    /// <param name="maxTokens">Tokens to generate at most; below 0 until the context is full.</param>
    /// <param name="stop">Texts that end the generation.</param>
    /// <param name="echo">Whether the result begins with the prompt.</param>
    /// <param name="sampling">How tokens are chosen.</param>
    /// <param name="cancellationToken">Ends the generation within one phase of a step.</param>
    /// <exception cref="ModelException">The prompt does not fit the context.</exception>
    public Completion Complete(
        string prompt, int maxTokens = 16, IReadOnlyList<string>? stop = null, bool echo = false, SamplingOptions? sampling = null,
        CancellationToken cancellationToken = default)
    {
        var options = new GenerationOptions { MaxTokens = maxTokens, Stop = stop ?? [], Sampling = sampling ?? new SamplingOptions() };
        using Generation generation = StartFrom(Tokenizer.Encode(prompt, addSpecial: true, parseSpecial: true), options);
        var text = new MemoryStream();
        byte[] bytes = new byte[4096];
        try
        {
            using CancellationTokenRegistration registration = cancellationToken.Register(() => _engine.Cancel(generation));
            int read;
            while ((read = generation.Output.Read(bytes)) > 0)
                text.Write(bytes, 0, read);
        }
        finally
        {
            Leave(generation);
        }
        cancellationToken.ThrowIfCancellationRequested();
        string generated = Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length);
        return new Completion(
            [new CompletionChoice(echo ? prompt + generated : generated, 0, generation.Finish!.Value)],
            new CompletionUsage(generation.Prompt.Count + generation.EncoderTokens.Length, generation.Tokens.Count));
    }

    /// <summary>Computes logits of a token sequence, taken as given.</summary>
    /// <param name="tokens">At least one token id.</param>
    /// <param name="allPositions">Whether logits of every position are wanted, or of the last one only.</param>
    /// <param name="receive">
    /// Called with the logits of a position and its number, in order, on the engine's thread: the span is valid during the call, and
    /// to start a generation in it and wait for that one would be to wait for ever.
    /// </param>
    /// <param name="cancellationToken">Ends the computation after the running batch.</param>
    /// <param name="encoderTokens">What the encoder reads, of a model that has one.</param>
    /// <exception cref="ModelException">A token is not in the vocabulary, or the sequence does not fit the context.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="CacheFullException">Running generations hold the room that the sequence needs.</exception>
    public void Evaluate(
        ReadOnlySpan<int> tokens, bool allPositions, LogitsReceiver receive, CancellationToken cancellationToken = default,
        ReadOnlySpan<int> encoderTokens = default)
    {
        CheckPrompt(tokens, encoderTokens);
        int[] ids = tokens.ToArray(), encoderIds = encoderTokens.ToArray();
        _engine.Exclusively(r => Evaluation.Run(r, ids, encoderIds, allPositions, receive, cancellationToken));
    }

    /// <summary>Embeds a text.</summary>
    /// <param name="text">Special tokens in it are taken as such, and those around it are added as the file says.</param>
    /// <param name="options">How its hidden states become a vector.</param>
    /// <param name="cancellationToken">Ends the computation after the running batch.</param>
    /// <returns>As for tokens.</returns>
    /// <exception cref="ModelException">As for tokens.</exception>
    /// <exception cref="CacheFullException">Running generations hold the room that the text needs.</exception>
    public float[] Embed(string text, EmbeddingOptions? options = null, CancellationToken cancellationToken = default) =>
        Embed(Tokenizer.Encode(text, addSpecial: true, parseSpecial: true), options, cancellationToken);

    /// <summary>
    /// Embeds a token sequence, taken as given, by the model's hidden states after its final norm: of an encoder, of an
    /// encoder-decoder's encoder, or of a decoder, in which a token's state knows of the tokens before it only.
    /// </summary>
    /// <param name="tokens">At least one token id.</param>
    /// <param name="options">How hidden states become a vector.</param>
    /// <param name="cancellationToken">Ends the computation after the running batch.</param>
    /// <returns>[<see cref="EmbeddingLength"/>]; without pooling [tokens, <see cref="EmbeddingLength"/>], a token's elements side by side.</returns>
    /// <exception cref="ModelException">A token is not in the vocabulary, the sequence does not fit the context, or the file asks for a pooling that is none.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="CacheFullException">Running generations hold the room that the sequence needs.</exception>
    public float[] Embed(ReadOnlySpan<int> tokens, EmbeddingOptions? options = null, CancellationToken cancellationToken = default)
    {
        CheckTokens(tokens, "text");
        options ??= new EmbeddingOptions();
        Pooling pooling = options.Pooling ?? Embedding.DefaultPooling(_runner.Model);
        int[] ids = tokens.ToArray();
        float[] result = [];
        _engine.Exclusively(r => result = Embedding.Run(r, ids, pooling, options.Normalize, cancellationToken));
        return result;
    }

    /// <summary>
    /// What is computed of a text's tokens, or of given ones: they are the prompt; of a model with an encoder the text is the encoder's,
    /// and the decoder begins at its start token where no others are given.
    /// </summary>
    internal (int[] Prompt, int[] EncoderTokens) Divide(int[]? text, int[]? tokens = null, int[]? encoderTokens = null) =>
        _runner.Model is IEncoderDecoder model ? (tokens ?? [model.StartToken], encoderTokens ?? text ?? []) : (tokens ?? text ?? [], encoderTokens ?? []);

    /// <summary>Starts a generation from a text's tokens.</summary>
    internal Generation StartFrom(int[] text, GenerationOptions options)
    {
        (int[] prompt, int[] encoderTokens) = Divide(text);
        return Start(prompt, options, encoderTokens);
    }

    /// <summary>
    /// Computes a prompt and keeps what the model then knows of it in a file, for generations whose prompt begins with it
    /// (<see cref="GenerationOptions.State"/>), here or in another process, with any context size that has room for it.
    /// </summary>
    /// <param name="tokens">At least one token id.</param>
    /// <param name="path">The file. It appears when it is whole, and replaces one of that name.</param>
    /// <param name="cancellationToken">Ends the computation after the running batch.</param>
    /// <exception cref="ModelException">A token is not in the vocabulary, or the sequence does not fit the context.</exception>
    /// <exception cref="GgufException">The file cannot be written.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="CacheFullException">Running generations hold the room that the sequence needs.</exception>
    public void SaveState(ReadOnlySpan<int> tokens, string path, CancellationToken cancellationToken = default)
    {
        RefuseEncoderState();
        CheckPrompt(tokens, []);
        int[] ids = tokens.ToArray();
        _engine.Exclusively(r => PromptState.Save(r, ids, path, cancellationToken));
    }

    /// <summary>Starts a generation from token ids, taken as given.</summary>
    internal Generation Start(int[] prompt, GenerationOptions options, int[]? encoderTokens = null)
    {
        CheckPrompt(prompt, encoderTokens);
        if (options.State is not null)
            RefuseEncoderState();
        var sampler = new SamplerChain(options.Sampling, _vocabularies.For(options.Sampling));
        var generation = new Generation(prompt, options, sampler, Tokenizer, ContextSize) { EncoderTokens = encoderTokens ?? [] };
        _engine.Submit(generation);
        return generation;
    }

    /// <summary>Has <paramref name="work"/> done between two steps, with the runner to itself, and waits for it.</summary>
    internal void Exclusively(Action<ModelRunner> work) => _engine.Exclusively(work);

    internal void Cancel(Generation generation) => _engine.Cancel(generation);

    /// <summary>Ends a generation that its reader leaves, and waits until the engine has let go of it.</summary>
    internal void Leave(Generation generation)
    {
        if (generation.Finish is null)
            _engine.Cancel(generation);
        generation.WaitUntilEnded();
    }

    public void Dispose()
    {
        _engine.Dispose();
        _runner.Dispose();
        _backend.Dispose();
        _file.Dispose();
    }

    private IEnumerable<string> TensorWarnings()
    {
        if (_runner.UnusedTensors is { Count: > 0 } unused)
            yield return $"{_file.Path}: the architecture {Architecture} does not read {Listed(unused)}, so results may be wrong";
        if (_runner.MissingTensors is { Count: > 0 } missing)
            yield return $"{_file.Path}: other layers have what is missing in this file, {Listed(missing)}, so results may be wrong";
    }

    /// <summary>"2 tensors (a, b)". Names come from the file: they may hold line ends and terminal sequences.</summary>
    private static string Listed(IReadOnlyList<string> tensors)
    {
        const int named = 3;
        string names = string.Concat(string.Join(", ", tensors.Take(named)).Select(c => char.IsControl(c) ? '\uFFFD' : c));
        return $"{tensors.Count} tensor{(tensors.Count == 1 ? "" : "s")} ({names}{(tensors.Count > named ? ", ..." : "")})";
    }

    /// <summary>A token without a text could be chosen, or one without a row be asked for.</summary>
    private static void RefuseOtherVocabulary(string path, int texts, int rows)
    {
        if (texts != rows)
            throw new ModelException($"{path}: token_embd.weight has {rows} rows, but tokenizer.ggml.tokens has {texts} texts");
    }

    /// <summary>Refuses an encoder.</summary>
    internal void RequireLogits()
    {
        if (_runner.Model.NeedsWholeText)
            throw new ModelException($"{_file.Path}: {Architecture} is an encoder, whose tokens see the whole text: it gives embeddings (embed), not logits or text");
    }

    /// <summary>A state file does not say what the encoder has read.</summary>
    private void RefuseEncoderState()
    {
        if (_runner.Model is IEncoderDecoder)
            throw new ModelException($"{_file.Path}: a model with an encoder has no state files");
    }

    private void CheckPrompt(ReadOnlySpan<int> tokens, ReadOnlySpan<int> encoderTokens)
    {
        RequireLogits();
        bool hasEncoder = _runner.Model is IEncoderDecoder;
        if (hasEncoder && encoderTokens.IsEmpty)
            throw new ModelException("the encoder's text has no tokens (--encoder-tokens)");
        if (!hasEncoder && !encoderTokens.IsEmpty)
            throw new ModelException($"{_file.Path}: the model has no encoder to read tokens of its own (--encoder-tokens)");
        CheckTokens(tokens, "prompt");
        if (hasEncoder)
            CheckTokens(encoderTokens, "encoder's text");
    }

    /// <param name="tokens">What is to be computed at once.</param>
    /// <param name="what">What errors call it.</param>
    private void CheckTokens(ReadOnlySpan<int> tokens, string what)
    {
        if (tokens.IsEmpty)
            throw new ModelException($"the {what} has no tokens");
        if (tokens.Length > ContextSize)
            throw new ModelException($"the {what} has {tokens.Length} tokens, but the context has room for {ContextSize} (-c)");
        foreach (int token in tokens)
        {
            if ((uint)token >= (uint)_runner.Model.TokenCount)
                throw new ModelException($"token {token} is not in the vocabulary of {_runner.Model.TokenCount}");
        }
    }
}
