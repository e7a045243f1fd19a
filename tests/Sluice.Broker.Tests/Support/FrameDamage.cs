using System.Buffers.Binary;

namespace Sluice.Broker.Tests.Support;

/// <summary>Makes sound requests unsound.</summary>
internal static class FrameDamage
{
    private static readonly int[] s_lyingNumbers = [-1, 0, 1, 2, 127, 128, 255, 256, 32_767, 65_536, 1 << 20, int.MaxValue, int.MinValue];

    /// <summary>Damages one to three places, and now and then the announced size.</summary>
    /// <param name="sample">Header and body of a request, without the size in front; not changed.</param>
    /// <param name="random">Decides what and where.</param>
    /// <returns>A frame with its size in front.</returns>
    public static byte[] Damage(byte[] sample, Random random)
    {
        byte[] frame = [.. sample];
        for (int wounds = random.Next(2) == 0 ? 1 : random.Next(1, 4); wounds > 0; wounds--)
        {
            int index = random.Next(frame.Length);
            switch (random.Next(7))
            {
                case 0: frame[index] ^= (byte)(1 << random.Next(8)); break;
                case 1: frame[index] = (byte)random.Next(256); break;
                case 2 when frame.Length - index >= sizeof(int): BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(index), s_lyingNumbers[random.Next(s_lyingNumbers.Length)]); break;
                case 3 when index > 0: frame = frame[..index]; break;
                case 4: frame = [.. frame, .. frame[index..]]; break;
                case 5: frame = [.. frame[..index], .. frame[Math.Min(frame.Length, index + random.Next(1, 8))..], 0]; break;
                case 6: random.NextBytes(frame.AsSpan(index, Math.Min(8, frame.Length - index))); break;
            }
        }
        byte[] bytes = new byte[sizeof(int) + frame.Length];
        BinaryPrimitives.WriteInt32BigEndian(bytes, frame.Length);
        frame.CopyTo(bytes.AsSpan(sizeof(int)));
        if (random.Next(20) == 0) BinaryPrimitives.WriteInt32BigEndian(bytes, s_lyingNumbers[random.Next(s_lyingNumbers.Length)]);
        return bytes;
    }
}
