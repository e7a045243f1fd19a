using Sluice.Protocol;

namespace Sluice.Differential;

/// <summary>Every difference that is meant, with its reason. An entry that no run needs any more fails the run.</summary>
internal static class ExpectedDifferences
{
    /// <summary>Reason of the entries for APIs of later releases: the page shows those in its table of APIs.</summary>
    public const string NotServedYet = "Not served yet.";

    private const string Any = "*";

    private const string NoFeatures = "Sluice tells of the features that it has: each comes with the APIs that it stands for.";
    private const string Elr = "Kafka sets min.insync.replicas for the whole cluster when eligible leader replicas are enabled; on Sluice it keeps its default.";
    private const string OwnSettings = "Sluice has settings of its own, and lists some that Kafka lists only once they are set.";
    private const string WholeBatches = "Kafka cuts what it sends by bytes; Sluice sends whole batches, since no client can use part of one.";
    private const string Codec = "Data that its codec cannot read is CORRUPT_MESSAGE; Kafka says UNKNOWN_SERVER_ERROR, for which clients send the same again.";
    private const string UnknownAcl = "A number that means nothing is a mistake in that one ACL, and answered as such; Kafka closes the connection.";
    private const string Wording = "Sluice says what is wrong where Kafka sends no text.";
    private const string TagOrder = "Tagged fields must ascend, says the protocol. Kafka does not check it; Sluice closes the connection as for any other malformed request.";
    private const string Compressor = "The same records, compressed anew by another compressor, take a few bytes more or less.";
    private const string CreatedAtOnce = "Kafka answers that the topic is unknown and creates it meanwhile; Sluice creates it and tells of it in the same answer.";
    private const string ControlCharacters = "Kafka strips control characters from the ends of a value; for Sluice they are a mistake in it.";
    private const string NullRecords = "Null records are INVALID_RECORD; Kafka never answers.";
    private const string ResourceTwice = "A resource named twice is INVALID_REQUEST; Kafka never answers.";
    private const string Isolation = "Kafka fails on an isolation level that does not exist.";
    private const string NegativeLimit = "Kafka fails on a negative limit; on Sluice it is a limit of no bytes.";
    private const string DeletedRecord = "The highest timestamp is looked for among the records that can still be read; Kafka finds deleted ones until their segment is gone.";
    private const string CompactedRecord = "Compaction took the newest record of a segment and left its batch's header. Kafka goes by that timestamp, and finds none of the other records; Sluice goes by the records.";
    private const string Colliding = "Two names that differ in dots and underscores only are refused also when they come in one request.";
    private const string NoTimeout = "Sluice creates within the call, so that there is nothing for a timeout of 0 to end.";
    private const string ShareStart = "Where a share group starts is stored with the change that moves it; Kafka stores it with the one after.";
    private const string ShareRanges = "Neighbouring records with one delivery count are one range.";
    private const string ServerError = "Kafka fails on it; Sluice says which mistake it is.";
    private const string NotReady = "Groups are found by the name of the state that they are shown with; Kafka only knows not_ready, which Sluice understands as well.";
    private const string FixedElsewhere = "Repartition topics need not agree with sizes that an application set for others, unless all those sizes are the same.";
    private const string NoSuchPartition = "Kafka names a partition that the topic does not have where a task is wider than one of its topics.";
    private const string OffsetBelow = "A start offset below -1 is refused; Kafka keeps it, and counts the lag from there.";
    private const string NegativeLag = "There are never less than no records behind; Kafka subtracts.";
    private const string UnknownSettings = "A setting that nobody knows is refused, so that a typing error is found; Kafka keeps it.";
    private const string Normalised = "Values are shown as they are understood, without the spaces and capitals with which they were given.";
    private const string RefusedLast = "Kafka answers the partitions that it did not even try to read behind the others; Sluice keeps the request's order.";

