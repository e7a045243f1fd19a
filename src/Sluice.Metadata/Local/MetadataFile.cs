using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Sluice.Metadata.Local;

/// <summary>A metadata file in memory, read frame by frame.</summary>
/// <param name="path">For messages.</param>
/// <param name="bytes">The whole file.</param>
internal sealed class MetadataFile(string path, byte[] bytes)
{
    /// <summary>Where the next frame begins.</summary>
    internal int PositionBytes { get; private set; }

    internal bool IsAtEnd => PositionBytes == bytes.Length;

    internal ReadOnlySpan<byte> Rest => bytes.AsSpan(PositionBytes);

    internal static void WriteFrame<T>(IBufferWriter<byte> output, T content, JsonTypeInfo<T> type) =>
        MetadataFrame.Write(output, JsonSerializer.SerializeToUtf8Bytes(content, type));

    /// <summary>Reads the first frame and checks that the file is what it should be.</summary>
    internal MetadataFileHeader ReadHeader(string kind)
    {
        MetadataFileHeader header = ReadFrame(MetadataJson.Default.MetadataFileHeader);
        if (header.Kind != kind) throw Damage(0, $"this is a {header.Kind} and not a {kind}");
        if (header.Format is < 1 or > MetadataFileHeader.FormatNewest)
        {
            throw Damage(0, $"format {header.Format} was written by a newer version of Sluice; this one reads up to {MetadataFileHeader.FormatNewest}");
        }
        if (header.ClusterId.Length == 0 || header.Version < 0 || header.ChangesCount < 0) throw Damage(0, "the header makes no sense");
        return header;
    }

    /// <summary>Reads the next frame.</summary>
    /// <exception cref="MetadataFileException">There is none, or it cannot be understood.</exception>
    internal T ReadFrame<T>(JsonTypeInfo<T> type)
    {
        if (!TryReadFrame(type, out T? content)) throw Damage(PositionBytes, IsAtEnd ? "the file ends too early" : "the frame that begins here is damaged");
        return content;
    }

    /// <summary>Reads the next frame.</summary>
    /// <returns>False if no undamaged frame begins here; the position stays.</returns>
    /// <exception cref="MetadataFileException">The frame is whole but cannot be understood.</exception>
    internal bool TryReadFrame<T>(JsonTypeInfo<T> type, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out T? content)
    {
        content = default;
        if (!MetadataFrame.TryRead(Rest, out ReadOnlySpan<byte> payload)) return false;
        try
        {
            content = JsonSerializer.Deserialize(payload, type) ?? throw new JsonException("The frame holds nothing.");
        }
        catch (Exception error) when (error is JsonException or NotSupportedException)
        {
            string? unknown = MetadataJson.FindUnknownChange(payload);
            string reason = unknown is null
                ? $"the frame cannot be understood: {error.Message}"
                : $"changes of type {unknown} are not known to this version of Sluice; a newer one wrote the file";
            throw new MetadataFileException(path, PositionBytes, reason, error);
        }
        PositionBytes += payload.Length + MetadataFrame.OverheadBytes;
        return true;
    }

    internal MetadataFileException Damage(long positionBytes, string reason, Exception? cause = null) => new(path, positionBytes, reason, cause);
}
