using Sluice.Broker.Network;
using Sluice.Broker.Requests;
using Sluice.Broker.Topics;
using Sluice.Log;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Handlers;

// A request with one batch whose bytes are still in the socket: the log has them received to where they are to stay. Whatever is
// out of the ordinary is left to the ordinary way, which has an answer for it.
internal sealed partial class ProduceHandler
{
    public override bool TryTakeIn(RequestContext context, ArrivingBatch arriving)
    {
        ProduceRequest request = (ProduceRequest)context.Request!;
        if (request.Acks is not (-1 or 1) || TryReadTransactional(request.TopicData[0].PartitionData[0].Records, out _, out _)) return false;
        ProduceRequest.TopicProduceData topicData = request.TopicData[0];
        int index = topicData.PartitionData[0].Index;
        TopicTable topics = services.Topics.Table;
        ErrorCode located = Find(topics, topicData, index, context, out TopicState? topic, out Partition? partition);
        if (located != ErrorCode.None || topic!.IsInternal) return false;
        if (!partition!.Log.TryAppendArrived(arriving.Head, arriving.SizeBytes, arriving, OptionsOf(context, partition, admission: null), out AppendResult result)) return false;
        context.Appended = result;
        return true;
    }
}