    private const string NamedTwice = "Kafka keeps the last of several entries for a partition and answers it once; Sluice does and answers each, so that no acknowledged batch is dropped.";
    private const string SizeOverflow = "Kafka fails on a batch size that no integer holds; for Sluice it is a batch that was cut off.";
    private const string EveryRecordRead = "Kafka looks at the fields inside uncompressed records only when it must rewrite them; Sluice stores no record that a consumer cannot read.";
    private const string Renumbered = "Kafka fails while it renumbers the records; Sluice renumbers them.";
    private const string OtherScheme = "Kafka fails on a token of another scheme than Bearer and closes the connection; Sluice says that the client was not believed.";
    private const string AfterTagOrder = "Follows from the requests that were refused before, for the order of their tagged fields.";
    private const string StartOnly = "Sluice takes the setting from its start only.";
    private const string EmptyRequest = "A request for no transaction is answered; Kafka never answers.";
    private const string NoMarker = "A marker of no producer, no epoch or no transaction version is INVALID_REQUEST; Kafka says UNKNOWN_SERVER_ERROR, for which clients send the same again.";
    private const string NoTransaction = "A transactional batch without a producer belongs to no transaction and is refused; Kafka appends it.";
    private const string Scripts = "Patterns have Unicode's categories, but not its scripts by name.";
    private const string AbortedExactly = "Sluice tells of the aborted transactions that overlap the records of the answer; Kafka, by its index, also of later ones.";
    private const string OneNode = "One node keeps the metadata: there are no voters to add or remove.";
    private const string OutOfRange = "A value that is out of its range is INVALID_CONFIG, whatever it is set on.";
    private const string NoText = "There is no text where nothing went wrong; Kafka's is empty.";
    private const string NothingToThrottle = "There is no replication to throttle, and a setting without effect is refused.";

