namespace LlamaInterop.Models;

/// <summary>The sizes of a mixture of experts, read from <c>ARCH.expert_*</c>.</summary>
/// <param name="Count">Experts of a layer; 0 for a dense model.</param>
/// <param name="Used">Experts that a token has.</param>
/// <param name="Width">Width of one expert's feed-forward.</param>
/// <param name="Gating">How logits become probabilities, where the file says; null where the architecture decides.</param>
/// <param name="Renormalize">Whether the file asks for weights that sum to 1; null where the architecture decides.</param>
/// <param name="Scale">Factor of the weights.</param>
/// <param name="Groups">Groups of experts.</param>
/// <param name="GroupsUsed">Groups that a token may choose from.</param>
/// <param name="LatentLength">Elements of the rows that experts read and write; 0 for the model's own.</param>
internal sealed record ExpertParameters(
    int Count, int Used, int Width, GatingKind? Gating, bool? Renormalize, float Scale, int Groups, int GroupsUsed, int LatentLength)
{
    private const int MaxExperts = 1024;

    public static ExpertParameters Read(HyperParameterReader keys, int feedForwardLength)
    {
        int count = keys.Size("expert_count", 0, 0, MaxExperts);
        int width = keys.Size("expert_feed_forward_length", Math.Max(1, feedForwardLength));
        int groups = keys.Size("expert_group_count", 1, 0, MaxExperts);
        groups = Math.Max(1, groups);
        if (count % groups != 0)
            throw keys.Wrong(keys.FullName("expert_count"), $"is {count}, no multiple of expert_group_count {groups}");
        if (groups > 1 && count == groups)
            throw keys.Wrong(keys.FullName("expert_group_count"), $"is {groups}, which leaves groups of one expert");
        int groupsUsed = ReadGroupsUsed(keys, groups);
        return new ExpertParameters(
            count,
            count == 0 ? 0 : keys.Size("expert_used_count", max: count / groups * groupsUsed),
            width,
            ReadGating(keys),
            keys.Has("expert_weights_norm") ? keys.Bool("expert_weights_norm", false) : null,
            ReadScale(keys),
            groups,
            groupsUsed,
            keys.Size("moe_latent_size", 0, 0));
    }

    private static int ReadGroupsUsed(HyperParameterReader keys, int groups)
    {
        int used = Math.Max(1, keys.Size("expert_group_used_count", groups, 0, MaxExperts));
        return used <= groups ? used : throw keys.Contradicts("expert_group_used_count", $"is {used}, but there are {groups} groups (expert_group_count)");
    }

    private static GatingKind? ReadGating(HyperParameterReader keys) => keys.Size("expert_gating_func", 0, 0, 3) switch
    {
        1 => GatingKind.SOFT_MAX,
        2 => GatingKind.SIGMOID,
        3 => GatingKind.SOFT_MAX_CHOSEN,
        _ => null,
    };

    /// <summary>0 in a file means that nobody set it.</summary>
    private static float ReadScale(HyperParameterReader keys)
    {
        float scale = keys.Float("expert_weights_scale", 1);
        return scale == 0 ? 1 : scale;
    }
}
