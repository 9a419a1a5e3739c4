using LlamaInterop.Gguf;
using LlamaInterop.Models;

namespace LlamaInterop.Tools;

/// <summary>Quantizes a model to several types, and measures of each what it costs and what it saves.</summary>
internal sealed class QualityStudy : IDisposable
{
    private readonly string _baseFile;
    private readonly byte[] _text;
    private readonly QualityOptions _options;
    private readonly Action<string> _told;
    private readonly CancellationToken _cancel;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("llama-interop-quality-");

    /// <param name="baseFile">The model that all are compared with.</param>
    /// <param name="text">UTF-8, for the perplexity.</param>
    /// <param name="options">What to measure.</param>
    /// <param name="told">Told what is being done.</param>
    /// <param name="cancel">Ends the work.</param>
    public QualityStudy(string baseFile, byte[] text, QualityOptions options, Action<string> told, CancellationToken cancel)
    {
        _baseFile = baseFile;
        _text = text;
        _options = options;
        _told = told;
        _cancel = cancel;
    }

    private string BaseLogits => Path.Combine(_folder.FullName, "base.logits");

    /// <summary>Measures the base model, then each type.</summary>
    /// <exception cref="GgufException">The model is refused, or a file cannot be written.</exception>
    /// <exception cref="QuantizeException">It cannot be quantized to a type.</exception>
    /// <exception cref="ModelException">It cannot be run, or the text is too short.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public IEnumerable<QualityRow> Run()
    {
        yield return MeasureBase();
        foreach (QuantizeType type in _options.Types)
            yield return Measure(type);
    }

    /// <summary>Removes what the study has written, but for the files that stay.</summary>
    public void Dispose() => _folder.Delete(recursive: true);

    private QualityRow MeasureBase()
    {
        _told("base: perplexity");
        PerplexityResult result;
        using (LlamaModel model = Load(_baseFile))
            result = KlDivergence.SaveBase(model, Tokens(model), BaseLogits, _options.Text, cancellation: _cancel);
        return RowOf("base", _baseFile, new(result.Perplexity, result.Error), divergence: null, seconds: null);
    }

    private QualityRow Measure(QuantizeType type)
    {
        string file = Path.Combine(_options.KeepFolder ?? _folder.FullName, $"{type.Name}.gguf");
        try
        {
            _told($"{type.Name}: quantizing");
            var quantizing = new QuantizeOptions { Type = type, Importance = _options.Importance, AllowRequantize = true, Threads = _options.Threads.Max() };
            double seconds = Quantizer.Run(_baseFile, file, quantizing, cancel: _cancel).Elapsed.TotalSeconds;
            _told($"{type.Name}: perplexity");
            KlDivergenceResult result;
            using (LlamaModel model = Load(file))
                result = KlDivergence.Measure(model, BaseLogits, cancellation: _cancel);
            return RowOf(type.Name, file, result.Estimates.Perplexity, DivergenceOf(result), seconds);
        }
        finally
        {
            if (_options.KeepFolder is null)
                File.Delete(file);
        }
    }

    private static QualityDivergence DivergenceOf(KlDivergenceResult result) => new(
        result.Estimates.Divergence, result.Divergences.Median, result.Divergences.Percentile(0.99), result.Estimates.SameTop.Value, result.Estimates.ProbabilityChangeRms.Value);

    private QualityRow RowOf(string name, string file, Estimate perplexity, QualityDivergence? divergence, double? seconds)
    {
        _told($"{name}: speed");
        var described = BenchmarkedModel.Of(file);
        return new(name, described.Bytes, 8.0 * described.Bytes / described.Parameters, perplexity, divergence, seconds, [.. _options.Threads.Select(threads => SpeedOf(file, threads))]);
    }

    private QualitySpeed SpeedOf(string file, int threads)
    {
        BenchmarkTest prefill = new(_options.Prompt, 0, 0), decode = new(0, _options.Generated, 0);
        using LlamaModel model = LlamaModel.Load(file, _options.Model with
        {
            Threads = threads,
            ContextSize = Math.Max(_options.Prompt, _options.Generated),
            Activations = _options.Model.Activations.Or(ActivationPrecision.Plain),
        }, _cancel);
        var benchmark = new Benchmark(model.Runner, _cancel);
        return new(threads, 1000 / benchmark.Measure(prefill, _options.Repetitions).Median, 1000 / benchmark.Measure(decode, _options.Repetitions).Median);
    }

    private LlamaModel Load(string file)
    {
        LlamaModel model = LlamaModel.Load(file, Perplexity.Prepare(_options.Model with { Threads = _options.Threads.Max() }, _options.Text), _cancel);
        model.RequireLogits();
        return model;
    }

    private int[] Tokens(LlamaModel model) => model.Tokenizer.Encode(_text, addSpecial: true, parseSpecial: false);
}
