using System.Text;
using LlamaInterop.Import;
using LlamaInterop.Import.Tokenizers;
using LlamaInterop.Tests.Tokenization;
using LlamaInterop.Tokenization;

namespace LlamaInterop.Tests.Import.Tokenizers;

/// <summary>Each format, from a model's directory to tokens.</summary>
internal sealed class TokenizerImportTests
{
    [Test]
    public void ReadsBytePairs()
    {
        using var folder = TinyTokenizerFiles.Folder(("tokenizer.json", TinyTokenizerFiles.BytePairs()));
        var tokenizer = ImportedTokenizer.Load(folder.Path);
        Assert.That(tokenizer.Vocabulary.PreTokenizer, Is.EqualTo("gpt-2"));
        Assert.That(tokenizer.Encode("ab abcd<tool><s>", addSpecial: true, parseSpecial: true), Is.EqualTo(new[] { 9, 6, 7, 8, 10, 9 }));
        Assert.That(tokenizer.Vocabulary.Attributes(9), Is.EqualTo(TokenAttributes.Control));
        Assert.That(tokenizer.Vocabulary.Attributes(10), Is.EqualTo(TokenAttributes.UserDefined));
    }

    [Test]
    public void MergesOfSentencePieceBecomeScores()
    {
        using var folder = TinyTokenizerFiles.Folder(("tokenizer.json", TinyTokenizerFiles.Characters()));
        var tokenizer = ImportedTokenizer.Load(folder.Path);
        Assert.That(tokenizer.Vocabulary.Model, Is.EqualTo(TokenizerModel.Spm));
        Assert.That(tokenizer.Encode("ab b\n", addSpecial: false, parseSpecial: false), Is.EqualTo(new[] { 5, 1, 3, 6 }));
    }

    [Test]
    public void OtherMergesOfCharactersStay()
    {
        var json = TinyTokenizerFiles.Characters();
        // SentencePiece would make ▁ab of ▁a and b, too.
        json["model"]!["vocab"]!["▁a"] = 7;
        using var folder = TinyTokenizerFiles.Folder(("tokenizer.json", json));
        var tokenizer = ImportedTokenizer.Load(folder.Path);
        Assert.That(tokenizer.Vocabulary.Model, Is.EqualTo(TokenizerModel.Bpe));
        Assert.That(tokenizer.Encode("ab b", addSpecial: false, parseSpecial: false), Is.EqualTo(new[] { 5, 1, 3 }));
        Assert.That(Encoding.UTF8.GetString(tokenizer.Decode([5, 1, 3], special: false)), Is.EqualTo("ab b"));
    }

    [Test]
    public void ReadsUnigram()
    {
        using var folder = TinyTokenizerFiles.Folder(("tokenizer.json", TinyTokenizerFiles.Unigram()));
        var tokenizer = ImportedTokenizer.Load(folder.Path);
        Assert.That(tokenizer.Encode("ab ax", addSpecial: true, parseSpecial: false), Is.EqualTo(new[] { 3, 1, 0 }));
    }

    [Test]
    public void ReadsWordPieces()
    {
        using var folder = TinyTokenizerFiles.Folder(("tokenizer.json", TinyTokenizerFiles.WordPieces()));
        var tokenizer = ImportedTokenizer.Load(folder.Path);
        Assert.That(tokenizer.Encode("Unable x", addSpecial: true, parseSpecial: false), Is.EqualTo(new[] { 1, 3, 4, 0, 2 }));
    }

    [Test]
    public void ReadsAWordList()
    {
        using var folder = TinyTokenizerFiles.Folder(("vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\nun\n##able\n"), ("tokenizer_config.json", """{ "do_lower_case": false }"""));
        var tokenizer = ImportedTokenizer.Load(folder.Path);
        Assert.That(tokenizer.Encode("unable Un", addSpecial: true, parseSpecial: false), Is.EqualTo(new[] { 2, 4, 5, 1, 3 }));
    }

    [Test]
    public void ReadsSentencePiece()
    {
        byte[] model = TinyTokenizerFiles.SentencePiece(2, ("<unk>", 0, 2), ("<s>", 0, 3), ("</s>", 0, 3), ("<0x0A>", 0, 6), ("▁ab", -1, 1), ("ab", 0, 1),
            ("▁", -2, 1), ("a", -3, 1), ("b", -4, 1), ("[X]", 0, 4));
        using var folder = TinyTokenizerFiles.Folder(("tokenizer.model", model), ("added_tokens.json", """{ "<|go|>": 10 }"""));
        var tokenizer = ImportedTokenizer.Load(folder.Path, vocabularySize: 12);
        Assert.That(tokenizer.Encode("ab b\n[X]<|go|>", addSpecial: true, parseSpecial: true), Is.EqualTo(new[] { 1, 4, 6, 8, 3, 9, 10 }));
        Assert.That(Encoding.UTF8.GetString(tokenizer.Vocabulary.TokenBytes(11)), Is.EqualTo("[PAD11]"));
        Assert.That(tokenizer.Vocabulary.Attributes(11), Is.EqualTo(TokenAttributes.Unused));
    }

    [Test]
    public void ReadsUnigramOfSentencePiece()
    {
        byte[] model = TinyTokenizerFiles.SentencePiece(1, ("<unk>", 0, 2), ("<s>", 0, 3), ("</s>", 0, 3), ("▁a", -1, 1), ("b", -2, 1));
        using var folder = TinyTokenizerFiles.Folder(("spiece.model", model));
        Assert.That(ImportedTokenizer.Load(folder.Path).Encode("ab", addSpecial: true, parseSpecial: false), Is.EqualTo(new[] { 3, 4, 2 }));
    }

