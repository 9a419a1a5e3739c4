using LlamaInterop.Cli;
using LlamaInterop.Cli.Arguments;
using LlamaInterop.Cli.Options;

namespace LlamaInterop.Tests.Cli;

internal sealed class RunOptionsTests
{
    private static readonly FlagTable s_table = FlagTable.Of(typeof(RunOptions));

    /// <summary>What llama.cpp's help says in August 2026 (common/arg.cpp), and 1 for tail-free sampling, which it had.</summary>
    [Test]
    public void DefaultsAreThoseOfLlamaCpp()
    {
        var options = Parse();
        Assert.Multiple(() =>
        {
            Assert.That((options.ContextSize, options.BatchSize, options.MicroBatchSize, options.Threads), Is.EqualTo((0, 2048, 512, -1)));
            Assert.That((options.Predict, options.Keep, options.Seed), Is.EqualTo((-1, 0, -1L)));
            Assert.That((options.Temperature, options.TopK, options.TopP, options.MinP), Is.EqualTo((0.8f, 40, 0.95f, 0.05f)));
            Assert.That((options.TailFree, options.Typical, options.TopNSigma), Is.EqualTo((1f, 1f, -1f)));
            Assert.That((options.XtcProbability, options.XtcThreshold), Is.EqualTo((0f, 0.1f)));
            Assert.That((options.DynamicTemperatureRange, options.DynamicTemperatureExponent), Is.EqualTo((0f, 1f)));
            Assert.That((options.RepeatLastN, options.RepeatPenalty, options.PresencePenalty, options.FrequencyPenalty), Is.EqualTo((64, 1f, 0f, 0f)));
            Assert.That((options.DryMultiplier, options.DryBase, options.DryAllowedLength, options.DryLastN), Is.EqualTo((0f, 1.75f, 2, 64)));
            Assert.That((options.Mirostat, options.MirostatEta, options.MirostatTau), Is.EqualTo((0, 0.1f, 5f)));
            Assert.That((options.Backend, options.GpuLayers, options.FlashAttention, options.Color), Is.EqualTo(("auto", "auto", "auto", "auto")));
            Assert.That((options.NoEscape, options.IgnoreEos, options.NoMmap, options.Mlock, options.Json), Is.EqualTo((false, false, false, false, false)));
            Assert.That((options.Model, options.Prompt, options.File, options.Tokens, options.Samplers), Is.EqualTo(((string?)null, (string?)null, (string?)null, (string?)null, (string?)null)));
            Assert.That((options.RopeScaling, options.RopeFrequencyBase, options.YarnOriginalContext), Is.EqualTo(((string?)null, (float?)null, (int?)null)));
            Assert.That(options.LogitBias.Concat(options.Stop).Concat(options.OverrideKv).Concat(options.DryBreakers), Is.Empty);
        });
    }

