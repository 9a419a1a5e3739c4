using System.Globalization;

namespace LlamaInterop.Tests.Native;

/// <summary>What Linux says of the mapping that begins at an address (/proc/self/smaps).</summary>
internal static unsafe class MemoryMap
{
    /// <summary>Whether the system knows transparent huge pages, switched on or not: it then marks memory that they are asked for.</summary>
    public static bool SystemHasHugePages => Directory.Exists("/sys/kernel/mm/transparent_hugepage");

    /// <summary>Bytes that are in this process's memory.</summary>
    public static long Resident(void* address) => Bytes(address, "Rss:");

    /// <summary>Bytes of those that lie in huge pages.</summary>
    public static long Huge(void* address) => Bytes(address, "AnonHugePages:");

    /// <summary>Its flags of two letters: "hg" where huge pages were asked for.</summary>
    public static string[] Flags(void* address) => Value(address, "VmFlags:").Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static long Bytes(void* address, string key) =>
        long.Parse(Value(address, key).Split(' ', StringSplitOptions.RemoveEmptyEntries)[0], CultureInfo.InvariantCulture) * 1024;

    private static string Value(void* address, string key)
    {
        string start = string.Create(CultureInfo.InvariantCulture, $"{(nint)address:x}-");
        var lines = File.ReadLines("/proc/self/smaps").SkipWhile(line => !line.StartsWith(start, StringComparison.Ordinal));
        return lines.First(line => line.StartsWith(key, StringComparison.Ordinal))[key.Length..];
    }
}
