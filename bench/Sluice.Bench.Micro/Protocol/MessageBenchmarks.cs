using BenchmarkDotNet.Attributes;
using Sluice.Bench.Load.Wire;
using Sluice.Protocol;
using Sluice.Protocol.Messages;
using Sluice.Protocol.Records;

namespace Sluice.Bench.Micro.Protocol;

/// <summary>The codec of the hot messages, with messages that are reused as a connection reuses them.</summary>
public class MessageBenchmarks
{
    private const int FetchedBytes = 1 << 20;

    private readonly StringCache _strings = new();
    private readonly ProduceRequest _produceRequest = new();
    private readonly FetchRequest _fetchRequest = new();
    private readonly ProduceResponse _produceResponse = new();
    private readonly FetchResponse _fetchResponse = new();
    private readonly List<ExternalRecordsPiece> _externals = [];
    private readonly byte[] _output = new byte[16 * 1024];
    private byte[] _produceBytes = [];
    private byte[] _fetchBytes = [];
    private short _produceVersion;
    private short _fetchVersion;

    /// <summary>Partitions in the message.</summary>
    [Params(1, 20)]
    public int Partitions { get; set; } = 1;

    /// <summary>Encodes what is read and fills what is written.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _produceVersion = MessageCatalog.Get(ApiKey.Produce).HighestStableVersion;
        _fetchVersion = MessageCatalog.Get(ApiKey.Fetch).HighestStableVersion;
        RecordBatchSample batch = RecordBatchSample.Create(1024, 1024, CompressionType.None, TimeProvider.System);
        var topicId = Uuid.NewRandom();

        var produce = new ProduceRequest { Acks = -1, TimeoutMs = 30_000 };
        ProduceRequest.TopicProduceData produced = produce.TopicData.Add();
        produced.TopicId = topicId;
        var fetch = new FetchRequest { MaxWaitMs = 500, MinBytes = 1, MaxBytes = FetchedBytes };
        FetchRequest.FetchTopic asked = fetch.Topics.Add();
        asked.TopicId = topicId;
        ProduceResponse.TopicProduceResponse answered = _produceResponse.Responses.Add();
        answered.TopicId = topicId;
        FetchResponse.FetchableTopicResponse fetched = _fetchResponse.Responses.Add();
        fetched.TopicId = topicId;
        for (int index = 0; index < Partitions; index++)
        {
            ProduceRequest.PartitionProduceData data = produced.PartitionData.Add();
            data.Index = index;
            data.Records = new Records(batch.Bytes);
            FetchRequest.FetchPartition partition = asked.Partitions.Add();
            partition.Partition = index;
            partition.PartitionMaxBytes = FetchedBytes;
            ProduceResponse.PartitionProduceResponse stored = answered.PartitionResponses.Add();
            stored.Index = index;
            stored.BaseOffset = 1_000_000;
            FetchResponse.PartitionData found = fetched.Partitions.Add();
            found.PartitionIndex = index;
            found.HighWatermark = 1_000_000;
            found.Records = new Records(new Region(FetchedBytes));
        }

        _produceBytes = Encode(produce, _produceVersion);
        _fetchBytes = Encode(fetch, _fetchVersion);
    }

    /// <summary>Reads a produce request with a batch of one record of 1 KiB per partition.</summary>
    [Benchmark]
    public int ReadProduceRequest()
    {
        _produceRequest.Reset();
        var reader = new MessageReader(_produceBytes, _strings);
        _produceRequest.Read(ref reader, _produceVersion);
        return _produceRequest.TopicData.Count;
    }

    /// <summary>Writes the answer to it.</summary>
    [Benchmark]
    public int WriteProduceResponse() => Write(_produceResponse, _produceVersion);

    /// <summary>Reads a fetch request.</summary>
    [Benchmark]
    public int ReadFetchRequest()
    {
        _fetchRequest.Reset();
        var reader = new MessageReader(_fetchBytes, _strings);
        _fetchRequest.Read(ref reader, _fetchVersion);
        return _fetchRequest.Topics.Count;
    }

    /// <summary>Writes the answer to it, whose records are file regions that the writer only notes.</summary>
    [Benchmark]
    public int WriteFetchResponse() => Write(_fetchResponse, _fetchVersion);

    private static byte[] Encode(IMessage message, short version)
    {
        byte[] bytes = new byte[message.Measure(version)];
        var writer = new MessageWriter(bytes);
        message.Write(ref writer, version);
        return bytes;
    }

    private int Write(IMessage message, short version)
    {
        _externals.Clear();
        int sizeBytes = message.Measure(version);
        var writer = new MessageWriter(_output, _externals);
        message.Write(ref writer, version);
        return sizeBytes + writer.Position;
    }

    private sealed class Region(int sizeBytes) : IExternalRecords
    {
        public int SizeBytes => sizeBytes;
    }
}
