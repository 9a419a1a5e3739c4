using LlamaInterop.Cli;
using LlamaInterop.Cli.Arguments;
using LlamaInterop.Cli.Options;

namespace LlamaInterop.Tests.Cli;

internal sealed class HelpTests
{
    private static IEnumerable<Verb> Verbs => Program.Verbs;

    [TestCaseSource(nameof(Verbs))]
    public void FitsEightyColumnsAndNamesEachFlag(Verb verb)
    {
        var session = CommandLineSession.Run(verb.Name, "-h");
        Assert.Multiple(() =>
        {
            Assert.That(session.ExitCode, Is.Zero);
            Assert.That(session.Error, Is.Empty);
            Assert.That(session.Text.Split('\n').Select(line => line.Length), Is.All.LessThanOrEqualTo(80));
            foreach (string spelling in verb.Flags.Spellings)
                Assert.That(session.Text, Does.Contain(spelling));
        });
    }

    [Test]
    public void ShowsDefaults()
    {
        string help = HelpPrinter.Of("llama-interop", Verb.Of<RunOptions>("run", "-p TEXT", "continue a text", (_, _) => 0));
        Assert.That(help, Does.Contain("--temp, --temperature N").And.Contain("(default: 0.8)").And.Contain("models/demo.gguf"));
    }

    [Test]
    public void IsGivenBeforeAnythingElseIsChecked() =>
        Assert.That(CommandLineSession.Run("info", "a", "b", "--help").ExitCode, Is.Zero);

    [TestCase("help")]
    [TestCase("-h")]
    [TestCase("--help")]
    public void OverviewListsEachVerb(string argument)
    {
        var session = CommandLineSession.Run(argument);
        Assert.That(session.ExitCode, Is.Zero);
        foreach (var verb in Program.Verbs)
            Assert.That(session.Text, Does.Contain($"  {verb.Name} ").And.Contain(verb.Summary));
    }

    [Test]
    public void HelpOfAVerbIsItsOwn() =>
        Assert.That(CommandLineSession.Run("help", "info").Text, Is.EqualTo(CommandLineSession.Run("info", "-h").Text));
}
