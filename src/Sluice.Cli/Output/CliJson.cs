using System.Text.Json.Serialization;

namespace Sluice.Cli.Output;

/// <summary>Writes the documents of <see cref="Documents"/> without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(Documents.TopicCreation))]
[JsonSerializable(typeof(Documents.TopicSummary[]))]
[JsonSerializable(typeof(Documents.TopicDescription[]))]
[JsonSerializable(typeof(Documents.DeletedTopics))]
[JsonSerializable(typeof(Documents.TopicPartitions))]
[JsonSerializable(typeof(Documents.Acl[]))]
[JsonSerializable(typeof(Documents.ConfigEntry[]))]
[JsonSerializable(typeof(Documents.ConfigChanges))]
[JsonSerializable(typeof(Documents.ProduceSummary))]
[JsonSerializable(typeof(Documents.DeletedRecords))]
[JsonSerializable(typeof(Documents.PartitionOffsets[]))]
[JsonSerializable(typeof(Documents.PartitionOffset[]))]
[JsonSerializable(typeof(Documents.Cluster))]
[JsonSerializable(typeof(Documents.LogDirectory[]))]
[JsonSerializable(typeof(Documents.ApiVersion[]))]
[JsonSerializable(typeof(Documents.GroupSummary[]))]
[JsonSerializable(typeof(Documents.GroupDescription))]
[JsonSerializable(typeof(Documents.PartitionLag[]))]
[JsonSerializable(typeof(Documents.OffsetResets))]
[JsonSerializable(typeof(Documents.DeletedGroups))]
[JsonSerializable(typeof(Documents.TransactionSummary[]))]
[JsonSerializable(typeof(Documents.TransactionDescription))]
[JsonSerializable(typeof(Documents.ProducerState[]))]
[JsonSerializable(typeof(Documents.HangingTransaction[]))]
[JsonSerializable(typeof(Documents.AbortedTransaction))]
[JsonSerializable(typeof(Documents.TerminatedTransaction))]
[JsonSerializable(typeof(Documents.KafkaInspection))]
internal sealed partial class CliJson : JsonSerializerContext;
