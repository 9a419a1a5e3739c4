namespace LlamaInterop;

/// <summary>Whether weights are laid out anew for the kernels when a model is loaded.</summary>
public enum RepackChoice
{
    /// <summary>Where the kernels are faster with it: those of all instruction sets but the plain one.</summary>
    Auto,

    /// <summary>Never: weights are read as they lie in the file, from its mapping unless there is none.</summary>
    Never,

    /// <summary>Wherever the kernels can read it.</summary>
    Always,
}
