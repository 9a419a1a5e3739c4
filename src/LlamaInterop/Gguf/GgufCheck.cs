namespace LlamaInterop.Gguf;

/// <summary>Names the check that refused a file, so that refusals can be counted and told apart.</summary>
public enum GgufCheck
{
    /// <summary>The path is missing, a directory, empty or unreadable.</summary>
    File,

    /// <summary>The file does not begin with <c>GGUF</c>.</summary>
    Magic,

    /// <summary>The version is neither 2 nor 3.</summary>
    Version,

    /// <summary>The file is big-endian.</summary>
    ByteOrder,

    /// <summary>The number of tensors is more than the file or the limit can hold.</summary>
    TensorCount,

    /// <summary>The number of metadata keys is more than the file or the limit can hold.</summary>
    MetadataCount,

    /// <summary>The file ends inside its header.</summary>
    Truncated,

    /// <summary>The header is longer than <see cref="GgufOpenOptions.MaxHeaderBytes"/>.</summary>
    HeaderSize,

    /// <summary>A metadata key is empty, too long or not UTF-8.</summary>
    Key,

    /// <summary>A metadata key occurs twice.</summary>
    DuplicateKey,

    /// <summary>A metadata value or array element has an unknown type.</summary>
    ValueType,

    /// <summary>A boolean is neither 0 nor 1.</summary>
    Boolean,

    /// <summary>A string is longer than the rest of the file.</summary>
    StringLength,

    /// <summary>An array has more elements than the rest of the file can hold.</summary>
    ArrayLength,

    /// <summary>Arrays are nested too deeply, or there are too many nested arrays.</summary>
    ArrayNesting,

    /// <summary><c>general.alignment</c> is not a power of two, or too large.</summary>
    Alignment,

    /// <summary>A tensor's name is empty, too long or not UTF-8.</summary>
    TensorName,

    /// <summary>Two tensors have one name.</summary>
    DuplicateTensor,

    /// <summary>A tensor has no dimension, or more than four.</summary>
    DimensionCount,

    /// <summary>A dimension is zero or negative.</summary>
    Dimension,

    /// <summary>The product of the dimensions, or the size in bytes, exceeds 2^63 - 1.</summary>
    ElementCount,

    /// <summary>A tensor's type is unknown.</summary>
    TensorType,

    /// <summary>A row is not a whole number of blocks.</summary>
    RowLength,

    /// <summary>A tensor's offset is not a multiple of the alignment.</summary>
    TensorOffset,

    /// <summary>A tensor reaches past the end of the file.</summary>
    TensorBounds,

    /// <summary>Two tensors share bytes.</summary>
    TensorOverlap,

    /// <summary>The file is a part of a split model, but not named like one.</summary>
    SplitName,

    /// <summary>The file is not the first part of a split model.</summary>
    SplitPosition,

    /// <summary>A part of a split model is missing or refused.</summary>
    SplitPart,

    /// <summary>The parts of a split model contradict one another.</summary>
    SplitMismatch,

    /// <summary>A metadata key or tensor that was asked for is absent.</summary>
    Missing,

    /// <summary>A metadata value is not of the kind that was asked for.</summary>
    ValueKind,

    /// <summary>A metadata value does not fit the type that was asked for.</summary>
    ValueRange,

    /// <summary>A metadata string that was asked for is not UTF-8.</summary>
    TextEncoding,

    /// <summary>The file changed, or could not be read, after it was opened.</summary>
    Read,

    /// <summary>A file could not be written.</summary>
    Write,
}
