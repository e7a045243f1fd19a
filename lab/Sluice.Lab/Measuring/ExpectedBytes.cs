using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using Sluice.Lab.Mechanisms;

namespace Sluice.Lab.Measuring;

/// <summary>What a connection has to deliver, read from the file in the plainest way.</summary>
internal static class ExpectedBytes
{
    private const int BufferBytes = 1 << 20;

    /// <summary>SHA-256 over all transfers of one connection, headers among them, in hexadecimal.</summary>
    internal static string Hash(TransferPlan plan, int connection)
    {
        byte[] buffer = new byte[BufferBytes];
        byte[] header = new byte[plan.HeaderBytes];
        Array.Fill(header, SendConnection.HeaderByte);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using SafeFileHandle file = File.OpenHandle(plan.FilePath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        for (int transfer = 0; transfer < plan.TransfersPerConnection; transfer++)
        {
            hash.AppendData(header);
            long positionBytes = plan.PositionOf(connection, transfer);
            long endBytes = positionBytes + plan.TransferBytes;
            while (positionBytes < endBytes)
            {
                int read = RandomAccess.Read(file, buffer.AsSpan(0, (int)Math.Min(buffer.Length, endBytes - positionBytes)), positionBytes);
                if (read == 0) throw new EndOfStreamException($"{plan.FilePath} is shorter than it was.");
                hash.AppendData(buffer.AsSpan(0, read));
                positionBytes += read;
            }
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }
}
