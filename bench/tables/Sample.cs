namespace LlamaInterop.Tables;

/// <summary>One measurement, as a line of the records.</summary>
/// <param name="Mode">The table.</param>
/// <param name="Model">"SHAPE:TYPE".</param>
/// <param name="Cache">Type of cached keys and values.</param>
/// <param name="Test">"pp512", "tg128 @ d4096", "tg128 x 4", "first token", "--help".</param>
/// <param name="Engine">Whose it is.</param>
/// <param name="Commit">The engine's.</param>
/// <param name="Against">Commit of this engine that was measured beside it.</param>
/// <param name="Cpu">The processor.</param>
/// <param name="Threads">Threads that computed.</param>
/// <param name="Round">From 0.</param>
/// <param name="Value">In <paramref name="Unit"/>.</param>
/// <param name="Unit">"t/s", "s", "ms" or "x the file": of what lies in memory.</param>
/// <param name="Others">What other programs used of the machine meanwhile, from 0 to 1.</param>
/// <param name="Command">What ran, without folders.</param>
/// <param name="Date">When, in universal time.</param>
/// <param name="MemoryBytesPerSecond">That as many threads read from memory in the same process; 0 where it was not measured.</param>
/// <param name="BytesPerToken">Of weights that decoding reads.</param>
/// <param name="MultiplyAddsPerToken">Of weights, that prefill takes in the layers.</param>
/// <param name="AttentionMultiplyAddsPerToken">Of queries and keys and of attention's weights and values, the mean over the test's tokens.</param>
/// <param name="PeakMultiplyAddsPerSecond">That as many threads reached right after it in the loop of its type, the median of a second's turns; 0 where it was not measured.</param>
internal sealed record Sample(
    string Mode, string Model, string Cache, string Test, string Engine, string Commit, string Against, string Cpu, int Threads, int Round,
    double Value, string Unit, double Others, string Command, string Date,
    double MemoryBytesPerSecond = 0, double BytesPerToken = 0, double MultiplyAddsPerToken = 0,
    double AttentionMultiplyAddsPerToken = 0, double PeakMultiplyAddsPerSecond = 0);

/// <summary>What is known of an engine that was measured.</summary>
/// <param name="Engine">Its name.</param>
/// <param name="Commit">Its commit.</param>
/// <param name="Against">As of a <see cref="Sample"/>.</param>
/// <param name="Cpu">The processor.</param>
/// <param name="BuildFlags">Of its build.</param>
/// <param name="Isa">What it says of the instruction sets that it uses.</param>
/// <param name="Repack">Whether it lays weights out anew.</param>
internal sealed record EngineRow(string Engine, string Commit, string Against, string Cpu, string BuildFlags, string Isa, string Repack);

/// <summary>What the processor can do at most.</summary>
/// <param name="Name">"fma f32 512", "vpdpbusd 512", "read".</param>
/// <param name="Cpu">The processor.</param>
/// <param name="Threads">Threads that computed.</param>
/// <param name="Value">In <paramref name="Unit"/>, of all threads.</param>
/// <param name="Unit">"GMAC/s" or "GB/s".</param>
/// <param name="Date">When, in universal time.</param>
internal sealed record Peak(string Name, string Cpu, int Threads, double Value, string Unit, string Date);