    [Test]
    public void FindsAModelsTokenizerOneFolderAbove()
    {
        byte[] model = TinyTokenizerFiles.SentencePiece(2, ("<unk>", 0, 2), ("<s>", 0, 3), ("</s>", 0, 3), ("a", -1, 1));
        using var folder = TinyTokenizerFiles.Folder(("tokenizer.model", model));
        string below = Directory.CreateDirectory(folder.File("7B")).FullName;
        Assert.That(TokenizerImport.Exists(below));
        Assert.That(ImportedTokenizer.Load(below).Vocabulary.Count, Is.EqualTo(4));
    }

    [Test]
    public void ReadsGpt2sFiles()
    {
        using var folder = TinyTokenizerFiles.Folder(
            ("vocab.json", """{ "a": 0, "b": 1, "Ġ": 2, "ab": 3, "Ġab": 4, "<|endoftext|>": 5 }"""),
            ("merges.txt", "#version: 0.2\na b\nĠ ab\n"),
            ("special_tokens_map.json", """{ "eos_token": { "content": "<|endoftext|>" } }"""));
        var tokenizer = ImportedTokenizer.Load(folder.Path);
        Assert.That(tokenizer.Encode("ab ab", addSpecial: true, parseSpecial: false), Is.EqualTo(new[] { 3, 4 }));
        Assert.That(tokenizer.Vocabulary.Eos, Is.EqualTo(5));
    }

    [Test]
    public void RecoversTheMergesOfTiktoken()
    {
        string[] ranks = [.. new[] { "a", "b", "c", " ", "ab", "abc", " abc" }.Select((text, rank) => $"{Convert.ToBase64String(Encoding.UTF8.GetBytes(text))} {rank}")];
        using var folder = TinyTokenizerFiles.Folder(("x.tiktoken", string.Join('\n', ranks)));
        var warnings = new List<string>();
        var metadata = ImportedTokenizer.Metadata(folder.Path, warnings);
        Assert.That(metadata.GetStringArray("tokenizer.ggml.merges"), Is.EqualTo(new[] { "a b", "ab c", "Ġ abc" }));
        Assert.That(warnings, Has.One.Contains("7 ranks are of no known model"));
        Assert.That(Tokenizer.FromGguf(metadata).Pieces("abc abc"), Is.EqualTo(new[] { "abc", "Ġabc" }));
    }

    [Test]
    public void ReadsLlamaCsFile()
    {
        using var file = new MemoryStream();
        file.Write(BitConverter.GetBytes(5));
        foreach (var (text, score) in (ReadOnlySpan<(string, float)>)[("<unk>", 0), ("\n<s>\n", 0), ("\n</s>\n", 0), ("<0x0A>", 0), (" a", -1), (" ", -2), ("a", -3)])
        {
            file.Write(BitConverter.GetBytes(score));
            file.Write(BitConverter.GetBytes(text.Length));
            file.Write(Encoding.UTF8.GetBytes(text));
        }
        using var folder = TinyTokenizerFiles.Folder(("tokenizer.bin", file.ToArray()));
        Assert.That(ImportedTokenizer.Load(folder.Path).Encode("a a\n", addSpecial: true, parseSpecial: false), Is.EqualTo(new[] { 1, 4, 4, 3 }));
    }

    [Test]
    public void UnusedTokensFillUpToTheModelsRows()
    {
        using var folder = TinyTokenizerFiles.Folder(("tokenizer.json", TinyTokenizerFiles.BytePairs()));
        Assert.That(ImportedTokenizer.Load(folder.Path, vocabularySize: 16).Vocabulary.Count, Is.EqualTo(16));
        Assert.That(ImportedTokenizer.Load(folder.Path, vocabularySize: 11).Vocabulary.Count, Is.EqualTo(11));
        var error = Assert.Throws<ImportException>(() => ImportedTokenizer.Load(folder.Path, vocabularySize: 10))!;
        Assert.That(error.Message, Does.EndWith("has 11 tokens, but the model has rows for 10"));
    }

    [Test]
    public void SentencePiecesBeyondTheModelsRowsAreLeftOut()
    {
        byte[] model = TinyTokenizerFiles.SentencePiece(2, ("<unk>", 0, 2), ("<s>", 0, 3), ("</s>", 0, 3), ("a", -1, 1), ("b", -1, 1));
        using var folder = TinyTokenizerFiles.Folder(("tokenizer.model", model));
        var warnings = new List<string>();
        var metadata = ImportedTokenizer.Metadata(folder.Path, warnings, vocabularySize: 4);
        Assert.That(metadata.GetStringArray("tokenizer.ggml.tokens"), Has.Length.EqualTo(4));
        Assert.That(warnings, Has.One.EndsWith("tokens from 4 on are left out: the model has no rows for them"));
    }

    [Test]
    public void ADirectoryWithoutATokenizerIsRefused()
    {
        using var folder = TinyTokenizerFiles.Folder(("config.json", "{}"));
        Assert.That(TokenizerImport.Exists(folder.Path), Is.False);
        var error = Assert.Throws<ImportException>(() => ImportedTokenizer.Load(folder.Path))!;
        Assert.That(error.Check, Is.EqualTo(ImportCheck.File));
    }
}
