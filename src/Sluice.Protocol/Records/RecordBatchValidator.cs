namespace Sluice.Protocol.Records;

/// <summary>Tells whether bytes of unknown origin are a batch, without exceptions and without believing the size that they claim.</summary>
/// <remarks>Looks at structure and CRC only. Whether offsets, counts and sequences make sense is for whoever appends.</remarks>
public static class RecordBatchValidator
{
    /// <summary>Checks size and magic, not the CRC, of a batch of which perhaps only the header has been read.</summary>
    /// <param name="header">The first bytes of the batch: 61, or fewer where the data ends earlier; more do no harm.</param>
    /// <param name="availableBytes">Bytes from the start of the batch to the end of the file or buffer; at least those in <paramref name="header"/>.</param>
    /// <returns>Anything but <see cref="RecordBatchStatus.CrcMismatch"/>. <see cref="RecordBatchStatus.Valid"/> and
    /// <see cref="RecordBatchStatus.Legacy"/> promise that <see cref="RecordBatchView.SizeBytes"/> is within <paramref name="availableBytes"/>.</returns>
    public static RecordBatchStatus ValidateHeader(ReadOnlySpan<byte> header, long availableBytes)
    {
        if (header.Length < RecordBatchFormat.LogOverheadBytes) return RecordBatchStatus.Incomplete;
        int sizeBytes = RecordBatchView.ReadSizeBytes(header);
        if (sizeBytes < RecordBatchFormat.LogOverheadBytes + RecordBatchFormat.LengthBytesMin) return RecordBatchStatus.SizeTooSmall;
        if (header.Length < RecordBatchFormat.MagicVisibleBytes) return RecordBatchStatus.Incomplete;
        byte magic = header[RecordBatchFormat.MagicPosition];
        if (magic > RecordBatchFormat.CurrentMagic) return RecordBatchStatus.UnknownMagic;
        if (sizeBytes > availableBytes) return RecordBatchStatus.Incomplete;
        if (sizeBytes < HeaderBytes(magic)) return RecordBatchStatus.SizeTooSmall;
        return magic == RecordBatchFormat.CurrentMagic ? RecordBatchStatus.Valid : RecordBatchStatus.Legacy;
    }

    /// <summary>Checks size, magic and CRC of the first batch in <paramref name="data"/>; bytes behind it are not looked at.</summary>
    /// <param name="data">Starts where a batch should start.</param>
    /// <returns>Any status. The CRC is checked for the old formats too.</returns>
    public static RecordBatchStatus Validate(ReadOnlySpan<byte> data)
    {
        RecordBatchStatus status = ValidateHeader(data, data.Length);
        return status switch
        {
            RecordBatchStatus.Valid when !new RecordBatchView(data).IsCrcValid() => RecordBatchStatus.CrcMismatch,
            RecordBatchStatus.Legacy when !new LegacyBatchView(data).IsCrcValid() => RecordBatchStatus.CrcMismatch,
            _ => status,
        };
    }

    private static int HeaderBytes(byte magic) => magic switch
    {
        0 => LegacyBatchView.SizeBytesMinMagic0,
        1 => LegacyBatchView.SizeBytesMinMagic1,
        _ => RecordBatchFormat.HeaderBytes,
    };
}
