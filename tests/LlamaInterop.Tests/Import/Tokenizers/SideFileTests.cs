using LlamaInterop.Gguf;
using LlamaInterop.Import;

namespace LlamaInterop.Tests.Import.Tokenizers;

/// <summary>What the files beside a tokenizer add: special tokens, chat templates, how to sample.</summary>
internal sealed class SideFileTests
{
    private const string Template = "{{ messages[0].content }}";

    [Test]
    public void TheTokenizersConfigurationNamesSpecialTokens()
    {
        var metadata = Import(("tokenizer_config.json", """{ "eos_token": { "content": "<tool>" }, "add_bos_token": false, "add_eos_token": true, "pad_token": null }"""));
        Assert.That(metadata.GetInt32("tokenizer.ggml.bos_token_id"), Is.EqualTo(9));
        Assert.That(metadata.GetInt32("tokenizer.ggml.eos_token_id"), Is.EqualTo(10));
        Assert.That(metadata.GetBoolOrDefault("tokenizer.ggml.add_bos_token", true), Is.False);
        Assert.That(metadata.GetBoolOrDefault("tokenizer.ggml.add_eos_token", false), Is.True);
        Assert.That(metadata.Contains("tokenizer.ggml.padding_token_id"), Is.False);
    }

    [Test]
    public void TheModelsConfigurationNamesWhatTheTokenizersDoesNot()
    {
        using var folder = TinyTokenizerFiles.Folder(("tokenizer.json", TinyTokenizerFiles.BytePairs()), ("tokenizer_config.json", """{ "eos_token": "<tool>" }"""));
        var metadata = ImportedTokenizer.Metadata(folder.Path, [], config: """{ "eos_token_id": 3, "text_config": { "pad_token_id": 4 } }""");
        Assert.That(metadata.GetInt32("tokenizer.ggml.eos_token_id"), Is.EqualTo(10));
        Assert.That(metadata.GetInt32("tokenizer.ggml.padding_token_id"), Is.EqualTo(4));
    }

    [Test]
    public void FurtherEndsOfAGenerationGetTheRolesThatAreFree()
    {
        var metadata = Import(("generation_config.json", """{ "eos_token_id": [10, 6, 7] }"""));
        Assert.That(metadata.GetInt32("tokenizer.ggml.eos_token_id"), Is.EqualTo(10));
        Assert.That(metadata.GetInt32("tokenizer.ggml.eot_token_id"), Is.EqualTo(6));
        Assert.That(metadata.GetInt32("tokenizer.ggml.eom_token_id"), Is.EqualTo(7));
    }

    [Test]
    public void TokensOfFillInTheMiddleAreNamed()
    {
        var metadata = Import(("tokenizer_config.json", """{ "prefix_token": "a", "suffix_token": "b", "middle_token": "c", "eot_token": "d" }"""));
        Assert.That(metadata.GetInt32("tokenizer.ggml.fim_pre_token_id"), Is.Zero);
        Assert.That(metadata.GetInt32("tokenizer.ggml.fim_suf_token_id"), Is.EqualTo(1));
        Assert.That(metadata.GetInt32("tokenizer.ggml.fim_mid_token_id"), Is.EqualTo(2));
        Assert.That(metadata.GetInt32("tokenizer.ggml.eot_token_id"), Is.EqualTo(3));
    }

    [TestCase("tokenizer_config.json", """{ "bos_token": "<none>" }""", "bos_token '<none>' is no token")]
    [TestCase("generation_config.json", """{ "eos_token_id": 99 }""", "eos_token_id 99 is no token")]
    [TestCase("tokenizer_config.json", """{ "chat_template": 1 }""", "chat_template is neither a text nor a list, and left out")]
    public void WhatCannotBeMeantIsWarnedOf(string name, string content, string warning)
    {
        var warnings = new List<string>();
        using var folder = TinyTokenizerFiles.Folder(("tokenizer.json", TinyTokenizerFiles.BytePairs()), (name, content));
        ImportedTokenizer.Metadata(folder.Path, warnings);
        Assert.That(warnings, Has.One.Contains(warning));
    }

    [TestCase("tokenizer_config.json", """{ "chat_template": "{{ messages[0].content }}" }""")]
    [TestCase("chat_template.jinja", Template)]
    [TestCase("chat_template.json", """{ "chat_template": "{{ messages[0].content }}" }""")]
    public void TheChatTemplateIsCarriedOver(string name, string content) =>
        Assert.That(Import((name, content)).GetString("tokenizer.chat_template"), Is.EqualTo(Template));

    [Test]
    public void SeveralChatTemplatesKeepTheirNames()
    {
        var metadata = Import(("tokenizer_config.json", """{ "chat_template": [{ "name": "default", "template": "A" }, { "name": "tool use", "template": "B" }] }"""));
        Assert.That(metadata.GetString("tokenizer.chat_template"), Is.EqualTo("A"));
        Assert.That(metadata.GetString("tokenizer.chat_template.tool_use"), Is.EqualTo("B"));
        Assert.That(metadata.GetStringArray("tokenizer.chat_templates"), Is.EqualTo(new[] { "tool_use" }));
    }

    [Test]
    public void SamplingIsCarriedOver()
    {
        var metadata = Import(("generation_config.json", """{ "temperature": 0.6, "top_p": 0.95, "top_k": 20, "min_p": 0, "do_sample": true }"""));
        Assert.That(metadata.GetFloat("general.sampling.temp"), Is.EqualTo(0.6f));
        Assert.That(metadata.GetFloat("general.sampling.top_p"), Is.EqualTo(0.95f));
        Assert.That(metadata.GetInt32("general.sampling.top_k"), Is.EqualTo(20));
        Assert.That(metadata.GetFloat("general.sampling.min_p"), Is.Zero);
    }

    [TestCase("tokenizer_config.json", "[]", "the root is array, not an object")]
    [TestCase("tokenizer_config.json", "{", "is not JSON")]
    [TestCase("generation_config.json", """{ "top_k": 1e99 }""", "top_k is 1e99, not an integer")]
    [TestCase("tokenizer_config.json", """{ "chat_template": [{ "name": "x" }] }""", "chat_template[0] has no 'template'")]
    public void MalformedFilesAreRefusedByNameAndPlace(string name, string content, string reason)
    {
        using var folder = TinyTokenizerFiles.Folder(("tokenizer.json", TinyTokenizerFiles.BytePairs()), (name, content));
        var error = Assert.Throws<ImportException>(() => ImportedTokenizer.Metadata(folder.Path, []))!;
        Assert.That(error.Message, Does.StartWith(folder.File(name)).And.Contains(reason));
    }

    private static GgufMetadata Import((string Name, object Content) file)
    {
        using var folder = TinyTokenizerFiles.Folder(("tokenizer.json", TinyTokenizerFiles.BytePairs()), file);
        var warnings = new List<string>();
        var metadata = ImportedTokenizer.Metadata(folder.Path, warnings);
        Assert.That(warnings, Is.Empty);
        return metadata;
    }
}
