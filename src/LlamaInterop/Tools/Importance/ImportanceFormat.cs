namespace LlamaInterop.Tools;

/// <summary>How an importance matrix lies in a file; both are llama.cpp's.</summary>
public enum ImportanceFormat
{
    /// <summary>GGUF: for each weight a tensor of sums and one of counts.</summary>
    Gguf,

    /// <summary>The older one (<c>.dat</c>): means scaled by the number of chunks, one count for all experts.</summary>
    Dat,
}
