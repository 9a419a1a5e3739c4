namespace LlamaInterop.Tests.Models.Checkpoints.Twins;

/// <summary>A GGUF file of <c>models/arch-gguf</c> and what transformers would have saved its model as.</summary>
/// <param name="File">Its name without the ending.</param>
/// <param name="Class">transformers' class.</param>
/// <param name="Config">What the configuration has besides the common keys; null takes a key away.</param>
/// <param name="Tensors">The checkpoint's tensors; the first that holds a tensor of the file is what it is saved as.</param>
internal sealed record Twin(string File, string Class, string Config, TwinTensor[] Tensors)
{
    /// <summary>Tensors of the file, <c>*</c> for the layer, that are computed: out of the configuration, or by functions that round.</summary>
    public string[] Computed { get; init; } = [];

    /// <summary>The architecture that the class makes of it, where the file stands in for one that has none here.</summary>
    public string? Architecture { get; init; }

    /// <summary>Whether it gives hidden states, not logits.</summary>
    public bool IsEncoder { get; init; }

    /// <summary>Keys of the file, without the architecture, that say what holds without them, or what llama.cpp's converter writes by mistake.</summary>
    public string[] Unstated { get; init; } = [];

    /// <summary>Tensors of the file that nothing computes with, and whose elements may be any.</summary>
    public string[] Idle { get; init; } = [];

    /// <summary>Tensors of one element, <c>*</c> for the layer, and the file's keys that have them as arrays.</summary>
    public (string Name, string Key)[] Numbers { get; init; } = [];

    public override string ToString() => Architecture ?? File;
}
