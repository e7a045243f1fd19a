using System.Buffers.Binary;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Bench.Load.Wire;

/// <summary>Produces the same record batch to one partition.</summary>
internal sealed class ProducePattern : RequestPattern
{
    private readonly byte[] _frame;
    private readonly byte[] _answer;
    private readonly RecordBatchSample _batch;
    private readonly int _errorIndex;
    private readonly bool _isAnswered;

    /// <param name="topic">The topic, and where in it the batches go.</param>
    /// <param name="partition">Partition of the topic.</param>
    /// <param name="batch">What to produce.</param>
    /// <param name="acks">0, 1 or -1.</param>
    public ProducePattern(BenchTopic topic, int partition, RecordBatchSample batch, short acks)
    {
        _batch = batch;
        _isAnswered = acks != 0;
        var request = new ProduceRequest { Acks = acks, TimeoutMs = 30_000 };
        ProduceRequest.TopicProduceData data = request.TopicData.Add();
        data.Name = topic.Name;
        data.TopicId = topic.Id;
        ProduceRequest.PartitionProduceData partitionData = data.PartitionData.Add();
        partitionData.Index = partition;
        partitionData.Records = new Records(batch.Bytes);
        _frame = RequestFrames.Encode(ApiKey.Produce, topic.ProduceVersion, request);

        // An answer is as long as this one and has its error code at the same place: that is all that is looked at.
        _answer = Answer(topic, partition, ErrorCode.None);
        _errorIndex = RequestFrames.FieldIndex(_answer, Answer(topic, partition, ErrorCode.UnknownServerError));
    }

    public override int RecordsPerRequest => _batch.RecordsCount;

    public override bool IsAnswered => _isAnswered;

    public override int Send(WireSocket socket)
    {
        socket.Send(_frame);
        return _batch.Bytes.Length;
    }

    public override int Receive(WireSocket socket)
    {
        int sizeBytes = socket.ReceiveSize();
        int readBytes = Math.Min(sizeBytes, _answer.Length);
        socket.Receive(_answer.AsSpan(0, readBytes));
        socket.Discard(sizeBytes - readBytes);
        var error = (ErrorCode)BinaryPrimitives.ReadInt16BigEndian(_answer.AsSpan(_errorIndex));
        if (error != ErrorCode.None) throw new InvalidDataException($"The broker refused to store a batch: {ErrorCodes.Name(error)}");
        return 0;
    }

    public override void Finish(WireSocket socket)
    {
        if (_isAnswered) return;
        PingPattern ping = PingPattern.ApiVersions();
        ping.Send(socket);
        ping.Receive(socket);
    }

    private static byte[] Answer(BenchTopic topic, int partition, ErrorCode error)
    {
        var response = new ProduceResponse();
        ProduceResponse.TopicProduceResponse answered = response.Responses.Add();
        answered.Name = topic.Name;
        answered.TopicId = topic.Id;
        ProduceResponse.PartitionProduceResponse partitionAnswer = answered.PartitionResponses.Add();
        partitionAnswer.Index = partition;
        partitionAnswer.ErrorCode = error;
        return RequestFrames.EncodeResponse(ApiKey.Produce, topic.ProduceVersion, response);
    }
}
