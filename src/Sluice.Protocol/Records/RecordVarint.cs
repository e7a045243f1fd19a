namespace Sluice.Protocol.Records;

/// <summary>The zig-zag base-128 integers inside records: small magnitudes of either sign take one byte.</summary>
internal static class RecordVarint
{
    /// <summary>Longest form of a 32-bit value.</summary>
    internal const int Int32BytesMax = 5;

    /// <summary>Longest form of a 64-bit value.</summary>
    internal const int Int64BytesMax = 10;

    /// <summary>Reads a 32-bit value and moves <paramref name="position"/> behind it.</summary>
    /// <param name="data">Where to read; its end bounds the read.</param>
    /// <param name="position">Index into <paramref name="data"/>; unchanged on failure.</param>
    /// <param name="value">The value, or 0.</param>
    /// <returns>False if the data ends inside the value, or five bytes did not end it: <see cref="Failure"/> tells which.</returns>
    internal static bool TryReadInt32(ReadOnlySpan<byte> data, ref int position, out int value)
    {
        if ((uint)position < (uint)data.Length && data[position] < 0x80)
        {
            uint single = data[position++];
            value = (int)(single >> 1) ^ -(int)(single & 1);
            return true;
        }

        return TryReadLongInt32(data, ref position, out value);
    }

    /// <summary>Reads a 64-bit value and moves <paramref name="position"/> behind it.</summary>
    /// <param name="data">Where to read; its end bounds the read.</param>
    /// <param name="position">Index into <paramref name="data"/>; unchanged on failure.</param>
    /// <param name="value">The value, or 0.</param>
    /// <returns>False if the data ends inside the value, or ten bytes did not end it: <see cref="Failure"/> tells which.</returns>
    internal static bool TryReadInt64(ReadOnlySpan<byte> data, ref int position, out long value)
    {
        ulong raw = 0;
        int end = Math.Min(data.Length, position + Int64BytesMax);
        for (int index = position, shift = 0; index < end; index++, shift += 7)
        {
            byte group = data[index];
            raw |= (ulong)(group & 0x7F) << shift;
            if (group >= 0x80) continue;
            position = index + 1;
            value = (long)(raw >> 1) ^ -(long)(raw & 1);
            return true;
        }

        value = 0;
        return false;
    }

    /// <summary>Why a read at <paramref name="position"/> failed.</summary>
    /// <param name="data">What was read from.</param>
    /// <param name="position">Where the value begins.</param>
    /// <param name="bytesMax"><see cref="Int32BytesMax"/> or <see cref="Int64BytesMax"/>.</param>
    /// <returns><see cref="RecordError.VarintTooLong"/> or <see cref="RecordError.Truncated"/>.</returns>
    internal static RecordError Failure(ReadOnlySpan<byte> data, int position, int bytesMax) =>
        data.Length - position >= bytesMax ? RecordError.VarintTooLong : RecordError.Truncated;

    /// <summary>Bytes that a value takes.</summary>
    /// <param name="value">Any; 32-bit values take as many as their 64-bit equals.</param>
    /// <returns>1 to 10.</returns>
    internal static int SizeBytes(long value)
    {
        ulong raw = ZigZag(value);
        int sizeBytes = 1;
        for (; raw >= 0x80; raw >>= 7) sizeBytes++;
        return sizeBytes;
    }

    /// <summary>Writes a value and moves <paramref name="position"/> behind it.</summary>
    /// <param name="destination">Must have <see cref="SizeBytes"/> bytes from <paramref name="position"/> on.</param>
    /// <param name="position">Index into <paramref name="destination"/>.</param>
    /// <param name="value">Any; 32-bit values are written like their 64-bit equals.</param>
    internal static void Write(Span<byte> destination, ref int position, long value)
    {
        ulong raw = ZigZag(value);
        for (; raw >= 0x80; raw >>= 7) destination[position++] = (byte)(raw | 0x80);
        destination[position++] = (byte)raw;
    }

    private static ulong ZigZag(long value) => (ulong)((value << 1) ^ (value >> 63));

    private static bool TryReadLongInt32(ReadOnlySpan<byte> data, ref int position, out int value)
    {
        uint raw = 0;
        int end = Math.Min(data.Length, position + Int32BytesMax);
        for (int index = position, shift = 0; index < end; index++, shift += 7)
        {
            byte group = data[index];
            raw |= (uint)(group & 0x7F) << shift;
            if (group >= 0x80) continue;
            position = index + 1;
            value = (int)(raw >> 1) ^ -(int)(raw & 1);
            return true;
        }

        value = 0;
        return false;
    }
}
