using System.Buffers.Binary;
using System.Numerics;

namespace LlamaInterop.Tools;

/// <summary>The 64-bit xxHash of a stream of bytes, seed 0.</summary>
/// <remarks>Source: the xxHash specification, version 0.1.1 (XXH64).</remarks>
internal sealed class XxHash64
{
    private const int StripeBytes = 32;
    private const ulong Prime1 = 0x9E3779B185EBCA87, Prime2 = 0xC2B2AE3D27D4EB4F, Prime3 = 0x165667B19E3779F9;
    private const ulong Prime4 = 0x85EBCA77C2B2AE63, Prime5 = 0x27D4EB2F165667C5;

    private readonly byte[] _rest = new byte[StripeBytes];
    private ulong _lane1 = unchecked(Prime1 + Prime2), _lane2 = Prime2, _lane3, _lane4 = unchecked(0 - Prime1);
    private int _restLength;
    private ulong _length;

    public void Append(ReadOnlySpan<byte> data)
    {
        _length += (ulong)data.Length;
        if (_restLength > 0)
        {
            int taken = Math.Min(StripeBytes - _restLength, data.Length);
            data[..taken].CopyTo(_rest.AsSpan(_restLength));
            _restLength += taken;
            data = data[taken..];
            if (_restLength < StripeBytes)
                return;
            AddStripe(_rest);
        }
        for (; data.Length >= StripeBytes; data = data[StripeBytes..])
            AddStripe(data);
        data.CopyTo(_rest);
        _restLength = data.Length;
    }

    public ulong Finish()
    {
        unchecked
        {
            ulong hash = _length < StripeBytes ? Prime5 : MergeLanes();
            hash = AddRest(hash + _length, _rest.AsSpan(0, _restLength));
            hash = (hash ^ hash >> 33) * Prime2;
            hash = (hash ^ hash >> 29) * Prime3;
            return hash ^ hash >> 32;
        }
    }

    private void AddStripe(ReadOnlySpan<byte> stripe)
    {
        _lane1 = Round(_lane1, BinaryPrimitives.ReadUInt64LittleEndian(stripe));
        _lane2 = Round(_lane2, BinaryPrimitives.ReadUInt64LittleEndian(stripe[8..]));
        _lane3 = Round(_lane3, BinaryPrimitives.ReadUInt64LittleEndian(stripe[16..]));
        _lane4 = Round(_lane4, BinaryPrimitives.ReadUInt64LittleEndian(stripe[24..]));
    }

    private ulong MergeLanes()
    {
        unchecked
        {
            ulong hash = BitOperations.RotateLeft(_lane1, 1) + BitOperations.RotateLeft(_lane2, 7)
                + BitOperations.RotateLeft(_lane3, 12) + BitOperations.RotateLeft(_lane4, 18);
            foreach (ulong lane in (ReadOnlySpan<ulong>)[_lane1, _lane2, _lane3, _lane4])
                hash = (hash ^ Round(0, lane)) * Prime1 + Prime4;
            return hash;
        }
    }

    private static ulong AddRest(ulong hash, ReadOnlySpan<byte> rest)
    {
        unchecked
        {
            for (; rest.Length >= 8; rest = rest[8..])
                hash = BitOperations.RotateLeft(hash ^ Round(0, BinaryPrimitives.ReadUInt64LittleEndian(rest)), 27) * Prime1 + Prime4;
            if (rest.Length >= 4)
            {
                hash = BitOperations.RotateLeft(hash ^ BinaryPrimitives.ReadUInt32LittleEndian(rest) * Prime1, 23) * Prime2 + Prime3;
                rest = rest[4..];
            }
            foreach (byte last in rest)
                hash = BitOperations.RotateLeft(hash ^ last * Prime5, 11) * Prime1;
            return hash;
        }
    }

    private static ulong Round(ulong lane, ulong input) => unchecked(BitOperations.RotateLeft(lane + input * Prime2, 31) * Prime1);
}
