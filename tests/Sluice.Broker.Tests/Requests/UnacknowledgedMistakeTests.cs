using Microsoft.Extensions.Logging.Abstractions;
using Sluice.Broker.Handlers;
using Sluice.Broker.Network;
using Sluice.Broker.Quotas;
using Sluice.Broker.Requests;
using Sluice.Broker.Tests.Support;
using Sluice.Metadata;
using Sluice.Metadata.Configs;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Tests.Requests;

public class UnacknowledgedMistakeTests
{
    [Theory]
    [InlineData((short)0)]
    [InlineData((short)1)]
    public async Task A_mistake_while_producing_is_answered_only_where_an_answer_is_expected(short acks)
    {
        // A handler without a broker behind it fails at its first step, as a mistake in it would.
        ProduceHandler handler = new(services: null!, transactions: null!, new WriteStalls(TimeProvider.System));
        using BrokerMetrics metrics = new();
        RequestDispatcher dispatcher = new([handler], metrics, new RequestTelemetry(metrics, static _ => null), new ClientQuotas(BrokerSettings.Default, TimeProvider.System), static () => MetadataImage.Empty("cluster"), TimeProvider.System, NullLogger.Instance);
        RequestContext context = new(connection: null!) { ApiKey = ApiKey.Produce, ApiVersion = 9 };
        context.Begin();
        context.Request = BrokerCalls.ProduceRequest(new TestTopic("events", default), acks, (0, Records.Null));
        context.Response = new ProduceResponse();

        await dispatcher.RunAsync(handler, context, TestContext.Current.CancellationToken);

        context.SuppressResponse.ShouldBe(acks == 0);
        context.CloseAfterwards.ShouldBe(acks == 0 ? CloseReason.InternalError : null);
        if (acks == 0) return;
        ((ProduceResponse)context.Response).Responses[0].PartitionResponses[0].ErrorCode.ShouldBe(ErrorCode.UnknownServerError);
    }
}
