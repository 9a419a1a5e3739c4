using LlamaInterop.Cli;
using LlamaInterop.Cli.Output;

namespace LlamaInterop.Tests.Cli;

internal sealed class ConsoleProgressTests
{
    private const string Erase = "\r\u001b[K";

    private readonly StringWriter _error = new();
    private readonly Clock _clock = new();

    [SetUp]
    public void Forget()
    {
        _error.GetStringBuilder().Clear();
        _clock.Seconds = 0;
    }

    [OneTimeTearDown]
    public void Close() => _error.Dispose();

    private Terminal NewTerminal(bool isTerminal) => new(Stream.Null, Stream.Null, _error) { ErrorIsTerminal = isTerminal };

    private ConsoleProgress Start(bool isTerminal = true) => new(NewTerminal(isTerminal), "working", _clock);

    [Test]
    public void ShowsBarShareTimeLeftAndDetail()
    {
        using ConsoleProgress progress = Start();
        _clock.Seconds = 30;
        progress.Report(0.25, "blk.3.ffn_up.weight");
        Assert.That(_error.ToString(), Is.EqualTo($"{Erase}working [#####...............] 25 %  1:30 left  blk.3.ffn_up.weight"));
    }

    [Test]
    public void GivesHoursWhereTheyAreNeeded()
    {
        using ConsoleProgress progress = Start();
        _clock.Seconds = 100;
        progress.Report(0.01);
        Assert.That(_error.ToString(), Does.EndWith("1 %  2:45:00 left"));
    }

    [Test]
    public void DoesNotGuessAtOnce()
    {
        using ConsoleProgress progress = Start();
        _clock.Seconds = 0.5;
        progress.Report(0.5);
        Assert.That(_error.ToString(), Is.EqualTo($"{Erase}working [##########..........] 50 %"));
    }

    [Test]
    public void DrawsTenTimesASecondAtMost()
    {
        using ConsoleProgress progress = Start();
        for (int i = 0; i < 1000; i++, _clock.Seconds += 0.001)
            progress.Report(i / 1000.0);
        Assert.That(_error.ToString().Split('\r'), Has.Length.EqualTo(11));
    }

    [Test]
    public void FitsALineOfEightyColumns()
    {
        using ConsoleProgress progress = Start();
        _clock.Seconds = 5000;
        progress.Report(0.25, new string('x', 200));
        Assert.That(_error.ToString().Length, Is.EqualTo(Erase.Length + 79));
    }

    [TestCase(-1, "0 %")]
    [TestCase(7, "100 %")]
    [TestCase(double.NaN, "0 %")]
    public void SharesStayInRange(double share, string shown)
    {
        using ConsoleProgress progress = Start();
        progress.Report(share);
        Assert.That(_error.ToString(), Does.EndWith("] " + shown));
    }

    [Test]
    public void RemovesItsLineOnce()
    {
        ConsoleProgress progress = Start();
        progress.Report(0.5);
        progress.Dispose();
        progress.Dispose();
        Assert.That(_error.ToString(), Does.EndWith("50 %" + Erase));
    }

    [Test]
    public void SaysNothingWhereNobodyWatches()
    {
        using (ConsoleProgress progress = Start(isTerminal: false))
            progress.Report(0.5);
        using (Start())
            Assert.That(_error.ToString(), Is.Empty);
    }

    private sealed class Clock : TimeProvider
    {
        public double Seconds { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => TimeSpan.FromSeconds(Seconds).Ticks;
    }
}
