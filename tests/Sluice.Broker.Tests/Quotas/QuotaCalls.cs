using Sluice.Broker.Tests.Support;
using Sluice.Client;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Tests.Quotas;

/// <summary>Setting and reading quotas.</summary>
internal static class QuotaCalls
{
    /// <summary>Sets a quota, which must be taken; null takes it away.</summary>
    /// <param name="connection">Of somebody who is not throttled.</param>
    /// <param name="entity">As <c>user=alice client-id=app</c>; no name after the sign for the default.</param>
    /// <param name="key">Kafka's name.</param>
    /// <param name="limit">Null to take it away.</param>
    public static async Task LimitAsync(this KafkaConnection connection, string entity, string key, double? limit) =>
        (await connection.TryLimitAsync(entity, key, limit)).ErrorCode.ShouldBe(ErrorCode.None);

    /// <summary>Sets a quota.</summary>
    public static async Task<AlterClientQuotasResponse.EntryData> TryLimitAsync(this KafkaConnection connection, string entity, string key, double? limit)
    {
        AlterClientQuotasRequest request = new();
        AlterClientQuotasRequest.EntryData entry = request.Entries.Add();
        foreach (string part in entity.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] pair = part.Split('=');
            entry.Entity.Add(new() { EntityType = pair[0], EntityName = pair[1].Length == 0 ? null : pair[1] });
        }
        entry.Ops.Add(new() { Key = key, Value = limit ?? 0, Remove = limit is null });
        return (await connection.SendAsync(request)).Entries.ShouldHaveSingleItem();
    }

    /// <summary>Every quota, one line each.</summary>
    public static async Task<string[]> QuotasAsync(this KafkaConnection connection)
    {
        DescribeClientQuotasResponse response = await connection.SendAsync(new DescribeClientQuotasRequest());
        response.ErrorCode.ShouldBe(ErrorCode.None);
        return
        [
            .. response.Entries!.Select(static entry =>
                $"{string.Join(' ', entry.Entity.Select(static part => $"{part.EntityType}={part.EntityName}"))}: {string.Join(' ', entry.Values.Select(static value => $"{value.Key}={value.Value}"))}")
                .Order(StringComparer.Ordinal),
        ];
    }

    /// <summary>Produces one batch that must be taken.</summary>
    /// <returns>How long the client is to wait.</returns>
    public static async Task<int> ThrottledProduceAsync(this KafkaConnection connection, TestTopic topic, int valueBytes, short acks = -1)
    {
        ProduceResponse response = await connection.SendAsync(BrokerCalls.ProduceRequest(topic, acks, (0, new Records(Batches.OfSize(valueBytes)))));
        response.Responses.ShouldHaveSingleItem().PartitionResponses.ShouldHaveSingleItem().ErrorCode.ShouldBe(ErrorCode.None);
        return response.ThrottleTimeMs;
    }
}
