using System.Globalization;
using LlamaInterop.Gguf;
using LlamaInterop.Tests.Gguf;
using LlamaInterop.Tests.Tools;
using LlamaInterop.Tools;

namespace LlamaInterop.Tests.Inference;

/// <summary>What goes on while weights are moved: memory that is given back, and the way out.</summary>
internal sealed class LoadingTests
{
    private readonly TemporaryFolder _folder = new();

    [OneTimeTearDown]
    public void Remove() => _folder.Dispose();

    /// <summary>After every slice: what of the file is resident, and what has been packed so far.</summary>
    [Test, Platform("Linux")]
    public void ResidentWeightsStayNearTheFilesSize()
    {
        string path = WriteLarge();
        long size = new FileInfo(path).Length, most = 0, seen = 0, whole = 0;
        var progress = new Samples(share =>
        {
            seen++;
            most = Math.Max(most, ResidentBytes(path) + (long)(share * whole));
        });
        using (LlamaModel model = LlamaModel.Load(path, new LlamaModelOptions { Threads = 2, ContextSize = 64 }))
            whole = model.Memory.Repacked;
        Assume.That(whole, Is.Not.Zero, "this processor's kernels want no panels");
        using (LlamaModel.Load(path, new LlamaModelOptions { Threads = 2, ContextSize = 64, Progress = progress }))
            Assert.That(ResidentBytes(path), Is.LessThan(size / 10), "what is left of the mapping");
        TestContext.Out.WriteLine($"{size} bytes in the file, {most} resident at most in {seen} samples");
        Assert.That(seen, Is.Positive);
        Assert.That(most, Is.LessThan(size * 1.1));
    }

    [Test]
    public void CancelledLoadingLeavesNothingOpen([Values] bool mapped, [Values] bool early)
    {
        using var model = new TinyModel();
        using var cancel = new CancellationTokenSource();
        if (early)
            cancel.Cancel();
        var options = new LlamaModelOptions { Threads = 1, Repack = RepackChoice.Always, UseMapping = mapped, Progress = new Samples(_ => cancel.Cancel()) };
        Assert.That(() => LlamaModel.Load(model.Path, options, cancel.Token).Dispose(), Throws.InstanceOf<OperationCanceledException>());
        File.Delete(model.Path);
        if (OperatingSystem.IsLinux())
            Assert.That(ResidentBytes(model.Path), Is.Zero);
    }

    private string WriteLarge()
    {
        string path = _folder.File("large.gguf");
        if (!File.Exists(path))
            new SyntheticModel(new ModelShape("large", 8, 1024, 16, 16, 4096, 1000, 256), new SyntheticTypes(SyntheticType.All.Single(type => type.Type == GgufTensorType.Q8_0))).Write(path);
        return path;
    }

    /// <summary>Bytes of a file's mappings that are in this process's memory.</summary>
    private static long ResidentBytes(string path)
    {
        long bytes = 0;
        bool isFile = false;
        foreach (string line in File.ReadLines("/proc/self/smaps"))
        {
            if (char.IsAsciiHexDigitLower(line[0]))
                isFile = line.Contains(path, StringComparison.Ordinal);
            else if (isFile && line.StartsWith("Rss:", StringComparison.Ordinal))
                bytes += 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
        }
        return bytes;
    }

    /// <summary>Told in the thread that loads, of the weights alone.</summary>
    private sealed class Samples(Action<double> take) : IProgress<LoadProgress>
    {
        public void Report(LoadProgress value)
        {
            if (value.Stage == "reading weights")
                take((value.Fraction - 0.05) / 0.95);
        }
    }
}