    [TestCase("-m a.gguf", nameof(RunOptions.Model), "a.gguf")]
    [TestCase("-p Once", nameof(RunOptions.Prompt), "Once")]
    [TestCase("-f a.txt", nameof(RunOptions.File), "a.txt")]
    [TestCase("--tokens 1,2", nameof(RunOptions.Tokens), "1,2")]
    [TestCase("-n 7", nameof(RunOptions.Predict), 7)]
    [TestCase("-c 128", nameof(RunOptions.ContextSize), 128)]
    [TestCase("-b 64", nameof(RunOptions.BatchSize), 64)]
    [TestCase("-ub 32", nameof(RunOptions.MicroBatchSize), 32)]
    [TestCase("-t 3", nameof(RunOptions.Threads), 3)]
    [TestCase("-s 42", nameof(RunOptions.Seed), 42L)]
    [TestCase("--seed 4294967295", nameof(RunOptions.Seed), 4294967295L)]
    [TestCase("--no-escape", nameof(RunOptions.NoEscape), true)]
    [TestCase("--no-escape -e", nameof(RunOptions.NoEscape), false)]
    [TestCase("--keep -1", nameof(RunOptions.Keep), -1)]
    [TestCase("--temp 0", nameof(RunOptions.Temperature), 0f)]
    [TestCase("--top_k 0", nameof(RunOptions.TopK), 0)]
    [TestCase("--top_p 0.5", nameof(RunOptions.TopP), 0.5f)]
    [TestCase("--min_p 1e-2", nameof(RunOptions.MinP), 0.01f)]
    [TestCase("--tfs 0.9", nameof(RunOptions.TailFree), 0.9f)]
    [TestCase("--typical 0.7", nameof(RunOptions.Typical), 0.7f)]
    [TestCase("--typical-p 0.7", nameof(RunOptions.Typical), 0.7f)]
    [TestCase("--mirostat 2", nameof(RunOptions.Mirostat), 2)]
    [TestCase("--mirostat_lr 0.2", nameof(RunOptions.MirostatEta), 0.2f)]
    [TestCase("--mirostat-ent 3", nameof(RunOptions.MirostatTau), 3f)]
    [TestCase("--repeat_penalty 1.1", nameof(RunOptions.RepeatPenalty), 1.1f)]
    [TestCase("--repeat_last_n -1", nameof(RunOptions.RepeatLastN), -1)]
    [TestCase("--presence-penalty 0.1", nameof(RunOptions.PresencePenalty), 0.1f)]
    [TestCase("--frequency-penalty -0.1", nameof(RunOptions.FrequencyPenalty), -0.1f)]
    [TestCase("--dry-multiplier 0.8", nameof(RunOptions.DryMultiplier), 0.8f)]
    [TestCase("--dry-base 2", nameof(RunOptions.DryBase), 2f)]
    [TestCase("--dry-allowed-length 3", nameof(RunOptions.DryAllowedLength), 3)]
    [TestCase("--dry-penalty-last-n 9", nameof(RunOptions.DryLastN), 9)]
    [TestCase("--dry-sequence-breaker none", nameof(RunOptions.DryBreakers), new[] { "none" })]
    [TestCase("--xtc-probability 0.5", nameof(RunOptions.XtcProbability), 0.5f)]
    [TestCase("--xtc-threshold 0.2", nameof(RunOptions.XtcThreshold), 0.2f)]
    [TestCase("--top-n-sigma 1", nameof(RunOptions.TopNSigma), 1f)]
    [TestCase("--dynatemp-range 0.3", nameof(RunOptions.DynamicTemperatureRange), 0.3f)]
    [TestCase("--dynatemp-exp 2", nameof(RunOptions.DynamicTemperatureExponent), 2f)]
    [TestCase("--samplers top_k;temperature", nameof(RunOptions.Samplers), "top_k;temperature")]
    [TestCase("--sampling-seq kt", nameof(RunOptions.SamplerSequence), "kt")]
    [TestCase("--logit-bias 29905-inf", nameof(RunOptions.LogitBias), new[] { "29905-inf" })]
    [TestCase("-r a --stop b", nameof(RunOptions.Stop), new[] { "a", "b" })]
    [TestCase("--ignore-eos", nameof(RunOptions.IgnoreEos), true)]
    [TestCase("--color", nameof(RunOptions.Color), "on")]
    [TestCase("-co off", nameof(RunOptions.Color), "off")]
    [TestCase("-ngl 99", nameof(RunOptions.GpuLayers), "99")]
    [TestCase("--backend cpu", nameof(RunOptions.Backend), "cpu")]
    [TestCase("--no-mmap", nameof(RunOptions.NoMmap), true)]
    [TestCase("--mlock", nameof(RunOptions.Mlock), true)]
    [TestCase("-fa", nameof(RunOptions.FlashAttention), "on")]
    [TestCase("--rope-scaling yarn", nameof(RunOptions.RopeScaling), "yarn")]
    [TestCase("--rope-scale 4", nameof(RunOptions.RopeScale), 4f)]
    [TestCase("--rope-freq-base 1e6", nameof(RunOptions.RopeFrequencyBase), 1e6f)]
    [TestCase("--rope-freq-scale 0.5", nameof(RunOptions.RopeFrequencyScale), 0.5f)]
    [TestCase("--yarn-orig-ctx 2048", nameof(RunOptions.YarnOriginalContext), 2048)]
    [TestCase("--yarn-ext-factor 0", nameof(RunOptions.YarnExtrapolation), 0f)]
    [TestCase("--yarn-attn-factor 1", nameof(RunOptions.YarnAttention), 1f)]
    [TestCase("--yarn-beta-fast 32", nameof(RunOptions.YarnBetaFast), 32f)]
    [TestCase("--yarn-beta-slow -1", nameof(RunOptions.YarnBetaSlow), -1f)]
    [TestCase("-v", nameof(RunOptions.Verbose), true)]
    [TestCase("--json", nameof(RunOptions.Json), true)]
    [TestCase("--logprobs 5", nameof(RunOptions.LogProbs), 5)]
    [TestCase("--no-display-prompt", nameof(RunOptions.NoDisplayPrompt), true)]
    [TestCase("--dump-program", nameof(RunOptions.DumpProgram), true)]
    [TestCase("--profile", nameof(RunOptions.Profile), true)]
    public void ReadsFlag(string typed, string property, object expected) =>
        Assert.That(typeof(RunOptions).GetProperty(property)!.GetValue(Parse(typed.Split(' '))), Is.EqualTo(expected));

