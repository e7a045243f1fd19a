using Sluice.Log;
using Sluice.Log.Inspection;

namespace Sluice.Cli.Commands.LogTools;

/// <summary>Writes down the small files of a log: indexes, snapshots, checkpoints, identities.</summary>
internal sealed class LogFileDumping(DumpWriter writer, long fromOffset)
{
    /// <summary>Writes down a file that is not a segment's <c>.log</c>.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    internal void Dump(InspectedPath path)
    {
        switch (path.Kind)
        {
            case InspectedPathKind.OffsetIndex: DumpOffsetIndex(path); break;
            case InspectedPathKind.TimeIndex: DumpTimeIndex(path); break;
            case InspectedPathKind.TransactionIndex: DumpTransactionIndex(path); break;
            case InspectedPathKind.ProducerSnapshot: DumpSnapshot(path); break;
            case InspectedPathKind.LeaderEpochs: DumpEpochs(path); break;
            case InspectedPathKind.OffsetCheckpoint: DumpCheckpoint(path); break;
            case InspectedPathKind.PartitionMetadata: DumpTopicId(path); break;
            case InspectedPathKind.MetaProperties: DumpIdentity(path); break;
            default: DumpCleanShutdown(path); break;
        }
    }

    private void DumpOffsetIndex(InspectedPath path)
    {
        foreach (OffsetIndexLine line in LogFiles.ReadOffsetIndex(path.FullPath, path.BaseOffset).Where(line => line.Offset >= fromOffset))
        {
            writer.Begin("entry");
            writer.Number("offset", line.Offset);
            writer.Number("position", line.PositionBytes);
            writer.End();
        }
    }

    private void DumpTimeIndex(InspectedPath path)
    {
        foreach (TimeIndexLine line in LogFiles.ReadTimeIndex(path.FullPath, path.BaseOffset).Where(line => line.Offset >= fromOffset))
        {
            writer.Begin("entry");
            writer.Time("timestamp", line.TimestampMs);
            writer.Number("offset", line.Offset);
            writer.End();
        }
    }

    private void DumpTransactionIndex(InspectedPath path)
    {
        foreach (AbortedTransactionLine line in LogFiles.ReadTransactionIndex(path.FullPath).Where(line => line.LastOffset >= fromOffset))
        {
            writer.Begin("aborted");
            writer.Number("version", line.Version);
            writer.Number("producerId", line.ProducerId);
            writer.Number("firstOffset", line.FirstOffset);
            writer.Number("lastOffset", line.LastOffset);
            writer.Number("lastStableOffset", line.LastStableOffset);
            writer.End();
        }
    }

    private void DumpSnapshot(InspectedPath path)
    {
        foreach (ProducerLine line in LogFiles.ReadSnapshot(path.FullPath))
        {
            writer.Begin("producer");
            writer.Number("producerId", line.ProducerId);
            writer.Number("producerEpoch", line.ProducerEpoch);
            writer.Number("firstSequence", line.FirstSequence);
            writer.Number("lastSequence", line.LastSequence);
            writer.Number("lastOffset", line.LastOffset);
            writer.Time("timestamp", line.TimestampMs);
            writer.Number("coordinatorEpoch", line.CoordinatorEpoch);
            writer.Number("transactionFirstOffset", line.TransactionFirstOffset);
            writer.End();
        }
    }

    private void DumpEpochs(InspectedPath path)
    {
        foreach ((int epoch, long startOffset) in LogFiles.ReadLeaderEpochs(path.FullPath))
        {
            writer.Begin("epoch");
            writer.Number("epoch", epoch);
            writer.Number("startOffset", startOffset);
            writer.End();
        }
    }

    private void DumpCheckpoint(InspectedPath path)
    {
        foreach ((TopicPartition topicPartition, long offset) in LogFiles.ReadOffsetCheckpoint(path.FullPath))
        {
            writer.Begin("checkpoint");
            writer.Text("topic", topicPartition.Topic);
            writer.Number("partition", topicPartition.Partition);
            writer.Number("offset", offset);
            writer.End();
        }
    }

    private void DumpTopicId(InspectedPath path)
    {
        writer.Begin("partition");
        writer.Text("topicId", LogFiles.ReadTopicId(path.FullPath)?.ToString() ?? "none");
        writer.End();
    }

    private void DumpIdentity(InspectedPath path)
    {
        MetaProperties identity = MetaProperties.Read(Path.GetDirectoryName(path.FullPath)!)!;
        writer.Begin("directory");
        writer.Text("clusterId", identity.ClusterId ?? "none");
        writer.Number("nodeId", identity.NodeId);
        writer.Text("directoryId", identity.DirectoryId?.ToString() ?? "none");
        writer.End();
    }

    private void DumpCleanShutdown(InspectedPath path)
    {
        writer.Begin("clean-shutdown");
        writer.Number("brokerEpoch", LogFiles.ReadCleanShutdown(path.FullPath));
        writer.End();
    }
}
