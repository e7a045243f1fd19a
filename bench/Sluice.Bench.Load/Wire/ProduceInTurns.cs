namespace Sluice.Bench.Load.Wire;

/// <summary>Produces the same record batch to one partition after the other.</summary>
internal sealed class ProduceInTurns : RequestPattern
{
    private readonly ProducePattern[] _patterns;
    private long _sentCount;
    private long _answeredCount;

    /// <param name="partitions">One or more.</param>
    /// <param name="batch">What to produce.</param>
    /// <param name="acks">1 or -1.</param>
    public ProduceInTurns(IReadOnlyList<(BenchTopic Topic, int Partition)> partitions, RecordBatchSample batch, short acks) =>
        _patterns = [.. partitions.Select(partition => new ProducePattern(partition.Topic, partition.Partition, batch, acks))];

    public override int RecordsPerRequest => _patterns[0].RecordsPerRequest;

    public override int Send(WireSocket socket) => _patterns[_sentCount++ % _patterns.Length].Send(socket);

    public override int Receive(WireSocket socket) => _patterns[_answeredCount++ % _patterns.Length].Receive(socket);
}
