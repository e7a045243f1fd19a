namespace Sluice.Client.Producing;

/// <summary>What became of a batch. A value, so that nobody has to observe the failure of a batch that nobody waits for.</summary>
/// <param name="Failure">Null = delivered.</param>
/// <param name="BaseOffset">Offset of the first record; -1 = not told.</param>
/// <param name="LogAppendTimeMs">The broker's time if the topic stamps records itself, else -1.</param>
internal readonly record struct BatchOutcome(KafkaException? Failure, long BaseOffset, long LogAppendTimeMs);
