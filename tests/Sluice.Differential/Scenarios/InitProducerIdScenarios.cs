using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Differential.Scenarios;

internal static class InitProducerIdScenarios
{
    public static IReadOnlyList<Scenario> All { get; } =
    [
        new(ApiKey.InitProducerId, "Every producer gets an id of its own", async s =>
        {
            await IdempotentProduceScenarios.NewProducer(s);
            foreach (short version in Session.Versions(ApiKey.InitProducerId))
            {
                InitProducerIdResponse? one = await s.Send(new InitProducerIdRequest { TransactionalId = null, TransactionTimeoutMs = 60_000 }, version, "first");
                InitProducerIdResponse? two = await s.Send(new InitProducerIdRequest { TransactionalId = null, TransactionTimeoutMs = 60_000 }, version, "second");
                s.Note($"v{version} different", one?.ProducerId != two?.ProducerId);
            }
        }),
        new(ApiKey.InitProducerId, "Timeouts mean nothing without a transactional id", async s =>
        {
            await IdempotentProduceScenarios.NewProducer(s);
            foreach (short version in Session.Versions(ApiKey.InitProducerId))
            {
                foreach (int timeoutMs in new[] { 0, -1, int.MaxValue }) await s.Send(new InitProducerIdRequest { TransactionalId = null, TransactionTimeoutMs = timeoutMs }, version, $"{timeoutMs} ms");
            }
        }),
        new(ApiKey.InitProducerId, "Ids that the client brings along", async s =>
        {
            await IdempotentProduceScenarios.NewProducer(s);
            foreach (short version in Session.Versions(ApiKey.InitProducerId).Where(static version => version >= 3))
            {
                foreach ((long id, short epoch) in new (long, short)[] { (5, -1), (-1, 5), (5, 5), (0, 0), (-2, -2), (long.MaxValue, short.MaxValue) })
                {
                    InitProducerIdRequest request = new() { TransactionalId = null, TransactionTimeoutMs = 60_000, ProducerId = id, ProducerEpoch = epoch };
                    await s.Send(request, version, $"id {id}, epoch {epoch}");
                }
            }
        }),
        new(ApiKey.InitProducerId, "An empty transactional id", async s =>
        {
            foreach (short version in Session.Versions(ApiKey.InitProducerId))
                await s.Send(new InitProducerIdRequest { TransactionalId = "", TransactionTimeoutMs = 60_000 }, version, "empty");
        }),
    ];
}