    /// <summary>Differences that a run must show.</summary>
    public static IReadOnlyList<ExpectedDifference> All { get; } =
    [
        .. Missing().Select(static api => new ExpectedDifference(Any, Any, $"ApiKeys[{api}]", NotServedYet, Sluice: "(absent)")),
        new(Any, Any, "SupportedFeatures*", NoFeatures),
        new(Any, Any, "FinalizedFeatures*", NoFeatures),
        new("*: Tagged fields *", "*in the wrong order", Any, TagOrder),
        new("*: Tagged fields *", "*the same twice", Any, TagOrder),
        new("Metadata: A topic that does not exist is created by asking for it", "*first", "Topics*", CreatedAtOnce),
        new(Any, Any, "*\"min.insync.replicas\"*", Elr),
        new("DescribeConfigs: The cluster's settings", Any, "Results*Count", Elr),
        new("DescribeConfigs: All settings of the broker", Any, "*Configs.Count", OwnSettings),
        new("DescribeConfigs: All settings of the broker", Any, "*Configs*", OwnSettings, Kafka: "(absent)"),
        new("Fetch: *", Any, "*.Records", WholeBatches, Kafka: "* batches and * bytes of another", Sluice: "* batches and 0 bytes of another"),
        new("Produce: *", Any, "*ErrorCode", Codec, Kafka: "UNKNOWN_SERVER_ERROR", Sluice: "CORRUPT_MESSAGE"),
        new("Produce: A topic's own compression*", Any, "*SizeBytes", Compressor),
        new("Produce: The broker's time", Any, "*SizeBytes", Compressor),
        new("Fetch: Topics stored with zstd", Any, "*SizeBytes", Compressor),
        new("Produce: Null records", Any, Any, NullRecords),
        new("Produce: The same partition twice in one request", Any, Any, NamedTwice),
        new("Fetch: The same partition twice in one request", Any, Any, NamedTwice),
        new("DeleteRecords: Topics and partitions that do not exist, *", "*one twice", Any, NamedTwice),
        new("Produce: Bytes that are not one whole batch", "*length 2147483647", Any, SizeOverflow),
        new("Produce: Records that cannot be read", "*key *", Any, EveryRecordRead),
        new("Produce: Records that cannot be read", "*attributes of the first record", "*BaseOffset", EveryRecordRead),
        new("Produce: Records that cannot be read", "*what was kept", Any, EveryRecordRead),
        new("Produce: Offsets with gaps", "*Lz4, last offset as counted", Any, Renumbered),
        new("Produce: Offsets with gaps", "*what was kept", Any, Renumbered),
        new("Produce: Tagged fields *", Any, "*BaseOffset", AfterTagOrder),
        new("InitProducerId: Tagged fields *", Any, "ProducerId", AfterTagOrder),
        new("DescribeConfigs: All settings of the broker", Any, "*ReadOnly", StartOnly, Kafka: "false", Sluice: "true"),
        new("IncrementalAlterConfigs: Set, append, subtract and delete", Any, Any, NothingToThrottle),
        new("CreateTopics: Settings", "*throttled replicas", Any, NothingToThrottle),
        new("IncrementalAlterConfigs: Changes that are refused", "*a very long value", "*ErrorCode", NothingToThrottle),
        new("AlterConfigs: Only checked, *", "*one missing, one twice", Any, ResourceTwice),
        new("Fetch: Committed and uncommitted", "*isolation 2", Any, Isolation),
        new("Fetch: Committed and uncommitted", "*isolation -1", Any, Isolation),
        new("Fetch: Committed and uncommitted", "*isolation 127", Any, Isolation),
        new("ListOffsets: Isolation, epochs and callers", "*isolation 2", Any, Isolation),
        new("ListOffsets: Isolation, epochs and callers", "*isolation -1", Any, Isolation),
        new("Fetch: Limits on one partition *", "*-1 bytes *", Any, NegativeLimit),
        new("Fetch: Good and bad partitions in one request", Any, "Responses*", RefusedLast),
        new("ListOffsets: After records were deleted", "*all deleted, timestamp -3", Any, DeletedRecord),
        new("DeleteRecords: What is left when the deleted records' files are gone", "*below 12: timestamp -3", Any, DeletedRecord),
        new("ListOffsets: The newest record was compacted away", "*timestamp -3", Any, CompactedRecord),
        new("ListOffsets: The newest record was compacted away", "*150000 ms before", Any, CompactedRecord),
        new("CreateTopics: Names", "*both in one request", Any, Colliding),
        new("CreateTopics: Timeouts", "*0 ms", Any, NoTimeout),
        new("CreateTopics: Timeouts", "*-1 ms", Any, NoTimeout),
        new("CreateTopics: Settings", Any, "*Value", Normalised),
        new("DescribeTopicPartitions: Topics by name, *", "*empty name", Any, ServerError),
        new("Metadata: Topics by id", "*neither id nor name", Any, ServerError),
        new("IncrementalAlterConfigs: Changes that are refused", "*operation", "*ErrorCode", ServerError, Kafka: "UNKNOWN_SERVER_ERROR", Sluice: "INVALID_REQUEST"),
        new("StreamsGroupHeartbeat: Heartbeats that are refused", "*tags twice", "*ErrorCode", ServerError, Kafka: "UNKNOWN_SERVER_ERROR", Sluice: "INVALID_REQUEST"),
        new("StreamsGroupHeartbeat: Topologies that are refused", "*one id twice", "*ErrorCode", ServerError, Kafka: "UNKNOWN_SERVER_ERROR", Sluice: "INVALID_REQUEST"),
        new("StreamsGroupHeartbeat: Topologies that are refused", "*epoch -1", "*ErrorCode", ServerError, Kafka: "UNKNOWN_SERVER_ERROR", Sluice: "INVALID_REQUEST"),
        new("StreamsGroupHeartbeat: Internal topics that cannot be made", "*listed as NotReady", "Groups*", NotReady),
        new("StreamsGroupHeartbeat: Sizes of repartition topics", "*two fixed elsewhere", Any, FixedElsewhere),
        new("StreamsGroupHeartbeat: Endpoints of members", Any, "PartitionsByUserEndpoint*ActivePartitions*", NoSuchPartition),
        new("DescribeShareGroupOffsets: With state, *", "*partition -1", Any, ServerError),
        new("DescribeShareGroupOffsets: With state, *", "*no partitions", Any, ServerError),
        new("AlterShareGroupOffsets: For a group *", "*partition -1", Any, ServerError),
        new("AlterShareGroupOffsets: For a group *", "*offset -2", Any, OffsetBelow),
        new("AlterShareGroupOffsets: For a group *", "*after an offset behind the end", "*Lag", NegativeLag),
        new("IncrementalAlterConfigs: The broker's and the cluster's settings", "*an unknown one", "*ErrorCode", UnknownSettings),
        new("IncrementalAlterConfigs: The broker's and the cluster's settings", "*one of a topic", "*ErrorCode", UnknownSettings),
        new("Fetch: Every byte of a request replaced", "*byte -67 is *", Any, Isolation),
        new("Fetch: Every byte of a request replaced", "*byte -64 is *", Any, Isolation),
        new("ListOffsets: Every byte of a request replaced", "*byte -73 is *", Any, Isolation),
        new("CreateTopics: Every byte of a request replaced", Any, "*ErrorCode", NoTimeout, Kafka: "REQUEST_TIMED_OUT"),
        new("DeleteTopics: Every byte of a request replaced", Any, "*ErrorCode", NoTimeout, Kafka: "REQUEST_TIMED_OUT"),
        new("ElectLeaders: Every byte of a request replaced", Any, "*ErrorCode", NoTimeout, Kafka: "REQUEST_TIMED_OUT"),
        new("AlterPartitionReassignments: Every byte of a request replaced", Any, "*ErrorCode", NoTimeout, Kafka: "REQUEST_TIMED_OUT"),
        new("AlterPartitionReassignments: To where *", "*nothing", "ErrorMessage", NoText, Kafka: "empty", Sluice: "null"),
        new("IncrementalAlterConfigs: Log levels", "*another operation", "*ErrorCode", ServerError),
        new("IncrementalAlterConfigs: Client metrics subscriptions", "*interval *", "*ErrorCode", OutOfRange),
        new("AddRaftVoter: *", "*any cluster", "ErrorCode", OneNode),
        new("RemoveRaftVoter: *", "*any cluster", "ErrorCode", OneNode),
        new("IncrementalAlterConfigs: Every byte of a request replaced", Any, "*ErrorCode", ServerError, Kafka: "UNKNOWN_SERVER_ERROR", Sluice: "INVALID_REQUEST"),
        new("IncrementalAlterConfigs: Every byte of a request replaced", "*is 0", "*ErrorCode", ControlCharacters, Kafka: "NONE", Sluice: "INVALID_CONFIG"),
        new("CreateAcls: What can be made", "*any *", "*ErrorCode", ServerError, Kafka: "UNKNOWN_SERVER_ERROR", Sluice: "INVALID_REQUEST"),
        new("CreateAcls: What can be made", "*a pattern of filters", "*ErrorCode", ServerError, Kafka: "UNKNOWN_SERVER_ERROR", Sluice: "INVALID_REQUEST"),
        new("CreateAcls: What can be made", "*an unknown pattern", Any, UnknownAcl),
        new("CreateAcls: What can be made", "*an unknown permission", Any, UnknownAcl),
        new("SaslAuthenticate: SCRAM and OAUTHBEARER refused", "*auth=Basic abc*", Any, OtherScheme),
        new("ShareFetch: Sessions", "*a topic that does not exist", Any, ServerError),
        new("ShareFetch: Records, given out, given back, and given out again", "*what is stored", Any, ShareStart),
        new("ShareFetch: Records, given out, given back, and given out again", "*how far it is*", Any, ShareStart),
        new("ShareAcknowledge: What may not be said", "*what is stored", Any, ShareStart),
        new("ShareFetch: A limit on records, kept exactly", "*of two batches", "*AcquiredRecords*", ShareRanges),
        new("AddPartitionsToTxn: By brokers", "*no transaction", Any, EmptyRequest),
        new("WriteTxnMarkers: *", "*of no producer*", "*ErrorCode", NoMarker, Kafka: "UNKNOWN_SERVER_ERROR", Sluice: "INVALID_REQUEST"),
        new("WriteTxnMarkers: *", "*of no epoch", "*ErrorCode", NoMarker, Kafka: "UNKNOWN_SERVER_ERROR", Sluice: "INVALID_REQUEST"),
        new("WriteTxnMarkers: *", "*version -1", "*ErrorCode", NoMarker, Kafka: "UNKNOWN_SERVER_ERROR", Sluice: "INVALID_REQUEST"),
        new("Produce: Transactional: an open transaction, *", "*transactional, of no producer", Any, NoTransaction),
        new("ListTransactions: *", "*pattern *Greek*", "ErrorCode", Scripts),
        new("Fetch: Committed records: *", "*committed", "*AbortedTransactions*", AbortedExactly),
        new("Fetch: Committed records: *", "* bytes", "*AbortedTransactions*", AbortedExactly),
        new(Any, Any, "*ErrorMessage*", Wording, Kafka: "null", Sluice: "text"),
        new(Any, Any, "*ErrorMessage*", Wording, Kafka: "empty", Sluice: "text"),
    ];

