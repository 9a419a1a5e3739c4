using LlamaInterop.Gguf;
using LlamaInterop.Models;

namespace LlamaInterop.Tests.References;

/// <summary>
/// Every key that an architecture reads, set to what no honest file says: the model loads and computes, or is refused in one line.
/// </summary>
[TestFixture]
[NeedsSharedData]
internal sealed class HostileKeyTests
{
    private static readonly string[] Unprefixed = ["xielu."];

    private static IEnumerable<string> Names => SharedData.FilesOf("*.gguf", "models", "arch-gguf");

    [TestCaseSource(nameof(Names))]
    public void ComputesOrIsRefusedInOneLine(string name)
    {
        string path = SharedData.PathOf("models", "arch-gguf", name + ".gguf");
        GgufOverride[] overrides = [.. HostileValuesOf(path)];
        int computed = overrides.Count(hostile => Computes(path, hostile));
        TestContext.Out.WriteLine($"{name}: {overrides.Length} values, {computed} computed a token");
        Assert.That(computed, Is.GreaterThan(0).And.LessThan(overrides.Length));
    }

    private static IEnumerable<GgufOverride> HostileValuesOf(string path)
    {
        using GgufFile file = GgufFile.Open(path);
        string prefix = file.Metadata.GetString("general.architecture") + ".";
        return [.. file.Metadata
            .Where(pair => pair.Key.StartsWith(prefix, StringComparison.Ordinal) || Array.Exists(Unprefixed, p => pair.Key.StartsWith(p, StringComparison.Ordinal)))
            .SelectMany(pair => HostileValues(pair.Value).Select(value => new GgufOverride(pair.Key, value)))];
    }

    private static IEnumerable<GgufValue> HostileValues(GgufValue honest)
    {
        foreach (long number in (long[])[0, -1, 1, 2, 3, 7, 257, 65536, int.MaxValue, uint.MaxValue, long.MinValue])
            yield return GgufValue.From(number);
        foreach (double number in (double[])[0, -1, 1e-45, 1e38, double.NaN, double.PositiveInfinity])
            yield return GgufValue.From(number);
        yield return GgufValue.From(true);
        yield return GgufValue.From("text");
        yield return GgufValue.FromArray(Array.Empty<int>());
        yield return GgufValue.FromArray([1, -1, int.MaxValue, 0, 3, 1, 1, 1]);
        yield return GgufValue.FromArray([float.NaN, 0, -1, 1e38f]);
        yield return GgufValue.FromArray([true, false, true, true]);
        if (honest.Type is GgufValueType.UInt32 or GgufValueType.Int32)
        {
            yield return GgufValue.From(Convert.ToInt64(honest.Data) + 1);
            yield return GgufValue.From(Convert.ToInt64(honest.Data) - 1);
            yield return GgufValue.From(Convert.ToInt64(honest.Data) * 2);
        }
    }

    private static bool Computes(string path, GgufOverride hostile)
    {
        try
        {
            var options = new LlamaModelOptions { Threads = 1, BatchSize = 4, ContextSize = 16, Overrides = [hostile] };
            using LlamaModel model = LlamaModel.Load(path, options);
            model.Evaluate([0, 1, 2, 3, 4], false, (_, _) => { });
            return true;
        }
        catch (Exception e) when (e is ModelException or GgufException)
        {
            Assert.That(e.Message, Does.Not.Contain("\n").And.Not.Empty, $"{hostile.Key} = {hostile.Value}");
            return false;
        }
        catch (Exception e)
        {
            throw new AssertionException($"{hostile.Key} = {hostile.Value}", e);
        }
    }
}