    [TestCase("--- a")]
    [TestCase(" leading blank")]
    [TestCase("two\nlines")]
    [TestCase("")]
    [TestCase("5")]
    [TestCase("\"quoted\" = 'x' \\n é 世")]
    public void KeepsAPromptAsTyped(string prompt) => Assert.That(Parse("-n", "3", "-p", prompt, "-r", prompt), Has
        .Property(nameof(RunOptions.Prompt)).EqualTo(prompt).And
        .Property(nameof(RunOptions.Stop)).EqualTo(new[] { prompt }));

    [TestCase("--temp", "hot", "--temp: 'hot' is not a number in range")]
    [TestCase("--temperature", "", "--temp: '' is not a number in range")]
    [TestCase("-n", "1.5", "--predict: '1.5' is not a whole number in range")]
    [TestCase("-n", "99999999999", "--predict: '99999999999' is not a whole number in range")]
    [TestCase("-c", " 5", "--ctx-size: ' 5' is not a whole number in range")]
    [TestCase("--rope-freq-base", "x", "--rope-freq-base: 'x' is not a number in range")]
    public void RefusesAValueThatIsNoNumber(string flag, string value, string message) =>
        Assert.That(() => Parse(flag, value), Throws.TypeOf<UsageException>().With.Message.EqualTo(message));

    [Test]
    public void RefusesAWordThatBelongsToNoFlag() =>
        Assert.That(() => Parse("story"), Throws.TypeOf<UsageException>().With.Message.EqualTo("unexpected argument 'story'"));

    [Test]
    public void ReadsSeveralOverrides()
    {
        var overrides = Parse("--override-kv", "a.b=int:5,c=str:x,y=z,d=bool:true", "--override-kv", "e=float:0.5").ReadOverrides();
        Assert.That(overrides.Select(item => (item.Key, item.Value.ToString())), Is.EqualTo(
            [("a.b", "5"), ("c", "x,y=z"), ("d", "true"), ("e", "0.5")]));
    }

    [TestCase("a")]
    [TestCase("a=int:x")]
    [TestCase("a=word:x")]
    public void RefusesAMalformedOverride(string text) => Assert.That(
        () => Parse("--override-kv", text).ReadOverrides(),
        Throws.TypeOf<UsageException>().With.Message.StartsWith("--override-kv: '" + text));

    private static RunOptions Parse(params string[] args) => OptionParser.Parse<RunOptions>(s_table, args)!;
}
