using LlamaInterop.Cli;
using LlamaInterop.Cli.Arguments;
using LlamaInterop.Cli.Options;

namespace LlamaInterop.Tests.Cli;

internal sealed class OptionParserTests
{
    private static readonly FlagTable s_table = FlagTable.Of(typeof(QuantizeFlags));

    [Test]
    public void FillsTextsListsSwitchesAndArguments()
    {
        QuantizeFlags flags = Parse(" in.gguf", "--tensor-type", "a\nb=q8_0", "out.gguf", "--pure", "--tensor_type=-x", "--prune-layers", "1,2");
        using (Assert.EnterMultipleScope())
        {
            Assert.That((flags.Input, flags.Second, flags.Third), Is.EqualTo((" in.gguf", "out.gguf", "")));
            Assert.That(flags.TensorTypes, Is.EqualTo(new[] { "a\nb=q8_0", "-x" }));
            Assert.That(flags.IncludeWeights, Is.Empty);
            Assert.That((flags.Pure, flags.DryRun), Is.EqualTo((true, false)));
            Assert.That((flags.PruneLayers, flags.Imatrix, flags.Threads), Is.EqualTo(("1,2", default(string), default(int?))));
        }
    }

    [Test]
    public void ANumberLeavesTextsAsTheyAre()
    {
        QuantizeFlags flags = Parse(" in.gguf", "-t", "2", "-t", "3", "--tensor-type", " a=q8_0", "--dry-run", "--imatrix", "--pure");
        using (Assert.EnterMultipleScope())
        {
            Assert.That((flags.Input, flags.Threads, flags.Imatrix), Is.EqualTo((" in.gguf", 3, "--pure")));
            Assert.That(flags.TensorTypes, Is.EqualTo(new[] { " a=q8_0" }));
            Assert.That((flags.DryRun, flags.Pure), Is.EqualTo((true, false)));
        }
    }

    [TestCase("-t", "x")]
    [TestCase("-t", "")]
    [TestCase("-t", "1 2")]
    [TestCase("-t", "99999999999")]
    public void RefusesWhatIsNoNumber(string flag, string value) =>
        Assert.That(() => Parse("in.gguf", flag, value), Throws.TypeOf<UsageException>().With.Message.Contains($"--threads: '{value}' is not a"));

    /// <summary>CommandLineParser, which sets defaults, is left out where a verb has no numbers.</summary>
    [TestCaseSource(nameof(VerbsWithoutNumbers))]
    public void FlagsBeginWithTheirDefault(Verb verb)
    {
        object options = Activator.CreateInstance(verb.Options)!;
        foreach (Flag flag in verb.Flags.All)
        {
            if (flag.Option.Default is { } value)
                Assert.That(flag.Property.GetValue(options), Is.EqualTo(value), flag.Name);
        }
    }

    private static IEnumerable<TestCaseData<Verb>> VerbsWithoutNumbers() =>
        Program.Verbs.Where(verb => !verb.Flags.HasNumbers).Select(verb => new TestCaseData<Verb>(verb).SetArgDisplayNames(verb.Name));

    private static QuantizeFlags Parse(params string[] args) => OptionParser.Parse<QuantizeFlags>(s_table, args)!;
}
