using LlamaInterop.Native;
using Lk = LlamaInterop.Native.NativeMethods.__Internal;

namespace LlamaInterop.Tests.Native;

internal sealed class StatusTests
{
    [Test]
    public void LetsSuccessPass() => Assert.That(() => Status.ThrowIfFailed(LkStatus.OK), Throws.Nothing);

    [Test]
    public unsafe void CarriesTheLibrarysText()
    {
        var status = Lk.BufferCreate(0, 64, 0);
        var text = Status.LastError();
        Assert.That(text, Is.Not.Empty.And.Not.Contains("\n"));
        Assert.That(() => Status.ThrowIfFailed(status), Throws.TypeOf<NativeException>()
            .With.Property(nameof(NativeException.Status)).EqualTo(LkStatus.INVALID_ARGUMENT).And.Message.EqualTo(text));
    }

    [TestCase(nameof(LkStatus.INVALID_ARGUMENT))]
    [TestCase(nameof(LkStatus.OUT_OF_MEMORY))]
    [TestCase(nameof(LkStatus.UNSUPPORTED))]
    [TestCase(nameof(LkStatus.NO_DEVICE))]
    [TestCase(nameof(LkStatus.SYSTEM))]
    public void ThrowsForEachFailure(string name)
    {
        var status = Enum.Parse<LkStatus>(name);
        Assert.That(() => Status.ThrowIfFailed(status), Throws.TypeOf<NativeException>()
            .With.Property(nameof(NativeException.Status)).EqualTo(status).And.Message.Not.Empty);
    }

    [Test]
    public void ThrowsForAStatusThatIsNotBound() =>
        Assert.That(() => Status.ThrowIfFailed((LkStatus)77), Throws.TypeOf<NativeException>());

    [Test]
    public void TurnsACancelledRunIntoDotNetsException() =>
        Assert.That(() => Status.ThrowIfFailed(LkStatus.CANCELLED), Throws.TypeOf<OperationCanceledException>());

    [Test]
    public void IsTheOnlyMakerOfTheException()
    {
        var makers = Directory.EnumerateFiles(Path.Combine(SharedData.RepositoryRoot, "src"), "*.cs", SearchOption.AllDirectories)
            .Where(file => File.ReadAllText(file).Contains("new NativeException("))
            .Select(Path.GetFileName);
        Assert.That(makers, Is.EqualTo(["Status.cs"]));
    }
}
