using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Sluice.Broker.Network;
using Sluice.Broker.Security.Sasl;
using Sluice.Protocol;

namespace Sluice.Broker;

/// <summary>Every log event of this project. Ids 4000 to 4999; names are a contract.</summary>
internal static partial class BrokerLog
{
    [LoggerMessage(4001, LogLevel.Information, "Listening on {Listener}://{Address}", EventName = "Listening")]
    public static partial void Listening(ILogger logger, string listener, EndPoint address);

    [LoggerMessage(4002, LogLevel.Information, "Broker {BrokerId} stopped", EventName = "Stopped")]
    public static partial void Stopped(ILogger logger, int brokerId);

    [LoggerMessage(4003, LogLevel.Warning, "{Listener}: accepting a connection failed: {Error}", EventName = "AcceptFailed")]
    public static partial void AcceptFailed(ILogger logger, string listener, SocketError error);

    [LoggerMessage(4101, LogLevel.Debug, "Connection {ConnectionId} from {Address} on {Listener}", EventName = "ConnectionOpened")]
    public static partial void ConnectionOpened(ILogger logger, long connectionId, IPAddress address, string listener);

    [LoggerMessage(4102, LogLevel.Information, "Connection from {Address} refused: {Count} are open and a limit is reached (max.connections, max.connections.per.ip)", EventName = "ConnectionRefused")]
    public static partial void ConnectionRefused(ILogger logger, IPAddress address, int count);

    [LoggerMessage(4103, LogLevel.Debug, "Connection {ConnectionId} closed: {Reason}", EventName = "ConnectionClosed")]
    public static partial void ConnectionClosed(ILogger logger, long connectionId, CloseReason reason);

    [LoggerMessage(4104, LogLevel.Error, "Connection {ConnectionId} from {Address} failed", EventName = "ConnectionFailed")]
    public static partial void ConnectionFailed(ILogger logger, Exception failure, long connectionId, IPAddress address);

    [LoggerMessage(4105, LogLevel.Information, "Connection {ConnectionId} from {Address} closed: it announced a request of {Bytes} bytes; socket.request.max.bytes is {BytesMax}", EventName = "FrameSizeRefused")]
    public static partial void FrameSizeRefused(ILogger logger, long connectionId, IPAddress address, int bytes, int bytesMax);

    [LoggerMessage(4106, LogLevel.Information, "Connection {ConnectionId} from {Address} closed: malformed {ApiKey} v{ApiVersion}: {Problem}", EventName = "MalformedRequest")]
    public static partial void MalformedRequest(ILogger logger, long connectionId, IPAddress address, ApiKey apiKey, short apiVersion, string problem);

    [LoggerMessage(4107, LogLevel.Information, "Connection {ConnectionId} from {Address} closed: API key {ApiKey} version {ApiVersion} is not served", EventName = "UnsupportedRequest")]
    public static partial void UnsupportedRequest(ILogger logger, long connectionId, IPAddress address, short apiKey, short apiVersion);

    [LoggerMessage(4108, LogLevel.Error, "{ApiKey} v{ApiVersion} from client '{ClientId}' failed unexpectedly", EventName = "HandlerFailed")]
    public static partial void HandlerFailed(ILogger logger, Exception mistake, ApiKey apiKey, short apiVersion, string clientId);

    [LoggerMessage(4109, LogLevel.Warning, "Connection {ConnectionId} from {Address}: the answer to {ApiKey} could not be finished", EventName = "SendFailed")]
    public static partial void SendFailed(ILogger logger, Exception failure, long connectionId, IPAddress address, ApiKey apiKey);

    [LoggerMessage(4110, LogLevel.Information, "Connection {ConnectionId} from {Address} closed: a frame of {Bytes} bytes is too short for a request", EventName = "FrameTooShort")]
    public static partial void FrameTooShort(ILogger logger, long connectionId, IPAddress address, int bytes);

