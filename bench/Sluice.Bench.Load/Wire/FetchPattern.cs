using System.Buffers.Binary;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Bench.Load.Wire;

/// <summary>Fetches one partition from its start to its end, again and again, and drops the records unread.</summary>
/// <remarks>
/// Every batch of the partition has the same length and count of records, so the offsets of the next fetches are known before the
/// answers are there: requests can be pipelined, or sent at a fixed rate.
/// </remarks>
internal sealed class FetchPattern : RequestPattern
{
    private readonly byte[] _frame;
    private readonly int _offsetIndex;
    private readonly long _recordsTotal;
    private readonly int _answerBytesMin;
    private long _nextOffset;

    /// <param name="topic">The topic.</param>
    /// <param name="partition">Partition of the topic.</param>
    /// <param name="batch">What the partition is full of.</param>
    /// <param name="recordsTotal">Records in the partition, which are a whole number of fetches.</param>
    /// <param name="maxBytes">Limit of one fetch, for the partition and for the answer.</param>
    public FetchPattern(BenchTopic topic, int partition, RecordBatchSample batch, long recordsTotal, int maxBytes)
    {
        BatchesPerFetch = Math.Max(1, maxBytes / batch.Bytes.Length);
        RecordsPerRequest = BatchesPerFetch * batch.RecordsCount;
        _recordsTotal = recordsTotal;
        _answerBytesMin = BatchesPerFetch * batch.Bytes.Length;
        _frame = Frame(topic, partition, maxBytes, fetchOffset: 0);
        _offsetIndex = RequestFrames.FieldIndex(_frame, Frame(topic, partition, maxBytes, fetchOffset: -1));
    }

    /// <summary>Batches that a fetch brings.</summary>
    public int BatchesPerFetch { get; }

    public override int RecordsPerRequest { get; }

    public override int Send(WireSocket socket)
    {
        BinaryPrimitives.WriteInt64BigEndian(_frame.AsSpan(_offsetIndex), _nextOffset);
        socket.Send(_frame);
        _nextOffset += RecordsPerRequest;
        if (_nextOffset >= _recordsTotal) _nextOffset = 0;
        return 0;
    }

    public override int Receive(WireSocket socket)
    {
        int sizeBytes = socket.ReceiveSize();
        if (sizeBytes < _answerBytesMin)
        {
            throw new InvalidDataException($"The broker answered a fetch with {sizeBytes} bytes, which is less than the batches that were to come: an error, or not the records that were produced.");
        }

        socket.Discard(sizeBytes);
        return sizeBytes;
    }

    private static byte[] Frame(BenchTopic topic, int partition, int maxBytes, long fetchOffset)
    {
        var request = new FetchRequest { MaxWaitMs = 500, MinBytes = 1, MaxBytes = maxBytes };
        FetchRequest.FetchTopic asked = request.Topics.Add();
        asked.Topic = topic.Name;
        asked.TopicId = topic.Id;
        FetchRequest.FetchPartition askedPartition = asked.Partitions.Add();
        askedPartition.Partition = partition;
        askedPartition.FetchOffset = fetchOffset;
        askedPartition.PartitionMaxBytes = maxBytes;
        return RequestFrames.Encode(ApiKey.Fetch, topic.FetchVersion, request);
    }
}
