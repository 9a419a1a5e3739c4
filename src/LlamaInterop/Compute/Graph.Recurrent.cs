namespace LlamaInterop.Compute;

/// <summary>A layer's recurrent state f32[width, slots] and the step's runs i32[4, S], as llamakernels.h describes them.</summary>
internal sealed record StateTensors(Tensor State, Tensor Runs);

/// <content>Layers that carry a state from row to row of a sequence.</content>
internal sealed partial class Graph
{
    /// <summary>The row before, within its sequence: [n, T]. State: n.</summary>
    public Tensor TokenShift(string name, Tensor x, StateTensors state) =>
        Recurrent(Opcode.TOKEN_SHIFT, name, x.Width, x, [x, state.State, state.Runs]);

    /// <summary>Causal convolution of every channel of x [n, T] with its K weights [K, n]: [n, T]. State: (K - 1) n.</summary>
    public Tensor ShortConv(string name, Tensor x, Tensor weight, Tensor? bias, StateTensors state) =>
        Recurrent(Opcode.SHORT_CONV, name, x.Width, x, [x, weight, state.State, state.Runs, bias]);

    /// <summary>Selective scan: x [H P, T], dt [H, T] before its softplus, A [N or 1, H], B and C [G N, T], D [H]: [H P, T]. State: N P H.</summary>
    public Tensor SsmScan(string name, Tensor x, Tensor dt, Tensor a, Tensor b, Tensor c, Tensor d, StateTensors state, int stateSize, int groups)
    {
        Tensor result = Recurrent(Opcode.SSM_SCAN, name, x.Width, x, [x, dt, a, b, c, d, state.State, state.Runs]);
        Span<int> parameters = _ops[^1].Parameters;
        parameters[0] = checked((int)dt.Width);
        parameters[1] = checked((int)(x.Width / dt.Width));
        parameters[2] = stateSize;
        parameters[3] = groups;
        return result;
    }

    /// <summary>RWKV 6's mixing of r, k, v and decay factors w, all [H N, T], with the bonus u [N H]: [H N, T]. State: N N H.</summary>
    public Tensor Wkv6(string name, Tensor r, Tensor k, Tensor v, Tensor w, Tensor u, StateTensors state, int heads)
    {
        Tensor result = Recurrent(Opcode.WKV6, name, v.Width, v, [r, k, v, w, u, state.State, state.Runs]);
        _ops[^1].Parameters[0] = heads;
        return result;
    }

    /// <summary>RWKV 7's mixing of r, decay factors w, k, v, a and b, all [H N, T]: [H N, T]. State: N N H.</summary>
    public Tensor Wkv7(string name, Tensor r, Tensor w, Tensor k, Tensor v, Tensor a, Tensor b, StateTensors state, int heads)
    {
        Tensor result = Recurrent(Opcode.WKV7, name, v.Width, v, [r, w, k, v, a, b, state.State, state.Runs]);
        _ops[^1].Parameters[0] = heads;
        return result;
    }

    /// <summary>Gated delta rule over q and k [Hk Dk, T], v [Hv Dv, T], log decay and beta [Hv, T]: [Hv Dv, T]. State: Dk Dv Hv.</summary>
    public Tensor GatedDelta(string name, Tensor q, Tensor k, Tensor v, Tensor decay, Tensor beta, StateTensors state, int keyHeads, float scale)
    {
        Tensor result = Recurrent(Opcode.GATED_DELTA, name, v.Width, v, [q, k, v, decay, beta, state.State, state.Runs]);
        Op op = _ops[^1];
        op.Parameters[0] = keyHeads;
        op.Parameters[1] = checked((int)beta.Width);
        op.SetFloat(2, scale);
        return result;
    }

    private Tensor Recurrent(Opcode opcode, string name, long width, Tensor rows, ReadOnlySpan<Tensor?> sources)
    {
        Op op = Append(opcode, name, Scratch(name, width, rows));
        sources.CopyTo(op.Sources);
        return op.Destination;
    }
}