    [LoggerMessage(4111, LogLevel.Error, "{ApiKey} v{ApiVersion} from client '{ClientId}' was answered KAFKA_STORAGE_ERROR: {Problem}", EventName = "StorageRefused")]
    public static partial void StorageRefused(ILogger logger, ApiKey apiKey, short apiVersion, string clientId, string problem);

    [LoggerMessage(4112, LogLevel.Information, "Connection {ConnectionId} from {Address} on {Listener}: no TLS connection came about: {Problem}", EventName = "HandshakeRefused")]
    public static partial void HandshakeRefused(ILogger logger, long connectionId, IPAddress address, string listener, string problem);

    [LoggerMessage(4120, LogLevel.Debug, "Connection from {Address} is not served and closed in {ThrottleMs} ms: its connection_creation_rate is exceeded", EventName = "ConnectionRateExceeded")]
    public static partial void ConnectionRateExceeded(ILogger logger, IPAddress address, int throttleMs);

    [LoggerMessage(4130, LogLevel.Information, "Connection {ConnectionId} from {Address} on {Listener}: authentication failed ({Mechanism}): {Reason}", EventName = "AuthenticationFailed")]
    public static partial void AuthenticationFailed(ILogger logger, long connectionId, IPAddress address, string listener, string mechanism, SaslRefusal reason);

    [LoggerMessage(4131, LogLevel.Debug, "Connection {ConnectionId} from {Address} is {Principal} ({Mechanism})", EventName = "Authenticated")]
    public static partial void Authenticated(ILogger logger, long connectionId, IPAddress address, string mechanism, string principal);

    [LoggerMessage(4132, LogLevel.Warning, "No signing keys could be read from {Location}, those known before count on: {Problem}", EventName = "SigningKeysNotRead")]
    public static partial void SigningKeysNotRead(ILogger logger, Uri location, string problem);

    [LoggerMessage(4133, LogLevel.Warning, "The listener {Listener} believes tokens that nobody signed: whoever reaches it can be anybody", EventName = "UnsecuredTokens")]
    public static partial void UnsecuredTokens(ILogger logger, string listener);

    [LoggerMessage(4134, LogLevel.Information, "SCRAM credentials changed by {Principal}: {SetCount} set, {RemovedCount} removed", EventName = "ScramCredentialsChanged")]
    public static partial void ScramCredentialsChanged(ILogger logger, string principal, int setCount, int removedCount);

    [LoggerMessage(4135, LogLevel.Information, "{Count} delegation tokens had expired and were removed", EventName = "DelegationTokensExpired")]
    public static partial void DelegationTokensExpired(ILogger logger, int count);

    [LoggerMessage(4136, LogLevel.Error, "Delegation tokens that have expired could not be removed; they count no more, and the next look tries again", EventName = "DelegationTokensNotSwept")]
    public static partial void DelegationTokensNotSwept(ILogger logger, Exception failure);

    [LoggerMessage(4201, LogLevel.Information, "Created topic {Topic} with {PartitionCount} partitions, id {TopicId}", EventName = "TopicCreated")]
    public static partial void TopicCreated(ILogger logger, string topic, int partitionCount, Uuid topicId);

    [LoggerMessage(4202, LogLevel.Information, "Deleted topic {Topic}, id {TopicId}", EventName = "TopicDeleted")]
    public static partial void TopicDeleted(ILogger logger, string topic, Uuid topicId);

    [LoggerMessage(4203, LogLevel.Warning, "{Partition}: the directory's topic id {FoundId} is not the metadata's {ExpectedId}; it is set aside", EventName = "StrayPartition")]
    public static partial void StrayPartition(ILogger logger, string partition, Uuid foundId, Uuid expectedId);

    [LoggerMessage(4204, LogLevel.Information, "Adopted topic {Topic} with {PartitionCount} partitions from the data directory, id {TopicId}", EventName = "TopicAdopted")]
    public static partial void TopicAdopted(ILogger logger, string topic, int partitionCount, Uuid topicId);

