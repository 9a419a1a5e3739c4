namespace LlamaInterop.Tokenization;

/// <summary>What a token is. A token may be several things: an end-of-turn text that its file calls normal is also a control token.</summary>
/// <remarks>The values are not those of <c>tokenizer.ggml.token_type</c>, which is a plain number from 0 to 6.</remarks>
[Flags]
public enum TokenAttributes : byte
{
    /// <summary>Nothing known: the file calls the token undefined.</summary>
    None = 0,

    /// <summary>Stands for what the vocabulary cannot write.</summary>
    Unknown = 1,

    /// <summary>Reserved; never trained.</summary>
    Unused = 2,

    /// <summary>A piece of text.</summary>
    Normal = 4,

    /// <summary>Steers the model and is no text: begin of text, end of turn.</summary>
    Control = 8,

    /// <summary>Text that is cut out of the input before anything else happens to it.</summary>
    UserDefined = 16,

    /// <summary>One byte, written <c>&lt;0x0A&gt;</c>.</summary>
    Byte = 32,

    /// <summary>Swallows the white space before it when it is found in text.</summary>
    LeftStrip = 64,

    /// <summary>Swallows the white space after it when it is found in text.</summary>
    RightStrip = 128,
}
