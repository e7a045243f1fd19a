using Sluice.Broker.Fetching;
using Sluice.Protocol.Messages;
using Sluice.Protocol.Records;

namespace Sluice.Testing;

/// <summary>Changes what a client is answered, in a way that a number decides.</summary>
internal static class Corruption
{
    /// <summary>Overwrites all of an answer.</summary>
    public static void Fill(Span<byte> bytes, ulong luck)
    {
        Random random = new(unchecked((int)luck));
        random.NextBytes(bytes);
    }

    /// <summary>Whether an answer has records that could be changed.</summary>
    public static bool HasRecords(FetchResponse response) => response.Responses.Any(static topic => topic.Partitions.Any(static partition => IsChangeable(partition.Records)));

    /// <summary>Changes one bit in the first batch of each partition, behind the batch's header.</summary>
    public static void ChangeRecords(FetchResponse response, ulong luck)
    {
        foreach (FetchResponse.FetchableTopicResponse topic in response.Responses)
        {
            foreach (FetchResponse.PartitionData partition in topic.Partitions)
            {
                if (!IsChangeable(partition.Records)) continue;
                FileRecords file = (FileRecords)partition.Records.External!;
                byte[] bytes = new byte[file.SizeBytes];
                RandomAccess.Read(file.Region.File.Handle, bytes, file.Region.PositionBytes);
                // The end of what a client gets may be a batch that is cut off, which it does not look at: the first is whole.
                int index = RecordBatchFormat.HeaderBytes + (int)(luck % (ulong)(FirstBatchBytes(bytes) - RecordBatchFormat.HeaderBytes));
                bytes[index] ^= (byte)(1 << (int)((luck >> 32) % 8));
                // The file's region stays with its owner, who releases it after the answer.
                partition.Records = new Records(bytes);
            }
        }
    }

    private static bool IsChangeable(Records records) => records.External is FileRecords { SizeBytes: > RecordBatchFormat.HeaderBytes };

    private static int FirstBatchBytes(ReadOnlySpan<byte> bytes) => new RecordBatchView(bytes).SizeBytes is var size && size <= bytes.Length ? size : bytes.Length;
}
