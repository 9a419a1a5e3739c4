using LlamaInterop.Cli;
using LlamaInterop.Cli.Arguments;
using LlamaInterop.Cli.Options;

namespace LlamaInterop.Tests.Cli;

internal sealed class ArgumentNormalizerTests
{
    private static readonly FlagTable s_run = FlagTable.Of(typeof(RunOptions));

    [TestCase("--top_k", "5", "top-k")]
    [TestCase("--top-k", "5", "top-k")]
    [TestCase("--repeat_penalty", "1.1", "repeat-penalty")]
    [TestCase("-ngl", "99", "n-gpu-layers")]
    [TestCase("--gpu_layers", "99", "n-gpu-layers")]
    [TestCase("-ub", "64", "ubatch-size")]
    [TestCase("-n", "-1", "predict")]
    [TestCase("--n-predict", "-2", "predict")]
    [TestCase("--temperature", "-0.5", "temp")]
    [TestCase("-p", "--- a", "prompt")]
    [TestCase("-p", "-5", "prompt")]
    [TestCase("-p", "--temp", "prompt")]
    [TestCase("-p", "-- ", "prompt")]
    [TestCase("-p", "", "prompt")]
    [TestCase("--logit-bias", "29905-inf", "logit-bias")]
    public void TakesTheNextArgumentAsValue(string flag, string value, string name) =>
        Assert.That(Normalize(flag, value).ValueOf(name), Is.EqualTo(value));

    [TestCase("--temp=0.5", "temp", "0.5")]
    [TestCase("--top_k=-3", "top-k", "-3")]
    [TestCase("--prompt=a=b", "prompt", "a=b")]
    [TestCase("--prompt=", "prompt", "")]
    public void TakesAValueAfterEquals(string argument, string name, string value) =>
        Assert.That(Normalize(argument).ValueOf(name), Is.EqualTo(value));

    [Test]
    public void KeepsUnderscoresInsideValues() =>
        Assert.That(Normalize("--samplers=top_k;min_p").ValueOf("samplers"), Is.EqualTo("top_k;min_p"));

    [Test]
    public void LastValueOfARepeatedFlagCounts() =>
        Assert.That(Normalize("--temp", "0.1", "--temp", "0.2").ValueOf("temp"), Is.EqualTo("0.2"));

    [Test]
    public void SecondModelIsRefused() =>
        Assert.That(() => Normalize("-m", "a.gguf", "--model", "b.gguf"), Throws.TypeOf<UsageException>().With.Message.EqualTo("--model: 'b.gguf' comes after 'a.gguf', and only one is taken"));

    [Test]
    public void EachValueOfAListCounts()
    {
        var flags = Normalize("-l", "1+1", "--logit_bias", "2-1", "--logit-bias=3").Flags;
        Assert.That(flags.Single().Value, Is.EqualTo(["1+1", "2-1", "3"]));
    }

    [TestCase(new[] { "-fa" }, "on")]
    [TestCase(new[] { "-fa", "off" }, "off")]
    [TestCase(new[] { "-fa", "-n", "3" }, "on")]
    [TestCase(new[] { "--flash-attn=auto" }, "auto")]
    public void FormerSwitchNeedsNoValue(string[] args, string value) =>
        Assert.That(Normalize(args).ValueOf("flash-attn"), Is.EqualTo(value));

    [TestCase(new[] { "--no-mmap" }, true)]
    [TestCase(new[] { "--no-mmap", "--mmap" }, false)]
    [TestCase(new[] { "--mmap", "--no_mmap" }, true)]
    [TestCase(new[] { "--mmap" }, false)]
    public void OppositeTakesASwitchBack(string[] args, bool expected) =>
        Assert.That(Normalize(args).Has("no-mmap"), Is.EqualTo(expected));

    [Test]
    public void EverythingAfterTwoDashesIsPositional() =>
        Assert.That(Normalize("a", "--", "--temp", "-").Positionals, Is.EqualTo(["a", "--temp", "-"]));

    [TestCase("--tempp", "unknown flag --tempp; did you mean --temp?")]
    [TestCase("--tpo-k", "unknown flag --tpo-k; did you mean --top-k?")]
    [TestCase("-nlg", "unknown flag -nlg; did you mean -ngl?")]
    [TestCase("-md", "unknown flag -md")]
    [TestCase("-z", "unknown flag -z")]
    [TestCase("-9x", "unknown flag -9x")]
    [TestCase("--frobnicate", "unknown flag --frobnicate")]
    public void RefusesAnUnknownFlag(string flag, string message) =>
        Assert.That(() => Normalize(flag, "x"), Throws.TypeOf<UsageException>().With.Message.EqualTo(message));

    [TestCase("--temp", "--temp needs a value (N)")]
    [TestCase("-ngl", "-ngl needs a value (N)")]
    [TestCase("--json=1", "--json takes no value")]
    [TestCase("--backend=tpu", "--backend: 'tpu' is not one of auto, cpu, cuda, metal")]
    public void RefusesAFlagWithoutItsValue(string flag, string message) =>
        Assert.That(() => Normalize(flag), Throws.TypeOf<UsageException>().With.Message.EqualTo(message));

    [Test]
    public void RefusesAWrongValueOfAFormerSwitch() =>
        Assert.That(() => Normalize("-fa", "maybe"), Throws.TypeOf<UsageException>().With.Message.EqualTo("-fa: 'maybe' is not one of on, off, auto, 1, 0"));

    private static NormalizedArguments Normalize(params string[] args) => ArgumentNormalizer.Normalize(s_run, args);
}
