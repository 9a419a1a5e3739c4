namespace LlamaInterop.Tools;

/// <summary>Where a run stood when its matrix was saved.</summary>
/// <param name="Settings">Names model, text and options; a run with the same can go on.</param>
/// <param name="ChunksDone">Chunks of the text that are in the sums.</param>
internal sealed record ImportanceResumePoint(string Settings, int ChunksDone);