    [LoggerMessage(4205, LogLevel.Error, "{Partition}: its log could not be opened or made; it is tried again while the log directory is in use", EventName = "PartitionOffline")]
    public static partial void PartitionOffline(ILogger logger, Exception failure, string partition);

    [LoggerMessage(4206, LogLevel.Information, "{Partition}: its log could be made at last", EventName = "PartitionOnline")]
    public static partial void PartitionOnline(ILogger logger, string partition);

    [LoggerMessage(4207, LogLevel.Error, "Topic {Topic} could not be created on demand: {Problem}", EventName = "TopicNotCreated")]
    public static partial void TopicNotCreated(ILogger logger, string topic, string problem);

    [LoggerMessage(4208, LogLevel.Information, "Took over {Directory} of Kafka's node {NodeId}: {TopicCount} topics, from its metadata up to offset {MetadataEndOffset}, metadata.version {MetadataVersion}", EventName = "KafkaTakenOver")]
    public static partial void TakenOver(ILogger logger, string directory, int nodeId, int topicCount, long metadataEndOffset, string metadataVersion);

    [LoggerMessage(4301, LogLevel.Information, "{Partition}: the coordinator read {RecordCount} records in {ElapsedMs} ms", EventName = "CoordinatorLoaded")]
    public static partial void CoordinatorLoaded(ILogger logger, string partition, long recordCount, long elapsedMs);

    [LoggerMessage(4302, LogLevel.Error, "{Partition}: the coordinator cannot read its log; its groups are answered NOT_COORDINATOR until that is mended and the broker started again", EventName = "CoordinatorLoadFailed")]
    public static partial void CoordinatorLoadFailed(ILogger logger, Exception failure, string partition);

    [LoggerMessage(4303, LogLevel.Error, "{Partition}: a timer of the coordinator failed", EventName = "CoordinatorTimerFailed")]
    public static partial void CoordinatorTimerFailed(ILogger logger, Exception mistake, string partition);

    [LoggerMessage(4304, LogLevel.Information, "{Topic} went: its coordinator gave up {ShardCount} partitions", EventName = "CoordinatorUnloaded")]
    public static partial void CoordinatorUnloaded(ILogger logger, string topic, int shardCount);

    [LoggerMessage(4305, LogLevel.Warning, "{Partition}: a record of type {RecordType} at offset {Offset} is not known; a newer version wrote it, and it is left alone", EventName = "CoordinatorRecordUnknown")]
    public static partial void CoordinatorRecordUnknown(ILogger logger, string partition, short recordType, long offset);

    [LoggerMessage(4306, LogLevel.Warning, "{Partition}: records below offset {Offset} are not needed any more and could not be removed: {Error}", EventName = "CoordinatorLogNotPruned")]
    public static partial void CoordinatorLogNotPruned(ILogger logger, string partition, long offset, ErrorCode error);

    [LoggerMessage(4310, LogLevel.Information, "Group {GroupId}: rebalance begins in generation {Generation} with {MemberCount} members: {Reason}", EventName = "GroupRebalance")]
    public static partial void GroupRebalance(ILogger logger, string groupId, int generation, int memberCount, string reason);

    [LoggerMessage(4311, LogLevel.Information, "Group {GroupId}: generation {Generation} has {MemberCount} members", EventName = "GroupGeneration")]
    public static partial void GroupGeneration(ILogger logger, string groupId, int generation, int memberCount);

    [LoggerMessage(4312, LogLevel.Information, "Group {GroupId}: member {MemberId} was removed: {Reason}", EventName = "GroupMemberRemoved")]
    public static partial void GroupMemberRemoved(ILogger logger, string groupId, string memberId, string reason);

