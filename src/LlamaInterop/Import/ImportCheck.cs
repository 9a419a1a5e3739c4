namespace LlamaInterop.Import;

/// <summary>Names the check that refused what was to be imported, so that refusals can be counted and told apart.</summary>
public enum ImportCheck
{
    /// <summary>The content contradicts itself, or is of a kind that is not imported.</summary>
    Content,

    /// <summary>A path is missing, a directory, empty or unreadable.</summary>
    File,

    /// <summary>The file does not begin as its format does.</summary>
    Magic,

    /// <summary>The format's version is not known.</summary>
    Version,

    /// <summary>The file ends inside its header, or inside a value.</summary>
    Truncated,

    /// <summary>A count or a length is more than the file can hold, or beyond a limit.</summary>
    Limit,

    /// <summary>A JSON text is malformed, or a value in it is not of the kind that belongs there.</summary>
    Json,

    /// <summary>A text is not UTF-8.</summary>
    TextEncoding,

    /// <summary>The directory of a zip archive is malformed, or contradicts its entries.</summary>
    Archive,

    /// <summary>An entry of a zip archive is compressed or encrypted.</summary>
    Compression,

    /// <summary>An entry that a zip archive must have is missing.</summary>
    MissingEntry,

    /// <summary>A pickle has an instruction that is unknown.</summary>
    PickleOpcode,

    /// <summary>A pickle names a class or function that is not on the list of what a checkpoint may name.</summary>
    PickleGlobal,

    /// <summary>A pickle takes more from its stack than is there, or things of another kind than the instruction takes.</summary>
    PickleStack,

    /// <summary>A pickle recalls what it has not remembered, or remembers under a number that is too large.</summary>
    PickleMemo,

    /// <summary>A pickle makes a value of what cannot make it: a tensor without its storage, a dictionary whose key is one.</summary>
    PickleValue,

    /// <summary>A number is outside of what its place allows.</summary>
    Number,

    /// <summary>A tensor's name is empty, too long or not text.</summary>
    TensorName,

    /// <summary>Two tensors have one name.</summary>
    DuplicateTensor,

    /// <summary>A tensor's element type is unknown, or not the one that belongs there.</summary>
    TensorType,

    /// <summary>A tensor's shape is impossible, or not the one that belongs there.</summary>
    Shape,

    /// <summary>A tensor reaches past its storage or its file.</summary>
    TensorBounds,

    /// <summary>A tensor that must be there is missing.</summary>
    MissingTensor,

    /// <summary>A tokenizer is of a kind that GGUF has no words for.</summary>
    TokenizerKind,

    /// <summary>A token's id or text is impossible, or two tokens have one id.</summary>
    Token,

    /// <summary>A merge of byte-pair encoding is not two texts.</summary>
    Merge,

    /// <summary>A token that has a role is no token of the vocabulary.</summary>
    SpecialToken,

    /// <summary>SentencePiece's compiled normalization rules are malformed.</summary>
    CharacterMap,

    /// <summary>A Protocol Buffers message is malformed.</summary>
    Protobuf,

    /// <summary>The file changed, or could not be read, after it was opened.</summary>
    Read,
}
