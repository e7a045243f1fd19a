using System.Buffers.Binary;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Bench.Load.Wire;

/// <summary>Fetches from the end of a partition that is filled with copies of one batch, waiting for each.</summary>
/// <param name="topic">The topic.</param>
/// <param name="batch">What its first partition is filled with.</param>
internal sealed class TailFetch(BenchTopic topic, RecordBatchSample batch)
{
    private const int MaxBytes = 1 << 20;
    private const int MaxWaitMs = 500;

    private readonly byte[] _frame = Frame(topic, 0);
    private readonly int _offsetIndex = RequestFrames.FieldIndex(Frame(topic, 0), Frame(topic, -1));
    private int _emptyBytes = -1;
    private long _nextOffset;

    /// <summary>Asks until something comes.</summary>
    /// <returns>Batches that came; the first call expects exactly one, and learns from it how long an answer is without batches.</returns>
    public int Receive(WireSocket socket)
    {
        while (true)
        {
            BinaryPrimitives.WriteInt64BigEndian(_frame.AsSpan(_offsetIndex), _nextOffset);
            socket.Send(_frame);
            int sizeBytes = socket.ReceiveSize();
            socket.Discard(sizeBytes);
            if (_emptyBytes < 0) _emptyBytes = sizeBytes - batch.Bytes.Length;
            int count = (sizeBytes - _emptyBytes) / batch.Bytes.Length;
            _nextOffset += (long)count * batch.RecordsCount;
            if (count > 0) return count;
        }
    }

    private static byte[] Frame(BenchTopic topic, long fetchOffset)
    {
        var request = new FetchRequest { MaxWaitMs = MaxWaitMs, MinBytes = 1, MaxBytes = MaxBytes };
        FetchRequest.FetchTopic asked = request.Topics.Add();
        asked.Topic = topic.Name;
        asked.TopicId = topic.Id;
        FetchRequest.FetchPartition partition = asked.Partitions.Add();
        partition.FetchOffset = fetchOffset;
        partition.PartitionMaxBytes = MaxBytes;
        return RequestFrames.Encode(ApiKey.Fetch, topic.FetchVersion, request);
    }
}
