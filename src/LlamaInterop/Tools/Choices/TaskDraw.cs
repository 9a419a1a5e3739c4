namespace LlamaInterop.Tools;

/// <summary>
/// Draws tasks as llama.cpp does, so that scores are of the same ones: by <c>std::mt19937</c> (Matsumoto &amp; Nishimura 1998) seeded with
/// 1, and for HellaSwag by the GNU library's uniform distribution (Lemire 2019).
/// </summary>
internal static class TaskDraw
{
    /// <summary>HellaSwag's: one after the other from those that are left, which stay in order.</summary>
    public static ChoiceTask[] InOrder(ChoiceTask[] tasks, int count)
    {
        var random = new Mersenne(1);
        var left = new List<ChoiceTask>(tasks);
        var drawn = new ChoiceTask[Math.Min(count, tasks.Length)];
        for (int i = 0; i < drawn.Length; i++)
        {
            int index = (int)random.Below((uint)left.Count);
            drawn[i] = left[index];
            left.RemoveAt(index);
        }
        return drawn;
    }

    /// <summary>The others': the last of those left takes the place of the one drawn.</summary>
    public static ChoiceTask[] BySwaps(ChoiceTask[] tasks, int count)
    {
        const float Scale = 1 / (1 + (float)uint.MaxValue);
        var random = new Mersenne(1);
        var left = new List<ChoiceTask>(tasks);
        var drawn = new ChoiceTask[count];
        for (int i = 0; i < count; i++)
        {
            int index = Math.Min((int)(Scale * random.Next() * left.Count), left.Count - 1);
            drawn[i] = left[index];
            left[index] = left[^1];
            left.RemoveAt(left.Count - 1);
        }
        return drawn;
    }

    private sealed class Mersenne
    {
        private const int Size = 624, Shift = 397;
        private readonly uint[] _state = new uint[Size];
        private int _next = Size;

        public Mersenne(uint seed)
        {
            _state[0] = seed;
            for (uint i = 1; i < Size; i++)
                _state[i] = (1812433253 * (_state[i - 1] ^ (_state[i - 1] >> 30))) + i;
        }

        public uint Next()
        {
            if (_next == Size)
                Twist();
            uint value = _state[_next++];
            value ^= value >> 11;
            value ^= (value << 7) & 0x9d2c5680;
            value ^= (value << 15) & 0xefc60000;
            return value ^ (value >> 18);
        }

        /// <summary>A number in [0, bound), all alike.</summary>
        public uint Below(uint bound)
        {
            ulong product = (ulong)Next() * bound;
            uint threshold = (uint)(-(int)bound) % bound;
            while ((uint)product < threshold)
                product = (ulong)Next() * bound;
            return (uint)(product >> 32);
        }

        private void Twist()
        {
            for (int i = 0; i < Size; i++)
            {
                uint mixed = (_state[i] & 0x80000000) | (_state[(i + 1) % Size] & 0x7fffffff);
                _state[i] = _state[(i + Shift) % Size] ^ (mixed >> 1) ^ ((mixed & 1) * 0x9908b0df);
            }
            _next = 0;
        }
    }
}
