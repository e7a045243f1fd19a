using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;

namespace Sluice.Log.Compaction;

/// <summary>Turns keys into 128 bits, by SipHash-2-4 with a secret of its own.</summary>
/// <remarks>
/// An <see cref="OffsetMap"/> takes two keys with one hash for one key, and the older record would be lost. With a secret that is drawn anew
/// for every map nobody can prepare such a pair, which is easy for unkeyed MD5; and a short key costs tens of nanoseconds where a call into
/// the system's library costs microseconds. The hash is never stored. Pure; safe on any thread.
/// <para>Aumasson, Bernstein: SipHash, a fast short-input PRF (2012); the 128-bit variant of the authors' reference.</para>
/// </remarks>
internal readonly struct KeyHasher
{
    private readonly ulong _key0;
    private readonly ulong _key1;

    /// <summary>Takes the secret.</summary>
    /// <param name="secret">16 bytes.</param>
    public KeyHasher(ReadOnlySpan<byte> secret)
    {
        _key0 = BinaryPrimitives.ReadUInt64LittleEndian(secret);
        _key1 = BinaryPrimitives.ReadUInt64LittleEndian(secret[8..]);
    }

    /// <summary>Draws a secret.</summary>
    public static KeyHasher Create()
    {
        Span<byte> secret = stackalloc byte[16];
        RandomNumberGenerator.Fill(secret);
        return new KeyHasher(secret);
    }

    /// <summary>Hashes a key of any length, 0 included.</summary>
    public UInt128 Compute(ReadOnlySpan<byte> key)
    {
        ulong v0 = 0x736F6D6570736575UL ^ _key0;
        ulong v1 = 0x646F72616E646F6DUL ^ _key1 ^ 0xEE;
        ulong v2 = 0x6C7967656E657261UL ^ _key0;
        ulong v3 = 0x7465646279746573UL ^ _key1;
        ulong last = (ulong)key.Length << 56;
        while (key.Length >= sizeof(ulong))
        {
            Compress(BinaryPrimitives.ReadUInt64LittleEndian(key), ref v0, ref v1, ref v2, ref v3);
            key = key[sizeof(ulong)..];
        }

        for (int index = 0; index < key.Length; index++)
        {
            last |= (ulong)key[index] << (8 * index);
        }

        Compress(last, ref v0, ref v1, ref v2, ref v3);
        v2 ^= 0xEE;
        Finish(ref v0, ref v1, ref v2, ref v3);
        ulong lower = v0 ^ v1 ^ v2 ^ v3;
        v1 ^= 0xDD;
        Finish(ref v0, ref v1, ref v2, ref v3);
        return new UInt128(upper: v0 ^ v1 ^ v2 ^ v3, lower);
    }

    private static void Compress(ulong word, ref ulong v0, ref ulong v1, ref ulong v2, ref ulong v3)
    {
        v3 ^= word;
        Round(ref v0, ref v1, ref v2, ref v3);
        Round(ref v0, ref v1, ref v2, ref v3);
        v0 ^= word;
    }

    private static void Finish(ref ulong v0, ref ulong v1, ref ulong v2, ref ulong v3)
    {
        for (int round = 0; round < 4; round++)
        {
            Round(ref v0, ref v1, ref v2, ref v3);
        }
    }

    private static void Round(ref ulong v0, ref ulong v1, ref ulong v2, ref ulong v3)
    {
        v0 += v1;
        v1 = BitOperations.RotateLeft(v1, 13) ^ v0;
        v0 = BitOperations.RotateLeft(v0, 32);
        v2 += v3;
        v3 = BitOperations.RotateLeft(v3, 16) ^ v2;
        v0 += v3;
        v3 = BitOperations.RotateLeft(v3, 21) ^ v0;
        v2 += v1;
        v1 = BitOperations.RotateLeft(v1, 17) ^ v2;
        v2 = BitOperations.RotateLeft(v2, 32);
    }
}
