using System.Buffers.Binary;
using Sluice.Protocol.Records;

namespace Sluice.Broker.Tests.Transactions;

/// <summary>Takes back the last writes of a stopped broker, so that its directory is as a crash before them would have left it.</summary>
internal static class CrashedLogs
{
    /// <summary>Removes what only an orderly end leaves behind: the next start recovers every log.</summary>
    public static void ForgetOrderlyEnd(string dataDirectory)
    {
        File.Delete(Path.Combine(dataDirectory, ".kafka_cleanshutdown"));
        foreach (string path in Directory.EnumerateFiles(dataDirectory, "*-checkpoint")) File.Delete(path);
        foreach (string path in Directory.EnumerateFiles(dataDirectory, "*.snapshot", SearchOption.AllDirectories)) File.Delete(path);
    }

    /// <summary>Cuts the last batches off a partition's only segment.</summary>
    public static void CutBatches(string dataDirectory, string partition, int count)
    {
        string path = LogPath(dataDirectory, partition);
        List<(int Position, bool IsControl)> batches = ReadBatches(path);
        batches.Count.ShouldBeGreaterThanOrEqualTo(count);
        if (count == 0) return;
        using FileStream file = File.OpenWrite(path);
        file.SetLength(batches[^count].Position);
    }

    /// <summary>Markers in a partition's only segment.</summary>
    public static int MarkersCount(string dataDirectory, string partition) => ReadBatches(LogPath(dataDirectory, partition)).Count(static batch => batch.IsControl);

    private static string LogPath(string dataDirectory, string partition) =>
        Directory.EnumerateFiles(Path.Combine(dataDirectory, partition), "*.log").ShouldHaveSingleItem();

    private static List<(int Position, bool IsControl)> ReadBatches(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        List<(int, bool)> batches = [];
        for (int position = 0; position + RecordBatchFormat.HeaderBytes <= bytes.Length;)
        {
            int lengthBytes = BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(position + RecordBatchFormat.LengthPosition));
            if (lengthBytes == 0) break; // Reserved, not written.
            batches.Add((position, new RecordBatchView(bytes.AsSpan(position)).IsControl));
            position += RecordBatchFormat.LogOverheadBytes + lengthBytes;
        }
        return batches;
    }
}