    [LoggerMessage(4313, LogLevel.Error, "Group {GroupId}: its state could not be stored: {Error}", EventName = "GroupNotStored")]
    public static partial void GroupNotStored(ILogger logger, string groupId, ErrorCode error);

    [LoggerMessage(4314, LogLevel.Debug, "Group {GroupId}: target assignment of epoch {Epoch} for {MemberCount} members", EventName = "ConsumerGroupAssigned")]
    public static partial void ConsumerGroupAssigned(ILogger logger, string groupId, int epoch, int memberCount);

    [LoggerMessage(4315, LogLevel.Information, "Group {GroupId}: a member of the consumer protocol joined the classic group; it goes on as a consumer group in epoch {Epoch} with {MemberCount} members", EventName = "GroupUpgraded")]
    public static partial void GroupUpgraded(ILogger logger, string groupId, int epoch, int memberCount);

    [LoggerMessage(4316, LogLevel.Information, "Group {GroupId}: its last member of the consumer protocol went; it goes on as a classic group in generation {Generation} with {MemberCount} members", EventName = "GroupDowngraded")]
    public static partial void GroupDowngraded(ILogger logger, string groupId, int generation, int memberCount);

    [LoggerMessage(4317, LogLevel.Debug, "Share group {GroupId}: target assignment of epoch {Epoch} for {MemberCount} members", EventName = "ShareGroupAssigned")]
    public static partial void ShareGroupAssigned(ILogger logger, string groupId, int epoch, int memberCount);

    [LoggerMessage(4319, LogLevel.Debug, "Streams group {GroupId}: target assignment of epoch {Epoch}, {TaskCount} tasks for {MemberCount} members", EventName = "StreamsGroupAssigned")]
    public static partial void StreamsGroupAssigned(ILogger logger, string groupId, int epoch, int taskCount, int memberCount);

    [LoggerMessage(4318, LogLevel.Warning, "Share group {GroupId}: no state could be begun for {Partition}: {Error}; the next heartbeat tries again", EventName = "ShareStateNotInitialized")]
    public static partial void ShareStateNotInitialized(ILogger logger, string groupId, string partition, ErrorCode error);

    [LoggerMessage(4320, LogLevel.Warning, "Share group {GroupId}, {Partition}: what became of records could not be stored: {Error}", EventName = "ShareStateNotStored")]
    public static partial void ShareStateNotStored(ILogger logger, string groupId, string partition, ErrorCode error);

    [LoggerMessage(4330, LogLevel.Information, "Transactional id {TransactionalId}: the transaction of producer {ProducerId} in epoch {Epoch} is aborted: {Reason}", EventName = "TransactionAborted")]
    public static partial void TransactionAborted(ILogger logger, string transactionalId, long producerId, short epoch, string reason);

    [LoggerMessage(4331, LogLevel.Error, "Transactional id {TransactionalId}: its state could not be stored: {Error}", EventName = "TransactionNotStored")]
    public static partial void TransactionNotStored(ILogger logger, string transactionalId, ErrorCode error);

    [LoggerMessage(4332, LogLevel.Warning, "Transactional id {TransactionalId}: {PartitionCount} partitions cannot be told yet how its transaction ended, among them {Partition} ({Error}); they are tried again until they are", EventName = "TransactionMarkersDelayed")]
    public static partial void TransactionMarkersDelayed(ILogger logger, string transactionalId, int partitionCount, string partition, ErrorCode error);

    [LoggerMessage(4333, LogLevel.Information, "Transactional id {TransactionalId}: {Partition} was deleted; its transaction ends without it", EventName = "TransactionPartitionDeleted")]
    public static partial void TransactionPartitionDeleted(ILogger logger, string transactionalId, string partition);

    [LoggerMessage(4334, LogLevel.Information, "Transactional id {TransactionalId}: every partition knows at last how its transaction ended", EventName = "TransactionMarkersWritten")]
    public static partial void TransactionMarkersWritten(ILogger logger, string transactionalId);
}
