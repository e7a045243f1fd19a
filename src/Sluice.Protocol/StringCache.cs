using System.Numerics;
using System.Text;
using System.Text.Unicode;

namespace Sluice.Protocol;

/// <summary>Remembers strings that one connection sends again and again (topics, client id, group), so that reading them allocates nothing.</summary>
/// <remarks>Bounded: at most <see cref="EntriesMax"/> strings of at most <see cref="StringBytesMax"/> bytes. For one reader at a time.</remarks>
public sealed class StringCache
{
    /// <summary>Strings kept at most. More than that, and strings push each other out.</summary>
    public const int EntriesMax = 1024;

    /// <summary>Longer strings are never kept. Topic names have 249 bytes at most.</summary>
    public const int StringBytesMax = 255;

    private const int EntriesMin = 16;

    // A string may stand in one of so many slots, starting from the one its hash names. Few, because a stranger chooses the strings.
    private const int ProbeCount = 4;

    private string?[] _slots = [];
    private int _usedCount;

    /// <summary>The string whose UTF-8 form is <paramref name="utf8"/>; bytes that are not UTF-8 become U+FFFD.</summary>
    /// <param name="utf8">Copied if the string is new.</param>
    public string Get(ReadOnlySpan<byte> utf8)
    {
        if (utf8.IsEmpty) return "";
        if (utf8.Length > StringBytesMax) return Encoding.UTF8.GetString(utf8);
        if (_slots.Length == 0) _slots = new string?[EntriesMin];

        int start = Hash(utf8);
        int mask = _slots.Length - 1;
        for (int i = 0; i < ProbeCount; i++)
        {
            string? candidate = _slots[(start + i) & mask];
            if (candidate is null) break;
            if (IsSame(candidate, utf8)) return candidate;
        }

        string value = Encoding.UTF8.GetString(utf8);
        Store(value, start);
        return value;
    }

    private void Store(string value, int start)
    {
        if (_usedCount >= _slots.Length / 2 && _slots.Length < EntriesMax) Grow();
        Put(value, start);
    }

    // A full neighbourhood loses the string in its first slot.
    private void Put(string value, int start)
    {
        int mask = _slots.Length - 1;
        for (int i = 0; i < ProbeCount; i++)
        {
            ref string? slot = ref _slots[(start + i) & mask];
            if (slot is not null) continue;
            slot = value;
            _usedCount++;
            return;
        }

        _slots[start & mask] = value;
    }

    private void Grow()
    {
        string?[] old = _slots;
        _slots = new string?[old.Length * 2];
        _usedCount = 0;
        Span<byte> utf8 = stackalloc byte[StringBytesMax];
        foreach (string? value in old)
        {
            // Replacement characters can make a string longer than the bytes it came from; such a string is simply forgotten.
            if (value is not null && Encoding.UTF8.TryGetBytes(value, utf8, out int lengthBytes)) Put(value, Hash(utf8[..lengthBytes]));
        }
    }

    private static bool IsSame(string candidate, ReadOnlySpan<byte> utf8)
    {
        if (candidate.Length > utf8.Length) return false;
        if (candidate.Length == utf8.Length) return Ascii.Equals(utf8, candidate);
        Span<byte> other = stackalloc byte[StringBytesMax];
        return Utf8.FromUtf16(candidate, other, out _, out int lengthBytes) == System.Buffers.OperationStatus.Done
            && utf8.SequenceEqual(other[..lengthBytes]);
    }

    // Only has to spread well: a peer that makes its strings collide slows no one but itself, by allocating them anew.
    private static int Hash(ReadOnlySpan<byte> utf8)
    {
        uint hash = (uint)utf8.Length;
        while (utf8.Length >= sizeof(ulong))
        {
            hash = BitOperations.Crc32C(hash, BitConverter.ToUInt64(utf8));
            utf8 = utf8[sizeof(ulong)..];
        }

        foreach (byte value in utf8) hash = BitOperations.Crc32C(hash, value);
        return (int)(hash & int.MaxValue);
    }
}
