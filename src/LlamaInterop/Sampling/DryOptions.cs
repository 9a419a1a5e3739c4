namespace LlamaInterop.Sampling;

/// <summary>The settings of <see cref="DrySampler"/>.</summary>
/// <param name="Multiplier">The penalty of a repetition of the allowed length, in logit units.</param>
/// <param name="Base">The factor for each further token, 1 or more.</param>
/// <param name="AllowedLength">The shortest repetition whose continuation is penalized.</param>
/// <param name="LastTokens">How many of the last tokens are searched, 1 or more.</param>
public readonly record struct DryOptions(float Multiplier, float Base, int AllowedLength, int LastTokens);
