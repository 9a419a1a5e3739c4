using System.Text;
using LlamaInterop.Gguf;
using LlamaInterop.Tokenization;

namespace LlamaInterop.Tests.Tokenization;

/// <summary>10 MB of anything become tokens in bounded time and memory, and whole again where the vocabulary keeps bytes.</summary>
[NeedsSharedData, NonParallelizable]
internal sealed class LargeInputTests
{
    private const int Size = 10_000_000;
    private const long MaxAllocatedBytes = 2_000_000_000;
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(10);

    private static readonly string[] s_vocabularies =
    [
        "vocab-spm", "vocab-spm-zeroscores", "babyllama105-f32", "demo", "ggml-vocab-gpt-2", "ggml-vocab-gpt-neox", "ggml-vocab-deepseek-llm",
        "ggml-vocab-falcon", "smollm2-135m-instruct-q4_1", "vocab-bpe-llama3", "vocab-bpe-gpt4o", "vocab-bpe-spm-gemma4", "ggml-vocab-bert-bge",
    ];

    private static readonly string[] s_inputs =
    [
        "letter", "space", "line break", "space and line break", "emoji", "digit", "apostrophe", "special", "ideograph", "random", "words", "upper",
    ];

    private static IEnumerable<TestCaseData<string, string>> Cases =>
        from vocabulary in s_vocabularies from input in s_inputs select new TestCaseData<string, string>(vocabulary, input);

    [TestCaseSource(nameof(Cases))]
    public void EncodesTenMegabytesInTime(string vocabulary, string input)
    {
        string path = Directory.EnumerateFiles(SharedData.Root, vocabulary + ".gguf", SearchOption.AllDirectories).First();
        using var file = GgufFile.Open(path);
        var tokenizer = Tokenizer.FromGguf(file.Metadata);
        byte[] text = Text(input);
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        var before = Environment.CpuUsage.TotalTime;
        int[] ids = tokenizer.Encode(text, addSpecial: false, parseSpecial: true);
        // Of the processor, since a machine that is busy with other things must not fail the test.
        var elapsed = Environment.CpuUsage.TotalTime - before;
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        TestContext.Out.WriteLine($"MEASURED {vocabulary}\t{input}\t{elapsed.TotalSeconds:F2} s\t{allocated / 1_000_000} MB\t{ids.Length} tokens");
        Assert.That(elapsed, Is.LessThan(s_limit));
        Assert.That(allocated, Is.LessThan(MaxAllocatedBytes));
        Assert.That(ids, Is.Not.Empty);
    }

    private static byte[] Text(string input)
    {
        if (input == "random")
        {
            var bytes = new byte[Size];
            new Random(1).NextBytes(bytes);
            return bytes;
        }
        byte[] unit = Encoding.UTF8.GetBytes(input switch
        {
            "letter" => "a",
            "space" => " ",
            "line break" => "\n",
            "space and line break" => " \n  \n",
            "emoji" => "😀",
            "digit" => "7",
            "apostrophe" => "'",
            "special" => "<s><|endoftext|>",
            "ideograph" => "日本語",
            "words" => "The quick brown fox, who is 37 years old, doesn't jump over Zoë's lazy dog.\n",
            "upper" => "AaBbÄé",
            _ => throw new ArgumentOutOfRangeException(nameof(input), input, "there is no such text"),
        });
        var text = new byte[Size / unit.Length * unit.Length];
        for (int i = 0; i < text.Length; i++)
            text[i] = unit[i % unit.Length];
        return text;
    }
}
