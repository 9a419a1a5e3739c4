using System.Text.Json;
using LlamaInterop.Tests.Gguf;

namespace LlamaInterop.Tests.Cli;

internal sealed class InfoCommandTests
{
    private readonly TemporaryFolder _folder = new();

    [OneTimeTearDown]
    public void RemoveFolder() => _folder.Dispose();

    [Test]
    public void ListsMetadataTensorsAndTypes()
    {
        GgufSamples.Llama().Write(_folder.File("llama.gguf"));
        var session = CommandLineSession.Run("info", _folder.File("llama.gguf"));
        Assert.That((session.ExitCode, session.Error), Is.EqualTo((0, "")));
        Assert.That(session.Text, Does.Contain("general.architecture").And.Contain("GGUF version 3")
            .And.Match(@"blk\.0\.attn_q\.weight +Q8_0 +32 x 32 +1\.06 KiB\n")
            .And.Match(@"  F32 +\d tensors"));
    }

    [Test]
    public void WritesEveryKindOfValueAsJson()
    {
        GgufSamples.EveryType().Write(_folder.File("every.gguf"));
        using var info = JsonDocument.Parse(CommandLineSession.Run("info", "--json", _folder.File("every.gguf")).Output);
        var metadata = info.RootElement.GetProperty("metadata");
        Assert.Multiple(() =>
        {
            Assert.That(metadata.GetProperty("scalar.uint64").GetUInt64(), Is.EqualTo(ulong.MaxValue));
            Assert.That(metadata.GetProperty("scalar.float64").GetDouble(), Is.EqualTo(Math.PI));
            Assert.That(metadata.GetProperty("scalar.bool").GetBoolean(), Is.True);
            Assert.That(metadata.GetProperty("scalar.string").GetString(), Is.EqualTo("größer, 大きい, 🦙"));
            Assert.That(metadata.GetProperty("scalar.notutf8").GetString(), Is.EqualTo("\uFFFDA"));
            Assert.That(metadata.GetProperty("array.float32").GetRawText(), Does.Contain("\"NaN\"").And.Contain("\"Infinity\""));
            Assert.That(metadata.GetProperty("array.array")[2][0][0].GetBoolean(), Is.True);
            Assert.That(info.RootElement.GetProperty("tensors")[0].GetProperty("shape").GetArrayLength(), Is.EqualTo(4));
        });
    }

    [Test]
    public void ControlCharactersOfAFileDoNotReachTheTerminal()
    {
        var writer = GgufSamples.Llama();
        writer.Set("general.name", LlamaInterop.Gguf.GgufValue.From("a\u001b[31mb\nc\u009b"));
        writer.Write(_folder.File("control.gguf"));
        Assert.That(CommandLineSession.Run("info", _folder.File("control.gguf")).Text, Does.Contain(@"a\u001b[31mb\nc\u009b"));
    }

    [Test]
    public void AMissingFileIsOneLine()
    {
        string path = _folder.File("none.gguf");
        var session = CommandLineSession.Run("info", path);
        Assert.That((session.ExitCode, session.Text, session.Error), Is.EqualTo((1, "", $"error: {path}: no such file\n")));
    }

    [Test]
    public void AFileThatIsNoModelIsOneLine()
    {
        var session = CommandLineSession.Run("info", _folder.Write("text.gguf", "not a model"u8));
        Assert.That(session.ExitCode, Is.EqualTo(1));
        Assert.That(session.Error, Does.StartWith($"error: {_folder.File("text.gguf")}: ").And.Match(@"^[^\n]+\n$"));
    }

    [Test, NeedsSharedData]
    public void JoinsASplitModel()
    {
        string path = SharedData.PathOf("models", "babyllama", "split", "babyllama361-wide256-Q4_K_M-00001-of-00003.gguf");
        using var info = JsonDocument.Parse(CommandLineSession.Run("info", path, "--json").Output);
        Assert.That(info.RootElement.GetProperty("parts").GetInt32(), Is.EqualTo(3));
        Assert.That(info.RootElement.GetProperty("tensors").GetArrayLength(), Is.EqualTo(48));
    }
}
