using LlamaInterop.Gguf;
using LlamaInterop.Import;
using LlamaInterop.Tests.Gguf;

namespace LlamaInterop.Tests.Import;

/// <summary>Opens thousands of damaged files; each reads, or is refused in one line by a named check, quickly and in little memory.</summary>
internal static class MutationRun
{
    private const long MaxAllocatedBytes = 64 << 20;

    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(60);

    /// <summary>5,000 mutants where LLAMAINTEROP_FULL is 1, else 300.</summary>
    public static int DefaultCount => Environment.GetEnvironmentVariable("LLAMAINTEROP_FULL") == "1" ? 5000 : 300;

    /// <summary>Fails unless every mutant opens or is refused; prints how many each check refused.</summary>
    /// <param name="seed">Names the mutants, together with their numbers.</param>
    /// <param name="name">What each file is called.</param>
    /// <param name="make">Makes a mutant and says what was done to it.</param>
    /// <param name="open">Opens the file at a path and reads all of it.</param>
    /// <returns>How many mutants each check refused, by its name, and how many opened, as "opened".</returns>
    public static SortedDictionary<string, int> Run(int seed, string name, Func<Random, (byte[] Bytes, string Damage)> make, Action<string> open)
    {
        using var folder = new TemporaryFolder();
        var outcomes = new SortedDictionary<string, int>(StringComparer.Ordinal);
        for (int number = 0; number < DefaultCount; number++)
        {
            var (bytes, damage) = make(new Random(unchecked(seed * 1_000_003 + number)));
            string outcome = Open(folder.Write(name, bytes), open, $"seed {seed}, mutant {number}: {damage}");
            outcomes[outcome] = outcomes.GetValueOrDefault(outcome) + 1;
        }
        TestContext.Out.WriteLine($"seed {seed}: {DefaultCount} mutants of {name}");
        foreach (var (outcome, count) in outcomes)
            TestContext.Out.WriteLine($"{count,6} {outcome}");
        return outcomes;
    }

    /// <summary>Damage that knows nothing of the format: bits, bytes, cuts, parts repeated.</summary>
    public static (byte[] Bytes, string Damage) Damage(byte[] whole, Random random)
    {
        var bytes = (byte[])whole.Clone();
        int at = random.Next(bytes.Length);
        switch (random.Next(6))
        {
            case 0:
                return (bytes[..at], $"cut to {at} of {bytes.Length} bytes");
            case 1:
                int length = random.Next(1, Math.Min(64, bytes.Length - at) + 1);
                return ([.. bytes[..at], .. bytes[(at + length)..]], $"{length} bytes taken out at {at}");
            case 2:
                int from = random.Next(bytes.Length), count = random.Next(1, Math.Min(64, bytes.Length - from) + 1);
                return ([.. bytes[..at], .. bytes[from..(from + count)], .. bytes[at..]], $"{count} bytes of {from} put in at {at}");
            case 3:
                byte[] hostile = [0, 1, 0x7f, 0x80, 0xff];
                bytes.AsSpan(at, Math.Min(random.Next(1, 9), bytes.Length - at)).Fill(hostile[random.Next(hostile.Length)]);
                return (bytes, $"bytes overwritten at {at}");
            default:
                int flips = random.Next(1, 4);
                for (int i = 0; i < flips; i++)
                    bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
                return (bytes, $"{flips} bits flipped");
        }
    }

    private static string Open(string path, Action<string> open, string mutant)
    {
        string? outcome = null;
        long allocated = 0;
        var thread = new Thread(() =>
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            outcome = Outcome(path, open, mutant);
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        })
        { IsBackground = true };
        thread.Start();
        if (!thread.Join(Hang))
            Assert.Fail($"{mutant}: still reading after {Hang.TotalSeconds} s");
        Assert.That(allocated, Is.LessThan(MaxAllocatedBytes), mutant);
        return outcome!.StartsWith("FAILED", StringComparison.Ordinal) ? throw new AssertionException(outcome) : outcome;
    }

    private static string Outcome(string path, Action<string> open, string mutant)
    {
        try
        {
            open(path);
            return "opened";
        }
        catch (ImportException error) when (!error.Message.Any(char.IsControl))
        {
            return error.Check.ToString();
        }
        catch (GgufException error) when (!error.Message.Any(char.IsControl))
        {
            return $"Gguf {error.Check}";
        }
        catch (Exception error)
        {
            return $"FAILED {mutant}\n{error}";
        }
    }
}
