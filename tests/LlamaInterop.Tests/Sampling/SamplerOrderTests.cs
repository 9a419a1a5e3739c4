using LlamaInterop.Sampling;

namespace LlamaInterop.Tests.Sampling;

internal sealed class SamplerOrderTests
{
    [Test]
    public void DefaultIsLlamaCpps()
    {
        Assert.That(SamplerOrder.ToNames(SamplerOrder.Default),
            Is.EqualTo("penalties;dry;top_n_sigma;top_k;typ_p;top_p;min_p;xtc;temperature"));
        Assert.That(SamplerOrder.ToCharacters(SamplerOrder.Default), Is.EqualTo("edskypmxt"));
    }

    [Test]
    public void NamesAndCharactersReadBack([Values] SamplerKind kind)
    {
        Assert.That(SamplerOrder.ParseNames(SamplerOrder.ToNames([kind, kind])), Is.EqualTo(new[] { kind, kind }));
        Assert.That(SamplerOrder.ParseCharacters(SamplerOrder.ToCharacters([kind])), Is.EqualTo(new[] { kind }));
    }

    [TestCase("temp", SamplerKind.Temperature)]
    [TestCase("top-k", SamplerKind.TopK)]
    [TestCase("TopP", SamplerKind.TopP)]
    [TestCase("nucleus", SamplerKind.TopP)]
    [TestCase("typ", SamplerKind.TypicalP)]
    [TestCase(" tfs_z ", SamplerKind.TailFree)]
    public void KnowsAliases(string name, SamplerKind kind) =>
        Assert.That(SamplerOrder.ParseNames(name), Is.EqualTo(new[] { kind }));

    [Test]
    public void EmptyTextIsAnEmptyChain()
    {
        Assert.That(SamplerOrder.ParseNames(""), Is.Empty);
        Assert.That(SamplerOrder.ParseCharacters(""), Is.Empty);
    }

    [Test]
    public void AnUnknownNameListsTheKnownOnes() =>
        Assert.That(() => SamplerOrder.ParseNames("top_k;topq"), Throws.TypeOf<SamplingException>().With.Message.EqualTo(
            "samplers: 'topq' is unknown; known are penalties, dry, top_n_sigma, top_k, typ_p, top_p, min_p, xtc, temperature, tfs"));

    [Test]
    public void AnUnknownCharacterListsTheKnownOnes() =>
        Assert.That(() => SamplerOrder.ParseCharacters("kq"), Throws.TypeOf<SamplingException>()
            .With.Message.StartsWith("sampling-seq: 'q' is unknown; known are e (penalties), d (dry)"));
}
