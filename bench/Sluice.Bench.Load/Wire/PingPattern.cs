using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Bench.Load.Wire;

/// <summary>The smallest exchange that says something about a broker: a fetch of nothing, or ApiVersions.</summary>
internal sealed class PingPattern : RequestPattern
{
    private readonly byte[] _frame;

    private PingPattern(byte[] frame) => _frame = frame;

    public override int RecordsPerRequest => 0;

    /// <summary>Fetches at the end of an empty partition, without waiting: request handling and nothing else.</summary>
    public static PingPattern EmptyFetch(BenchTopic topic, int partition)
    {
        var request = new FetchRequest { MaxWaitMs = 0, MinBytes = 0, MaxBytes = 1 << 20 };
        FetchRequest.FetchTopic asked = request.Topics.Add();
        asked.Topic = topic.Name;
        asked.TopicId = topic.Id;
        FetchRequest.FetchPartition askedPartition = asked.Partitions.Add();
        askedPartition.Partition = partition;
        askedPartition.PartitionMaxBytes = 1 << 20;
        return new PingPattern(RequestFrames.Encode(ApiKey.Fetch, topic.FetchVersion, request));
    }

    /// <summary>Asks for the versions served, in the version that every broker knows.</summary>
    public static PingPattern ApiVersions() => new(RequestFrames.Encode(ApiKey.ApiVersions, 0, new ApiVersionsRequest()));

    public override int Send(WireSocket socket)
    {
        socket.Send(_frame);
        return _frame.Length;
    }

    public override int Receive(WireSocket socket)
    {
        int sizeBytes = socket.ReceiveSize();
        socket.Discard(sizeBytes);
        return sizeBytes + RequestFrames.SizePrefixBytes;
    }
}
