namespace LlamaInterop.Tools;

/// <summary>Which collection a task is from, and so how it is scored.</summary>
public enum ChoiceTaskKind
{
    /// <summary>HellaSwag (Zellers et al. 2019): the ending whose tokens are likeliest on the average.</summary>
    HellaSwag,

    /// <summary>WinoGrande (Sakaguchi et al. 2020): the choice after which the sentence's rest is likeliest.</summary>
    WinoGrande,

    /// <summary>Questions with answers, as of ARC, MMLU and TruthfulQA: the answer whose tokens are likeliest on the average.</summary>
    MultipleChoice,
}

/// <summary>Texts that differ in one place, of which the model has to find the right one.</summary>
/// <param name="Before">What all have before the choice.</param>
/// <param name="Choices">At least two.</param>
/// <param name="After">What all have after it.</param>
/// <param name="IsRight">Which of the choices are right.</param>
public sealed record ChoiceTask(string Before, IReadOnlyList<string> Choices, string After, IReadOnlyList<bool> IsRight);

/// <summary>How a model did.</summary>
/// <param name="Tasks">Tasks that were scored.</param>
/// <param name="Correct">Tasks in which it found the right choice.</param>
/// <param name="Choices">Choices of all tasks together.</param>
public sealed record ChoiceResult(int Tasks, int Correct, int Choices)
{
    private const double Confidence = 1.95996398454;

    /// <summary>The share of tasks in which it found the right choice, and its standard error.</summary>
    public Estimate Accuracy => Share((double)Correct / Tasks);

    /// <summary>What drawing lots would find.</summary>
    public Estimate Chance => Share((double)Tasks / Choices);

    /// <summary>The accuracy's interval of 95 % confidence (Wilson 1927).</summary>
    public (double Low, double High) Interval
    {
        get
        {
            double share = (double)Correct / Tasks, z = Confidence * Confidence / Tasks;
            double half = z * Math.Sqrt(Tasks * ((4 * share * (1 - share)) + z)) / (2 * Confidence);
            return ((share + (z / 2) - half) / (1 + z), (share + (z / 2) + half) / (1 + z));
        }
    }

    private Estimate Share(double value) => new(value, Tasks < 2 ? 0 : Math.Sqrt(value * (1 - value) / (Tasks - 1)));
}
