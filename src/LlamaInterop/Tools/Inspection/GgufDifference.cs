namespace LlamaInterop.Tools;

/// <summary>Where something stands.</summary>
public enum GgufDifferenceKind
{
    /// <summary>In the first file alone.</summary>
    FirstOnly,

    /// <summary>In the second file alone.</summary>
    SecondOnly,

    /// <summary>In both, differently.</summary>
    Changed,
}

/// <summary>A difference of two models.</summary>
/// <param name="Kind">Where it stands.</param>
/// <param name="Subject">"key general.name", "tensor output.weight".</param>
/// <param name="Text">What it is, or what it was and what it became.</param>
public sealed record GgufDifference(GgufDifferenceKind Kind, string Subject, string Text);
