namespace LlamaInterop.Native;

/// <summary>A record's size and the offsets of its fields in the order of the C header, in bytes.</summary>
internal sealed record RecordLayout(string Name, int Size, FieldOffset[] Fields);

internal readonly record struct FieldOffset(string Name, int Offset);
