using LlamaInterop.Models;
using LlamaInterop.Native;

namespace LlamaInterop.Tools;

/// <summary>Measures a model by tasks with a choice: HellaSwag, WinoGrande, multiple choice. Files and scores are llama.cpp's.</summary>
/// <remarks>
/// One score differs: of a WinoGrande task whose second text has few tokens after the choice, llama.cpp takes the first probability from
/// the first text's end; here it is the second text's own.
/// </remarks>
public static class ChoiceTasks
{
    /// <summary>Texts of a task that run together; more take turns.</summary>
    private const int Together = 4;

    /// <summary>The options with which a model is loaded best for tasks.</summary>
    /// <param name="model">Anything else that is wanted of the model; its context must have room for the longest text.</param>
    public static LlamaModelOptions Prepare(LlamaModelOptions model) =>
        model with { MaxSequences = Together + 1, OutputRows = Math.Min(256, model.BatchSize), Activations = model.Activations.Or(ActivationPrecision.Plain) };

    /// <summary>The tasks of a file.</summary>
    /// <param name="path">What errors call the file.</param>
    /// <param name="content">Its bytes: of HellaSwag six lines a task, of WinoGrande CSV, of multiple choice llama.cpp's binary form.</param>
    /// <param name="kind">Which they are.</param>
    /// <param name="count">Tasks to draw, as llama.cpp draws them; 0 for all.</param>
    /// <exception cref="InvalidDataException">The file is not what it should be; the message says why in one line.</exception>
    public static IReadOnlyList<ChoiceTask> Read(string path, ReadOnlySpan<byte> content, ChoiceTaskKind kind, int count = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ChoiceTask[] tasks = kind switch
        {
            ChoiceTaskKind.HellaSwag => HellaSwagFile.Read(path, content),
            ChoiceTaskKind.WinoGrande => WinoGrandeFile.Read(path, content),
            _ => MultipleChoiceFile.Read(path, content),
        };
        if (tasks.Length == 0)
            throw new InvalidDataException($"{path}: has no tasks");
        return kind == ChoiceTaskKind.HellaSwag ? TaskDraw.InOrder(tasks, count == 0 ? tasks.Length : count)
            : count == 0 || count >= tasks.Length ? tasks
            : TaskDraw.BySwaps(tasks, count);
    }

    /// <summary>Measures a model.</summary>
    /// <param name="model">The model; its other generations go on meanwhile. It is fastest if loaded as <see cref="Prepare"/> says.</param>
    /// <param name="tasks">At least one.</param>
    /// <param name="kind">Which they are.</param>
    /// <param name="progress">Told after every task, on the calling thread.</param>
    /// <param name="cancellation">Breaks the running step off.</param>
    /// <exception cref="ModelException">A task does not fit the context, its texts do not differ, or logits are not finite.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static ChoiceResult Measure(
        LlamaModel model, IReadOnlyList<ChoiceTask> tasks, ChoiceTaskKind kind, IProgress<ChoiceResult>? progress = null, CancellationToken cancellation = default)
    {
        if (tasks.Count == 0)
            throw new ArgumentException("no tasks", nameof(tasks));
        model.RequireLogits();
        if (model.HasEncoder)
            throw new ModelException($"{model.Architecture} has an encoder, and tasks are for models without one");
        int threads = model.Backend.Describe().ThreadCount, correct = 0, choices = 0;
        using var flag = new CancelFlag();
        using CancellationTokenRegistration registration = cancellation.Register(flag.Set);
        for (int i = 0; i < tasks.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            double[] scores = Score(model, EncodedTask.Of(model.Tokenizer, tasks[i], kind, i + 1), i + 1, threads, flag);
            correct += tasks[i].IsRight[BestOf(scores, kind)] ? 1 : 0;
            choices += scores.Length;
            progress?.Report(new(i + 1, correct, choices));
        }
        return new(tasks.Count, correct, choices);
    }

    private static double[] Score(LlamaModel model, EncodedTask task, int number, int threads, CancelFlag flag)
    {
        int longest = task.Tokens.Max(text => text.Length);
        if (longest > model.ContextSize)
            throw new ModelException($"task {number} has {longest} tokens, but the context has room for {model.ContextSize} (-c)");
        double[] scores = [];
        model.Exclusively(runner => scores = new ChoiceRun(runner, threads, flag).Score(task));
        return scores.All(double.IsFinite) ? scores : throw new ModelException($"the logits of task {number} are not finite");
    }

    /// <summary>Of equals the first; of WinoGrande's two the second, as in llama.cpp.</summary>
    private static int BestOf(double[] scores, ChoiceTaskKind kind) =>
        kind == ChoiceTaskKind.WinoGrande ? (scores[0] > scores[1] ? 0 : 1) : Array.IndexOf(scores, scores.Max());
}