    /// <summary>Differences that a script of requests cannot show reliably: what happens, on Kafka, on Sluice.</summary>
    public static IReadOnlyList<(string What, string Kafka, string Sluice)> BeyondRequests { get; } =
    [
        ("many connections each announce a frame of about 100 MB and never send it",
            "the heap is exhausted and the broker serves nobody, not even afterwards",
            "memory follows the bytes received, with a ceiling over all connections; other clients go on"),
        ("a fetch beside concurrent appends",
            "rarely answers a last stable offset above its own high watermark",
            "both come from one consistent snapshot"),
        ("a topic just created",
            "NOT_LEADER_OR_FOLLOWER, or missing from Metadata, for some milliseconds",
            "usable when CreateTopics answers"),
        ("a consumer joins a group with a subscription that cannot be read",
            "completing the join fails: the whole group stays in PreparingRebalance for five minutes",
            "the bytes are passed on to the leader as they are; nobody is held up"),
        ("CreatePartitions to a count of millions",
            "the controller is busy with it for minutes, and answers nobody meanwhile",
            "refused"),
    ];

    // Brokers' own business is not among them: Kafka does not offer it to clients either.
    private static ApiKey[] Missing() =>
    [
        ApiKey.StreamsGroupDescribe, ApiKey.StreamsGroupHeartbeat,
    ];
}
